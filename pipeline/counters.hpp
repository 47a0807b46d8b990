#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

namespace troupe {

/// What somebody is doing. Written by the one who does it, read by the monitor.
enum class operation : std::uint8_t {
  idle,
  pulling,
  opening,
  reading,
  transforming,
  finishing,
  training,
  evaluating,
  saving,
  consuming
};

/// The word of an operation, as alerts spell it.
const char* to_string(operation op) noexcept;

/// A moment of the steady clock; only differences mean something.
using steady_time = std::chrono::steady_clock::time_point;

/// What one worker of a stage is doing now and since when: atomics on a cache line of their own.
struct alignas(64) activity {
  std::atomic<operation> doing{operation::idle};
  std::atomic<std::uint64_t> pass{0};
  std::atomic<std::uint64_t> index{0};
  std::atomic<std::int64_t> since_ns{0};
  /// More than a figure to look at: chunks that were given to it, all told, and those of them that it has answered. The
  /// latter is added to after the answer was sent, and read by the head of the pool: sequentially consistent, both.
  std::atomic<std::uint64_t> dealt{0}, finished{0};
  std::atomic<std::size_t> scratch_bytes{0};  ///< borrowed beyond its own share
  std::atomic<std::uint32_t> generation{0};   ///< of the lease: others may have hung at the same place before

  void begin(operation op, std::uint64_t in_pass, std::uint64_t sample, steady_time now,
             std::uint32_t of_generation = 0) noexcept {
    generation.store(of_generation, std::memory_order_relaxed);
    pass.store(in_pass, std::memory_order_relaxed);
    index.store(sample, std::memory_order_relaxed);
    since_ns.store(now.time_since_epoch().count(), std::memory_order_relaxed);
    doing.store(op, std::memory_order_release);
  }
  void end() noexcept { doing.store(operation::idle, std::memory_order_release); }
};

/// The counters of one stage: relaxed atomics, added to once a chunk, read by the monitor, never asked for.
struct alignas(64) counters {
  std::atomic<std::uint64_t> items_in{0}, items_out{0}, bytes_out{0}, failures{0};
  std::atomic<std::uint64_t> demanded{0};  ///< places asked of it, and
  std::atomic<std::uint64_t> answered{0};  ///< those that it gave back, filled or not
  std::atomic<bool> ended{false};          ///< it has said its `end`
  std::atomic<std::int64_t> busy_ns{0}, waiting_input_ns{0}, waiting_demand_ns{0};
  std::atomic<std::int64_t> demanded_since_ns{0};  ///< when there was no demand last: who idles since, lacks input
  std::vector<activity> workers;  ///< one each, spares included; their number is fixed before the stage starts

  explicit counters(std::size_t n = 1) : workers(n) {}
  static void add(std::atomic<std::uint64_t>& to, std::uint64_t n) noexcept {
    to.fetch_add(n, std::memory_order_relaxed);
  }
  static void add(std::atomic<std::int64_t>& to, std::chrono::nanoseconds d) noexcept {
    to.fetch_add(d.count(), std::memory_order_relaxed);
  }
};

}  // namespace troupe
