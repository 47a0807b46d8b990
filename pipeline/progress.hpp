#pragma once
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

namespace troupe {

/// Where a run is. Printed, it is one line: epoch, step, loss, images a second, time left, memory, who limits.
struct progress {
  std::uint64_t epoch = 0;             ///< counted from 0
  std::uint64_t epochs = 0;            ///< 0: without end
  std::uint64_t step = 0;              ///< weight updates so far
  std::uint64_t steps = 0;             ///< in the whole run; 0: without end or trainer
  std::uint64_t delivered = 0;         ///< rows so far
  std::optional<double> loss;          ///< of the newest step
  double images_per_s = 0;             ///< over the last two seconds
  std::optional<double> seconds_left;  ///< at the rate so far
  std::uint64_t resident_bytes = 0;    ///< of the process
  std::uint64_t bound_bytes = 0;       ///< that the line may hold
  std::string limiting;                ///< loader, augmenter, trainer or consumer
  bool over = false;                   ///< the run has ended
};

/// `epoch 2/5  step 812/2345  loss 0.412  2,913 img/s  0:32 left  memory 310.2 MiB (line <= 38.1 MiB)  limited by
/// trainer`
std::ostream& operator<<(std::ostream& out, const progress& p);

}  // namespace troupe
