#pragma once
#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace troupe {

/// A number of bytes that may be held at once. Who finds no room waits in line, without a thread: the call it left is
/// made when its turn comes. First come, first served, so that a large request is not passed by for ever.
class byte_budget {
 public:
  /// At most `bytes`. Where `enough` is less than that, no more is granted once so much is held by at least
  /// `least_holders`: what waits in memory for too long is no longer in the caches when its turn comes.
  explicit byte_budget(std::size_t bytes, std::size_t enough = ~std::size_t{0}, std::size_t least_holders = 0) noexcept
      : limit_(bytes), enough_(std::min(enough, bytes)), least_holders_(least_holders) {}

  std::size_t limit() const noexcept { return limit_; }
  /// Held now, and the most that ever was.
  std::size_t held() const;
  std::size_t peak() const;

  /// Takes `bytes` if they are there and nobody waits. Bytes above limit() are never there.
  bool try_take(std::size_t bytes);
  /// Takes `bytes` and calls `ready`, at once on this thread or later on the thread that gives bytes back, in whatever
  /// it is doing: `ready` does not throw.
  void take(std::size_t bytes, std::function<void()> ready);
  /// Gives `bytes` back; once half of what is enough is free, or fewer than `least_holders` hold some, those who wait
  /// and now fit are called, on this thread: many at a time.
  void give_back(std::size_t bytes);
  /// `bytes` are held already, asked for or not: others wait until all of it fits again.
  void charge(std::size_t bytes);
  /// `bytes` are in the hands of somebody who hangs: others may hold as many instead.
  void widen(std::size_t bytes);
  /// They came back after all: takes the same number of `bytes` off again.
  void narrow(std::size_t bytes);
  /// From now on so much is enough, and so many may hold some in any case; who waits finds out with the next bytes that
  /// come back.
  void aim(std::size_t enough, std::size_t least_holders);
  /// Who waits, and who comes from now on, gets what it asks for: the run is being stopped, and all bring it back.
  void let_all_in();
  /// Forgets those who wait: the run is over.
  void clear();

 private:
  struct waiting {
    std::size_t bytes = 0;
    std::function<void()> ready;
  };
  bool fits(std::size_t bytes) const noexcept;
  bool refills() const noexcept;
  void grant(std::size_t bytes) noexcept;

  std::vector<std::function<void()>> grant_line();

  const std::size_t limit_;
  std::size_t enough_ = 0, least_holders_ = 0;
  mutable std::mutex mutex_;
  std::size_t held_ = 0, peak_ = 0, holders_ = 0, more_ = 0;
  std::deque<waiting> line_;
  bool stopping_ = false;
};

/// Bytes of a budget in somebody's hands: they go back with it, however it goes.
class loan {
 public:
  explicit loan(byte_budget& of) noexcept : of_(of) {}
  ~loan() { give_back(); }
  loan(const loan&) = delete;
  loan& operator=(const loan&) = delete;

  std::size_t bytes() const noexcept { return bytes_; }
  /// `bytes` were granted.
  void hold(std::size_t bytes) noexcept { bytes_ = bytes; }
  void give_back() {
    if (bytes_ > 0) of_.give_back(std::exchange(bytes_, 0));
  }

 private:
  byte_budget& of_;
  std::size_t bytes_ = 0;
};

}  // namespace troupe
