#include <troupe/pipeline/interrupt.hpp>

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <mutex>
#include <thread>
#include <utility>

namespace troupe {

struct interrupt::parts {
  std::mutex mutex;
  std::function<void()> told;
  std::atomic<int> came{0};
  std::atomic<bool> over{false};
  sigset_t before{};
  std::thread thread;
};

namespace {

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  for (int s : {SIGINT, SIGTERM, SIGUSR2}) sigaddset(&set, s);  // SIGUSR2 is how the destructor ends the thread
  return set;
}

// From now on SIGINT and SIGTERM end the process, in this thread.
void end_at_next() {
  struct sigaction action {};
  action.sa_handler = [](int signal) { ::_exit(128 + signal); };
  sigset_t set;
  sigemptyset(&set);
  for (int s : {SIGINT, SIGTERM}) {
    sigaction(s, &action, nullptr);
    sigaddset(&set, s);
  }
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace

interrupt::interrupt(std::function<void()> told) : parts_(std::make_unique<parts>()) {
  parts_->told = std::move(told);
  const auto set = watched();
  pthread_sigmask(SIG_BLOCK, &set, &parts_->before);
  parts_->thread = std::thread([p = parts_.get(), set] {
    pthread_setname_np(pthread_self(), "troupe.signals");
    for (;;) {
      int got = 0;
      sigwait(&set, &got);
      if (p->over) return;
      if (got == SIGUSR2) continue;
      end_at_next();  // also while the program is still being told of this one
      std::lock_guard lock(p->mutex);
      p->came = got;
      if (p->told) p->told();
    }
  });
}

interrupt::~interrupt() {
  parts_->over = true;
  pthread_kill(parts_->thread.native_handle(), SIGUSR2);
  parts_->thread.join();
  pthread_sigmask(SIG_SETMASK, &parts_->before, nullptr);
}

void interrupt::on_signal(std::function<void()> told) {
  std::lock_guard lock(parts_->mutex);
  parts_->told = std::move(told);
  if (parts_->came != 0 && parts_->told) parts_->told();
}

int interrupt::signal() const noexcept { return parts_->came; }

}  // namespace troupe
