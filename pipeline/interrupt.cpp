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
  std::recursive_mutex mutex;  // held while it is told, so that nothing is told of once it has been changed
  std::function<void()> told;
  std::atomic<int> came{0};
  std::atomic<bool> over{false};
  bool armed = false;
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

/// What the program did at SIGINT and SIGTERM before the first of those that heard one.
struct handlers_before {
  std::mutex mutex;
  int armed = 0;
  struct sigaction at[2] = {};
};

constexpr int heard[] = {SIGINT, SIGTERM};

handlers_before& before_it_was_heard() {
  static handlers_before all;
  return all;
}

// From now on SIGINT and SIGTERM end the process, in this thread.
void end_at_next() {
  auto& before = before_it_was_heard();
  std::lock_guard lock(before.mutex);
  const bool first = before.armed++ == 0;
  struct sigaction action {};
  action.sa_handler = [](int signal) { ::_exit(128 + signal); };
  sigset_t set;
  sigemptyset(&set);
  for (std::size_t i = 0; i < 2; ++i) {
    sigaction(heard[i], &action, first ? &before.at[i] : nullptr);
    sigaddset(&set, heard[i]);
  }
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

// It may take itself away meanwhile. Its trouble is its own: the next signal ends the process all the same.
void tell_of_it(const std::function<void()>& told) {
  try {
    const auto call = told;
    if (call) call();
  } catch (...) {  // NOLINT(bugprone-empty-catch)
  }
}

void give_back_handlers() {
  auto& before = before_it_was_heard();
  std::lock_guard lock(before.mutex);
  if (--before.armed > 0) return;
  for (std::size_t i = 0; i < 2; ++i) sigaction(heard[i], &before.at[i], nullptr);
}

}  // namespace

interrupt::interrupt(std::function<void()> told) : parts_(std::make_unique<parts>()) {
  parts_->told = std::move(told);
  const auto set = watched();
  pthread_sigmask(SIG_BLOCK, &set, &parts_->before);
  parts_->thread = std::thread([p = parts_.get(), waits_for = set]() mutable {
    pthread_setname_np(pthread_self(), "troupe.signals");
    for (;;) {
      int got = 0;
      sigwait(&waits_for, &got);
      if (p->over) return;
      if (got == SIGUSR2) continue;
      p->armed = true;
      end_at_next();  // also while the program is still being told of this one
      for (int s : heard) sigdelset(&waits_for, s);
      std::lock_guard lock(p->mutex);
      p->came = got;
      tell_of_it(p->told);
    }
  });
}

interrupt::~interrupt() {
  parts_->over = true;
  pthread_kill(parts_->thread.native_handle(), SIGUSR2);
  parts_->thread.join();
  if (parts_->armed) give_back_handlers();
  pthread_sigmask(SIG_SETMASK, &parts_->before, nullptr);
}

void interrupt::on_signal(std::function<void()> told) {
  std::lock_guard lock(parts_->mutex);
  parts_->told = std::move(told);
  if (parts_->came != 0) tell_of_it(parts_->told);
}

int interrupt::signal() const noexcept { return parts_->came; }

}  // namespace troupe
