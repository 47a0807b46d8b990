#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace troupe::test {

/// What must happen on a real thread is waited for so long; only a broken build waits to the end.
constexpr std::chrono::seconds patience{60};

/// A gate that somebody hangs at until the test opens it.
class gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  bool somebody_waits() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [this] { return waiting_ > 0; });
  }
  bool opens() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [this] { return open_; });
  }
  void open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

}  // namespace troupe::test
