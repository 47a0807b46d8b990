#pragma once
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

namespace troupe {

/// How bad it is.
enum class severity : std::uint8_t { info, warning, error };

/// What the monitor has to say: what happened, to which stage and file, and what to do. Numbers are absent where they
/// mean nothing.
struct alert {
  std::string name =
      {};  ///< stall, memory_growth, memory_limit, non_finite, slow_start, bad_samples, stage_restarted …
  troupe::severity severity = troupe::severity::warning;
  std::string stage = {};                        ///< loader, augmenter, batcher, trainer, consumer
  std::optional<std::uint32_t> worker = {};      ///< which one of the stage, counted from 0
  std::optional<std::uint64_t> index = {};       ///< of the sample that it works on
  std::string path = {};                         ///< the sample's file
  std::string op = {};                           ///< what is being done: reading, transforming, training …
  std::optional<double> elapsed_s = {};          ///< since when, in seconds
  std::optional<double> value = {}, limit = {};  ///< what was measured, and against what
  std::string kind = {};                         ///< of memory growth: leak, fragmentation, cache, accounted
  std::string message = {};                      ///< one sentence for a person
  std::string suggestion = {};                   ///< what to do
  std::string action = {};                       ///< what Troupe did about it
  bool cleared = false;                          ///< the condition is over; said once
};

const char* to_string(severity s) noexcept;
std::ostream& operator<<(std::ostream& out, const alert& a);

}  // namespace troupe
