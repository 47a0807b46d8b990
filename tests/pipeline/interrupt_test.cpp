// Ctrl-C in a program that had an answer to it before, and has it again.
#include <troupe/pipeline/interrupt.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>

#include "../actors/gate.hpp"
#include "../catch.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

std::atomic<int> host_heard{0};

/// A program with a handler of its own, as long as it is there.
class host {
 public:
  host() {
    struct sigaction action {};
    action.sa_handler = [](int signal) { host_heard = signal; };
    for (std::size_t i = 0; i < 2; ++i) sigaction(signals_[i], &action, &before_[i]);
    host_heard = 0;
  }
  ~host() {
    for (std::size_t i = 0; i < 2; ++i) sigaction(signals_[i], &before_[i], nullptr);
  }
  host(const host&) = delete;
  host& operator=(const host&) = delete;

 private:
  const int signals_[2] = {SIGINT, SIGTERM};
  struct sigaction before_[2] = {};
};

}  // namespace

TEST_CASE("a program's own signal handlers are there again after an interrupt, heard or not", "[pipeline][signals]") {
  const host program;
  for (const bool heard : {false, true, true}) {
    {
      std::promise<void> came;
      interrupt signals([&] { came.set_value(); });
      if (heard) {
        ::kill(::getpid(), SIGINT);
        came.get_future().wait();
        REQUIRE(signals.signal() == SIGINT);
      }
      REQUIRE(host_heard == 0);
    }
    for (const int signal : {SIGINT, SIGTERM}) {
      ::raise(signal);
      REQUIRE(host_heard == signal);
    }
    host_heard = 0;
  }
}

TEST_CASE("there is one interrupt at a time, a second one is refused and changes nothing", "[pipeline][signals]") {
  const host program;
  std::promise<void> came;
  std::optional<interrupt> first(std::in_place, [&] { came.set_value(); });
  REQUIRE_THROWS_AS(interrupt(), std::logic_error);
  ::kill(::getpid(), SIGTERM);
  came.get_future().wait();
  REQUIRE_THROWS_AS(interrupt(), std::logic_error);
  first.reset();
  ::raise(SIGINT);
  REQUIRE(host_heard == SIGINT);
  const interrupt another;
}

TEST_CASE("a signal that comes while an interrupt goes is heard, once, by it or by the program",
          "[pipeline][signals]") {
  using clock = std::chrono::steady_clock;
  const host program;
  for (int n = 0; n < 2'000; ++n) {
    host_heard = 0;
    std::atomic<int> told{0};
    {
      const interrupt signals([&] { ++told; });
      const auto goes = clock::now() + n % 200 * std::chrono::nanoseconds(500);
      ::kill(::getpid(), SIGINT);
      while (clock::now() < goes) {}
    }
    const auto until = clock::now() + patience;
    while (told + host_heard == 0 && clock::now() < until) std::this_thread::yield();
    REQUIRE(told + (host_heard == SIGINT ? 1 : 0) == 1);
  }
}

TEST_CASE("what is told of a signal may take itself away, and may throw", "[pipeline][signals]") {
  const host program;
  for (const bool throws : {false, true}) {
    std::promise<void> came;
    auto kept = std::make_shared<int>(7);
    interrupt signals;
    signals.on_signal([&, kept] {
      signals.on_signal({});
      const bool there = *kept == 7;
      came.set_value();
      if (!there || throws) throw std::runtime_error("no run to stop");
    });
    ::kill(::getpid(), SIGINT);
    came.get_future().wait();
    signals.on_signal({});
    REQUIRE(kept.use_count() == 1);
    bool told = false;
    signals.on_signal([&] {
      told = true;
      throw 7;
    });
    REQUIRE(told);
  }
}

TEST_CASE("the second signal ends the process, whatever it does about the first", "[pipeline][signals]") {
  for (const int second : {SIGINT, SIGTERM}) {
    int heard[2];
    REQUIRE(::pipe(heard) == 0);
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      const auto say = [&] { (void)!::write(heard[1], "x", 1); };
      const interrupt signals(say);
      say();
      for (;;) ::pause();
    }
    char x = 0;
    REQUIRE(::read(heard[0], &x, 1) == 1);  // it listens
    ::kill(child, SIGINT);
    REQUIRE(::read(heard[0], &x, 1) == 1);  // and has heard
    ::kill(child, second);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) == 128 + second);
    for (const int end : heard) ::close(end);
  }
}
