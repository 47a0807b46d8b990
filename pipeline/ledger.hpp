#pragma once
#include <array>
#include <atomic>
#include <cstdint>

namespace troupe {

/// Why a position was skipped.
enum class skip_reason : std::uint8_t {
  drop_last,   ///< it stood in the incomplete last batch, and `drop_last` was asked for
  left,        ///< the loop was left before it came up
  stopped,     ///< the run was stopped or failed while it was open
  unreadable,  ///< an evaluation never replaces a bad sample
};
constexpr std::size_t skip_reasons = 4;

/// What became of the positions of a run. Balanced: opened = delivered + replaced + skipped.
struct dispositions {
  std::uint64_t opened = 0, delivered = 0, replaced = 0;
  std::array<std::uint64_t, skip_reasons> skipped_by{};

  std::uint64_t skipped() const noexcept { return skipped_by[0] + skipped_by[1] + skipped_by[2] + skipped_by[3]; }
  std::uint64_t skipped(skip_reason why) const noexcept { return skipped_by[std::size_t(why)]; }
  bool balanced() const noexcept { return opened == delivered + replaced + skipped(); }
};

/// Counts every position's one disposition, from any thread.
class ledger {
 public:
  void open(std::uint64_t n) noexcept { opened_.fetch_add(n, std::memory_order_relaxed); }
  /// There were no such positions: the stream ended before them.
  void take_back(std::uint64_t n) noexcept { opened_.fetch_sub(n, std::memory_order_relaxed); }
  void deliver(std::uint64_t n) noexcept { delivered_.fetch_add(n, std::memory_order_relaxed); }
  void replace(std::uint64_t n) noexcept { replaced_.fetch_add(n, std::memory_order_relaxed); }
  void skip(std::uint64_t n, skip_reason why) noexcept {
    skipped_[std::size_t(why)].fetch_add(n, std::memory_order_relaxed);
  }
  dispositions read() const noexcept {
    dispositions d;
    d.delivered = delivered_.load(std::memory_order_relaxed);
    d.replaced = replaced_.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < skip_reasons; ++i) d.skipped_by[i] = skipped_[i].load(std::memory_order_relaxed);
    d.opened = opened_.load(std::memory_order_relaxed);
    return d;
  }

 private:
  std::atomic<std::uint64_t> opened_{0}, delivered_{0}, replaced_{0};
  std::array<std::atomic<std::uint64_t>, skip_reasons> skipped_{};
};

}  // namespace troupe
