#pragma once
#include <cstddef>
#include <cstdint>

namespace troupe {

/// So much encoded data is at hand that no worker waits for an ordinary disk; more would only leave the caches.
inline constexpr std::size_t usual_read_ahead_bytes = std::size_t{8} << 20;

/// What can be moved while a run goes on. No bit of a batch depends on any of it.
struct knobs {
  int workers = 1;                   ///< augment workers that are dealt to; the others rest
  int trainer_threads = 1;           ///< LibTorch's intra-op threads; the last bits of the weights depend on them
  int readers = 1;                   ///< files that are read at once
  std::size_t read_ahead_bytes = 0;  ///< encoded, ready for the workers, after which readers pause
  int chunk_us = 1000;               ///< microseconds of work that one message carries

  bool operator==(const knobs&) const = default;
};

/// Where they stand at the start, and how far each may be moved; one whose ends are equal stays where it is.
struct knob_range {
  knobs start, least, most;
};

/// One of them, by its name.
enum class knob : std::uint8_t { workers, trainer_threads, readers, read_ahead_bytes, chunk_us };
const char* to_string(knob k) noexcept;

/// How one of them stands.
double value(const knobs& all, knob k) noexcept;

/// One step up (`way` 1) or down (-1), within the range: threads by a sixth of what there are, at least one; the
/// others by a factor of two.
knobs stepped(const knobs& from, knob k, int way, const knob_range& within) noexcept;

}  // namespace troupe
