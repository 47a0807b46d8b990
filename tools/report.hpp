#pragma once
#include <troupe/observe/snapshot.hpp>
#include <troupe/observe/verdict.hpp>
#include <troupe/pipeline/memory_plan.hpp>
#include <troupe/pipeline/outcome.hpp>
#include <troupe/pipeline/tuning_state.hpp>

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace troupe {

/// What was measured of a run that is over.
struct measured {
  outcome result;
  snapshot last;
  verdict limiting;
  memory_plan memory;
  std::uint64_t accounted_peak_bytes = 0;  ///< the most that the line held, as the monitor saw it
  tuning_report tuning = {};
  std::vector<double> epochs_images_per_s = {};

  /// Rows that were delivered, replacements included.
  std::uint64_t rows() const noexcept { return result.dispositions.delivered + result.dispositions.replaced; }
  /// From start() to the last delivery, all epochs.
  double images_per_s() const noexcept;
};

/// The object that bench prints, and train adds to; null where nothing was measured.
boost::json::object to_json(const measured& m);

/// The one object of --json, on a line of stdout. Throws std::runtime_error where it cannot be written; whoever read
/// along and went away wanted no more of it.
void print_json(const boost::json::value& v);

/// 1.5 GiB, as a person reads it.
std::string readable(std::uint64_t bytes);

/// For a person: where the time went, one line a stage.
std::string stage_table(const measured& m);
/// For a person: memory, dispositions, verdict, a line each. `kept_in` is the folder with quarantine.jsonl, or empty.
std::string summary(const measured& m, const std::string& kept_in);

/// A step of tuning: "workers 2 to 1: 812 to 871 img/s, kept (batches wait …)".
std::string sentence(const tuning_move& m);

/// "12.3 %"; "1,234,567"; "3.1 s", "2:05".
std::string percent(double share);
std::string with_commas(double number);
std::string duration(double seconds);

}  // namespace troupe
