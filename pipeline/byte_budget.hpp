#pragma once
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>

namespace troupe {

/// A number of bytes that may be held at once. Who finds no room waits in line, without a thread: the call it left is
/// made when its turn comes. First come, first served, so that a large request is not passed by for ever.
class byte_budget {
 public:
  explicit byte_budget(std::size_t bytes) noexcept : limit_(bytes) {}

  std::size_t limit() const noexcept { return limit_; }
  /// Held now, and the most that ever was.
  std::size_t held() const;
  std::size_t peak() const;

  /// Takes `bytes` if they are there and nobody waits. Bytes above limit() are never there.
  bool try_take(std::size_t bytes);
  /// Takes `bytes` and calls `ready`, at once on this thread or later on the thread that gives bytes back.
  void take(std::size_t bytes, std::function<void()> ready);
  /// Gives `bytes` back; those who wait and now fit are called, on this thread.
  void give_back(std::size_t bytes);

 private:
  struct waiting {
    std::size_t bytes = 0;
    std::function<void()> ready;
  };
  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::size_t held_ = 0, peak_ = 0;
  std::deque<waiting> line_;
};

}  // namespace troupe
