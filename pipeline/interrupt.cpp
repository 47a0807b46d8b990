#include <troupe/pipeline/interrupt.hpp>

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

namespace troupe {

namespace {

constexpr int heard[] = {SIGINT, SIGTERM};

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  for (int s : {SIGINT, SIGTERM, SIGUSR2}) sigaddset(&set, s);  // SIGUSR2 is how the destructor ends the thread
  return set;
}

// It may take itself away meanwhile. Its trouble is its own: the next signal ends the process all the same.
void tell_of_it(const std::function<void()>& told) {
  try {
    const auto call = told;
    if (call) call();
  } catch (...) {  // NOLINT(bugprone-empty-catch)
  }
}

}  // namespace

struct interrupt::parts {
  /// The only one there is.
  struct sole {
    sole() {
      if (taken.exchange(true))
        throw std::logic_error(
            "interrupt: there is one already, and signals are the whole process's; use that one's on_signal");
    }
    ~sole() { taken = false; }
    sole(const sole&) = delete;
    sole& operator=(const sole&) = delete;
    static inline std::atomic<bool> taken{false};
  };
  /// Its signals are blocked in this thread and those that it starts.
  struct blocked {
    blocked() {
      const auto set = watched();
      pthread_sigmask(SIG_BLOCK, &set, &before);
    }
    ~blocked() { pthread_sigmask(SIG_SETMASK, &before, nullptr); }
    blocked(const blocked&) = delete;
    blocked& operator=(const blocked&) = delete;
    sigset_t before{};
  };

  void listen();
  void end_at_next();
  void give_back_handlers() const;

  sole claim;
  blocked mask;
  std::recursive_mutex mutex;  // held while it is told, so that nothing is told of once it has been changed
  std::function<void()> told;
  std::atomic<int> came{0};
  std::atomic<bool> over{false};
  int too_late = 0;  // the signal that came while it went
  bool armed = false;
  struct sigaction before[2] = {};  // at SIGINT and SIGTERM, once armed
  std::thread thread;
};

void interrupt::parts::listen() {
  pthread_setname_np(pthread_self(), "troupe.signals");
  auto waits_for = watched();
  for (;;) {
    int got = 0;
    sigwait(&waits_for, &got);
    if (over) {
      if (got != SIGUSR2) too_late = got;
      return;
    }
    if (got == SIGUSR2) continue;
    armed = true;
    end_at_next();  // also while the program is still being told of this one
    for (int s : heard) sigdelset(&waits_for, s);
    std::lock_guard lock(mutex);
    came = got;
    tell_of_it(told);
  }
}

// From now on SIGINT and SIGTERM end the process, in this thread.
void interrupt::parts::end_at_next() {
  struct sigaction action {};
  action.sa_handler = [](int signal) { ::_exit(128 + signal); };
  sigset_t set;
  sigemptyset(&set);
  for (std::size_t i = 0; i < 2; ++i) {
    sigaction(heard[i], &action, &before[i]);
    sigaddset(&set, heard[i]);
  }
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void interrupt::parts::give_back_handlers() const {
  for (std::size_t i = 0; armed && i < 2; ++i) sigaction(heard[i], &before[i], nullptr);
}

interrupt::interrupt(std::function<void()> told) : parts_(std::make_unique<parts>()) {
  parts_->told = std::move(told);
  parts_->thread = std::thread([p = parts_.get()] { p->listen(); });
}

interrupt::~interrupt() {
  parts_->over = true;
  pthread_kill(parts_->thread.native_handle(), SIGUSR2);
  parts_->thread.join();
  parts_->give_back_handlers();
  const int too_late = parts_->too_late;
  parts_.reset();
  if (too_late != 0) ::kill(::getpid(), too_late);
}

void interrupt::on_signal(std::function<void()> told) {
  std::lock_guard lock(parts_->mutex);
  parts_->told = std::move(told);
  if (parts_->came != 0) tell_of_it(parts_->told);
}

int interrupt::signal() const noexcept { return parts_->came; }

}  // namespace troupe
