#include <troupe/pipeline/tuning_state.hpp>

#include <iterator>
#include <utility>

namespace troupe {

tuning_state::tuning_state(const knobs& start) noexcept
    : workers(start.workers),
      trainer_threads(start.trainer_threads),
      readers(start.readers),
      read_ahead_bytes(start.read_ahead_bytes),
      chunk_us(start.chunk_us) {}

void tuning_state::set(const knobs& to, std::chrono::nanoseconds at) noexcept {
  std::lock_guard lock(mutex_);
  worker_time_ += workers.load() * (at - std::exchange(until_, at));
  if (to.workers > workers) workers_since_ns.store(at.count(), std::memory_order_relaxed);
  workers.store(to.workers, std::memory_order_relaxed);
  trainer_threads.store(to.trainer_threads, std::memory_order_relaxed);
  readers.store(to.readers, std::memory_order_relaxed);
  read_ahead_bytes.store(to.read_ahead_bytes, std::memory_order_relaxed);
  chunk_us.store(to.chunk_us, std::memory_order_relaxed);
}

knobs tuning_state::now() const noexcept {
  return {.workers = workers.load(std::memory_order_relaxed),
          .trainer_threads = trainer_threads.load(std::memory_order_relaxed),
          .readers = readers.load(std::memory_order_relaxed),
          .read_ahead_bytes = read_ahead_bytes.load(std::memory_order_relaxed),
          .chunk_us = chunk_us.load(std::memory_order_relaxed)};
}

std::chrono::nanoseconds tuning_state::worker_time(std::chrono::nanoseconds at) const {
  std::lock_guard lock(mutex_);
  return worker_time_ + workers.load() * (at - until_);
}

void tuning_state::add(std::vector<tuning_move> moves, const tuner& by) {
  std::lock_guard lock(mutex_);
  std::move(moves.begin(), moves.end(), std::back_inserter(report_.moves));
  report_.settled = by.settled();
  report_.gain_from_one_more_worker = by.gain_from_one_more_worker();
}

tuning_report tuning_state::report() const {
  std::lock_guard lock(mutex_);
  auto r = report_;
  r.now = now();
  return r;
}

}  // namespace troupe
