#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <numeric>

namespace troupe {

/// Why a position was skipped.
enum class skip_reason : std::uint8_t {
  drop_last,   ///< it stood in the incomplete last batch, and `drop_last` was asked for
  left,        ///< the loop was left before it came up
  stopped,     ///< the run was stopped or failed while it was open
  unreadable,  ///< an evaluation never replaces a bad sample
  filtered,    ///< nor one that a filter leaves out
};
constexpr std::size_t skip_reasons = 5;

/// What became of the positions of a run. Balanced: opened = delivered + replaced + skipped.
struct dispositions {
  std::uint64_t opened = 0, delivered = 0, replaced = 0;
  std::uint64_t replaced_filtered = 0;  ///< those of `replaced` whose own sample a filter left out
  std::array<std::uint64_t, skip_reasons> skipped_by{};

  std::uint64_t skipped() const noexcept {
    return std::accumulate(skipped_by.begin(), skipped_by.end(), std::uint64_t{0});
  }
  std::uint64_t skipped(skip_reason why) const noexcept { return skipped_by[std::size_t(why)]; }
  /// Positions whose own sample a filter left out, replaced or skipped.
  std::uint64_t filtered() const noexcept { return replaced_filtered + skipped(skip_reason::filtered); }
  bool balanced() const noexcept { return opened == delivered + replaced + skipped(); }
};

/// Counts every position's one disposition, from any thread.
class ledger {
 public:
  void open(std::uint64_t n) noexcept { opened_.fetch_add(n, std::memory_order_relaxed); }
  /// There were no such positions: the stream ended before them.
  void take_back(std::uint64_t n) noexcept { opened_.fetch_sub(n, std::memory_order_relaxed); }
  void deliver(std::uint64_t n) noexcept { delivered_.fetch_add(n, std::memory_order_relaxed); }
  /// `filtered` of the n, because a filter left out what stood there.
  void replace(std::uint64_t n, std::uint64_t filtered = 0) noexcept {
    replaced_.fetch_add(n, std::memory_order_relaxed);
    replaced_filtered_.fetch_add(filtered, std::memory_order_relaxed);
  }
  void skip(std::uint64_t n, skip_reason why) noexcept {
    skipped_[std::size_t(why)].fetch_add(n, std::memory_order_relaxed);
  }
  dispositions read() const noexcept {
    dispositions d;
    d.delivered = delivered_.load(std::memory_order_relaxed);
    d.replaced = replaced_.load(std::memory_order_relaxed);
    d.replaced_filtered = replaced_filtered_.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < skip_reasons; ++i) d.skipped_by[i] = skipped_[i].load(std::memory_order_relaxed);
    d.opened = opened_.load(std::memory_order_relaxed);
    return d;
  }

 private:
  std::atomic<std::uint64_t> opened_{0}, delivered_{0}, replaced_{0}, replaced_filtered_{0};
  std::array<std::atomic<std::uint64_t>, skip_reasons> skipped_{};
};

}  // namespace troupe
