#include <troupe/observe/watchdog.hpp>

#include <pthread.h>

#include <utility>

namespace troupe {

namespace {
constexpr int looks = 4;
}

watchdog::watchdog(std::function<std::uint64_t()> beat, duration after, std::function<void()> lost)
    : beat_(std::move(beat)), after_(after), lost_(std::move(lost)), thread_([this] { watch(); }) {}

watchdog::~watchdog() {
  {
    std::lock_guard lock(mutex_);
    over_ = true;
  }
  over_said_.notify_all();
  thread_.join();
}

void watchdog::watch() {
  pthread_setname_np(pthread_self(), "troupe.watchdog");
  auto last = beat_();
  int still = 0;  // looks in a row, not time: a process that was stopped for a while has missed one
  std::unique_lock lock(mutex_);
  while (!over_said_.wait_for(lock, after_ / looks, [this] { return over_; })) {
    const auto beat = beat_();
    still = beat == last ? still + 1 : 0;
    last = beat;
    if (still != looks) continue;
    lock.unlock();
    lost_();
    lock.lock();
  }
}

}  // namespace troupe
