#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace troupe {

/// The last resort: a thread of its own that knows nothing of actors and notices that the monitor no longer looks.
///
///     watchdog last([&] { return looks.load(); }, 10s, [] { std::cerr << … });
///
/// `beat` and `lost` are called on that thread; `lost` once for each time that the beat stands still. The destructor
/// ends the thread.
class watchdog {
 public:
  using duration = std::chrono::steady_clock::duration;

  /// Looks four times in `after`; the beat has to move within it.
  watchdog(std::function<std::uint64_t()> beat, duration after, std::function<void()> lost);
  ~watchdog();
  watchdog(const watchdog&) = delete;
  watchdog& operator=(const watchdog&) = delete;

 private:
  void watch();

  std::function<std::uint64_t()> beat_;
  duration after_;
  std::function<void()> lost_;
  std::mutex mutex_;
  std::condition_variable over_said_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace troupe
