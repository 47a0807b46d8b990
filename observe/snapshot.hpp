#pragma once
#include <troupe/observe/knobs.hpp>
#include <troupe/pipeline/alert.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// What one worker was doing when the monitor looked.
struct worker_snapshot {
  std::uint32_t worker = 0;
  std::string op;  ///< empty: idle
  std::uint64_t index = 0;
  std::string path;                        ///< of the sample, where the operation has one
  std::chrono::duration<double> since{0};  ///< how long it has been at this one
  std::uint32_t generation = 0;            ///< so often its batch was begun again before, because somebody hung
};

/// One stage at one moment; times and counts since the start.
struct stage_snapshot {
  std::string stage;          ///< loader, augmenter, batcher, trainer or consumer; or one of one's own
  bool pooled = false;        ///< its workers are those of the augment pool: one that hangs is replaced by a spare
  std::uint32_t workers = 1;  ///< at work now
  double worker_s = 0;        ///< time of all of them together since the start; 0: their number did not change
  std::uint64_t items = 0, bytes = 0, failures = 0;
  std::uint64_t open_demand = 0;  ///< places that were asked of it and are not back
  double busy_s = 0, waiting_input_s = 0, waiting_demand_s = 0;
  std::vector<worker_snapshot> working;  ///< those that are not idle
};

/// Everything that the monitor's rules look at: taken from counters, without asking anybody.
struct snapshot {
  std::chrono::duration<double> at{0};  ///< since the start
  /// Of that, time in which the monitor did not look although it should have: the process was stopped (Ctrl-Z, a
  /// debugger, `docker pause`) or got no processor. Known to rules; what workers are at (`since`) leaves it out there.
  std::chrono::duration<double> paused{0};
  std::vector<stage_snapshot> stages;           ///< in the order of the walk
  std::uint64_t delivered = 0;                  ///< rows in a consumer's hands so far
  bool consumer_waits = false;                  ///< a batch is wanted and none is there
  bool ending = false;                          ///< the run is being shut down
  std::uint64_t buffers = 0, buffers_held = 0;  ///< batches in memory, and those that the consumer keeps
  std::uint64_t resident_bytes = 0, peak_resident_bytes = 0, allocated_bytes = 0, accounted_bytes = 0, bound_bytes = 0;
  std::uint64_t cache_bytes = 0;                 ///< of `accounted_bytes`: kept of samples for later epochs
  troupe::knobs knobs;                           ///< how they stand
  std::uint64_t steps = 0;                       ///< weight updates so far
  std::chrono::duration<double> monitor_cpu{0};  ///< processor time that watching has cost

  const stage_snapshot* find(const std::string& stage) const noexcept {
    for (const auto& s : stages) {
      if (s.stage == stage) return &s;
    }
    return nullptr;
  }
};

/// A rule of the monitor: a function on a snapshot, called on the monitor's thread at each look. What it returns is
/// raised. It says a thing once, and once more, `cleared`, when it is over.
using rule = std::function<std::vector<alert>(const snapshot&)>;

/// Work is wanted and nothing moves: a worker stays at one sample for longer than `after`, twice as long each time that
/// its batch was begun again because somebody hung, up to 32 times (of a trainer: longer than four of its usual steps
/// as well), a consumer keeps every batch and asks for more, or batches are wanted and none comes.
rule stall(std::chrono::duration<double> after);
/// No first batch `after` the start; says what was being done.
rule slow_start(std::chrono::duration<double> after);
/// Resident memory above `limit_bytes`; over when it is 5 % below.
rule memory_limit(std::uint64_t limit_bytes);

/// When memory counts as growing.
struct memory_growth_options {
  std::uint64_t ceiling_bytes = 0;              ///< what the growth is projected to
  std::chrono::duration<double> warm_up{30};    ///< after the first delivery
  std::chrono::duration<double> every{1};       ///< between two samples
  std::size_t samples = 60;                     ///< in the window
  std::uint64_t least_growth_bytes = 16 << 20;  ///< over the window
};
/// Resident memory grows steadily: the slope by Theil and Sen (the median over all pairs; Sen, JASA 1968), with its
/// class (leak, fragmentation, accounted) and the time until the ceiling is reached.
rule memory_growth(memory_growth_options options);

}  // namespace troupe
