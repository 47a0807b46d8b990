#pragma once
#include <troupe/observe/tuner.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

namespace troupe {

/// What a tuner has come to.
struct tuning_report {
  knobs now;
  std::vector<tuning_move> moves;  ///< that were tried, in order
  bool settled = false;            ///< nothing is left to be tried
  std::optional<double> gain_from_one_more_worker;
};

/// The knobs of a run: set by its monitor, read by those who own what they move.
class tuning_state {
 public:
  explicit tuning_state(const knobs& start) noexcept;

  std::atomic<int> workers, trainer_threads, readers;
  std::atomic<std::size_t> read_ahead_bytes;
  std::atomic<int> chunk_us;
  std::atomic<std::int64_t> workers_since_ns{0};  ///< after the start: who rested before did not wait

  void set(const knobs& to, std::chrono::nanoseconds at) noexcept;
  knobs now() const noexcept;
  /// Time of all workers together, `at` after the start; that of those who rested does not count.
  std::chrono::nanoseconds worker_time(std::chrono::nanoseconds at) const;
  /// What the tuner has decided since, and what it knows.
  void add(std::vector<tuning_move> moves, const tuner& by);
  tuning_report report() const;

 private:
  mutable std::mutex mutex_;
  std::chrono::nanoseconds until_{0}, worker_time_{0};  // up to the move before
  tuning_report report_;
};

}  // namespace troupe
