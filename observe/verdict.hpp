#pragma once
#include <troupe/observe/snapshot.hpp>

#include <iosfwd>
#include <optional>
#include <string>

namespace troupe {

/// Who limits a run, by the times that its stages spent busy and waiting.
struct verdict {
  std::string limiting;  ///< loader, augmenter, trainer, consumer, a stage of one's own, memory or coordination
  double share = 0;      ///< of its time that it was busy, 0 … 1; near 1: it is the wall
  std::string advice;    ///< what would help
  std::optional<double> gain_from_one_more_worker;  ///< relative; nothing until it was measured
};

/// Judges the time between two snapshots (an empty earlier one: since the start).
verdict judge(const snapshot& now, const snapshot& earlier = {});

}  // namespace troupe
