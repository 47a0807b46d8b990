// Pipelines that share processors: their workers take turns, fairly, and nobody's trouble stops the others.
#include <troupe/pipeline/turns.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "../catch.hpp"
#include "gate.hpp"
#include "whole.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

steady_time at(int ms) { return steady_time(std::chrono::milliseconds(ms)); }

pipeline of_pixels(const cpu_share& share, const transform& work, std::uint64_t n = 60) {
  return pipeline{}
      .load(pixels(n), {.shuffle = true, .seed = 5, .epochs = 2})
      .augment({work}, {.chunk = 4})
      .batch({.size = 8})
      .budget({.share = share})
      .output({.directory = {}, .digest = true});
}

transform nothing() {
  return {"nothing", [](image&, generator&) {}};
}

/// Counts who is at work at once.
struct crowd {
  std::atomic<int> now{0}, most{0};
  transform work() {
    return {"work", [this](image&, generator&) {
              const auto n = ++now;
              auto known = most.load();
              while (n > known && !most.compare_exchange_weak(known, n)) {}
              std::this_thread::yield();
              --now;
            }};
  }
};

}  // namespace

TEST_CASE("a turn that is free is taken at once, and one that is not when somebody lets go", "[actors][share]") {
  auto both = std::make_shared<turns>(1);
  turns::account a{0}, b{0};
  turns::seat first(both, a), second(both, b);
  REQUIRE(first.take(at(0)));
  REQUIRE(first.take(at(0)));  // it still is its turn
  REQUIRE_FALSE(second.take(at(0)));
  int ready = 0;
  second.wait(at(0), [&] { ++ready; });
  REQUIRE(first.contended());
  REQUIRE(ready == 0);
  first.let_go(at(3));
  REQUIRE(ready == 1);
  REQUIRE(second.take(at(3)));
  REQUIRE_FALSE(first.take(at(3)));
  second.let_go(at(4));
  REQUIRE(both->taken() == 0);
  REQUIRE(a == 3'000'000);
  REQUIRE(b == 1'000'000);
}

TEST_CASE("whoever used least comes next, and who was away earns nothing by it", "[actors][law][share]") {
  auto both = std::make_shared<turns>(1);
  turns::account dear{0}, cheap{0};
  turns::seat a(both, dear), b(both, cheap);
  int now = 0;
  for (int i = 0; i < 20; ++i) {  // alone for a while
    REQUIRE(a.take(at(now)));
    a.let_go(at(now += 5));
  }
  // From here on both always want to work, and a turn of the one takes five times as long.
  bool works_a = a.take(at(now)), works_b = false;
  int used_a = 0, used_b = 0;
  b.wait(at(now), [&] { works_b = true; });
  while (used_a + used_b < 600) {
    REQUIRE(works_a != works_b);
    auto& seat = works_a ? a : b;
    auto& works = works_a ? works_a : works_b;
    const int takes = works_a ? 5 : 1;
    (works_a ? used_a : used_b) += takes;
    works = false;
    seat.wait(at(now += takes), [&works] { works = true; });
  }
  REQUIRE(used_a <= used_b + 12);
  REQUIRE(used_b <= used_a + 12);
}

TEST_CASE("who leaves waits no more, and gives back what it had", "[actors][share]") {
  auto both = std::make_shared<turns>(1);
  turns::account used{0};
  int ready = 0;
  {
    turns::seat a(both, used), b(both, used), c(both, used);
    REQUIRE(a.take(at(0)));
    b.wait(at(0), [&] { ready += 1; });
    c.wait(at(0), [&] { ready += 10; });
    b.leave();
    a.leave();
    REQUIRE(ready == 10);
  }
  REQUIRE(both->taken() == 0);
}

TEST_CASE("shared processors change no batch, in any interleaving", "[actors][law][share]") {
  std::string digest;
  for (std::uint32_t order = 0; order <= 30; ++order) {
    const cpu_share one(1 + int(order % 3));
    rig r(of_pixels(one, nothing()).budget({.cpus = 3, .share = one}), order);  // more workers than turns
    r.pull_all();
    if (digest.empty()) digest = r.over()->digest;
    expect_whole(r, digest);
    REQUIRE(one.busy() == 0);
  }
}

TEST_CASE("workers that die or hang in their turn keep it from nobody", "[actors][law][share][hang]") {
  rig undisturbed(of_pixels(cpu_share(1), nothing()));
  undisturbed.pull_all();
  for (std::uint32_t order = 1; order <= 60; ++order) {
    const cpu_share one(1);
    rig r(of_pixels(one, nothing()).budget({.cpus = 2, .share = one}), order);
    while (r.hired() < 2) r.run(1);
    r.run(order);
    if (order % 2 == 0) {
      r.on_clock = [&, seen = 0u]() mutable {
        if (one.busy() > 0 && ++seen == 3) throw std::runtime_error("out of luck");
      };
    } else {
      r.freeze(0);
      r.settle();
      r.give_up(0);
      r.run(order % 5);
      r.thaw(0);
    }
    r.pull_all();
    expect_whole(r, undisturbed.over()->digest);
    REQUIRE(one.busy() == 0);
  }
}

TEST_CASE("two pipelines never have more workers at work than they share", "[actors][law][share][threads]") {
  for (int cpus : {1, 2}) {
    const cpu_share both(cpus);
    crowd everybody;
    auto a = of_pixels(both, everybody.work(), 2'000).start(), b = of_pixels(both, everybody.work(), 2'000).start();
    std::uint64_t rows_a = 0, rows_b = 0;
    std::thread other([&] {
      for (int e = 0; e < 2; ++e) {
        for (const auto& batch : b.epoch()) rows_b += batch.rows();
      }
    });
    for (int e = 0; e < 2; ++e) {
      for (const auto& batch : a.epoch()) rows_a += batch.rows();
    }
    other.join();
    const auto end_a = a.wait(), end_b = b.wait();
    REQUIRE(end_a.ok());
    REQUIRE(end_b.ok());
    REQUIRE(rows_a == 4'000);
    REQUIRE(rows_b == 4'000);
    REQUIRE(end_a.digest == end_b.digest);
    REQUIRE(everybody.most <= cpus);
    REQUIRE(both.busy() == 0);
  }
}

TEST_CASE("two pipelines that want the same processor get about the same of it", "[actors][law][share][threads]") {
  const cpu_share one(1);
  std::atomic<std::uint64_t> done[2] = {{0}, {0}};
  const auto counts = [&](int n) {
    return transform("counts", [&done, n](image& i, generator&) {
      ++done[n];
      for (int spin = 0; spin < 3'000; ++spin) i.data[0] = std::uint8_t(i.data[0] * 5 + done[n] % 3);
    });
  };
  const auto endless = [&](int n) {
    auto p = of_pixels(one, counts(n), 500);
    p.load(pixels(500), {.shuffle = true});
    return p.start();
  };
  auto a = endless(0), b = endless(1);
  std::atomic<bool> enough{false};
  const auto walk = [&](running_pipeline& run) {
    while (!enough) {
      for (const auto& batch : run.epoch()) {
        if (enough || batch.rows() == 0) break;
      }
    }
  };
  std::thread first([&] { walk(a); }), second([&] { walk(b); });
  while (done[0] < 2'000 || done[1] < 2'000) std::this_thread::yield();  // both are under way
  const std::uint64_t from[2] = {done[0], done[1]};
  while (done[0] + done[1] < from[0] + from[1] + 40'000) std::this_thread::yield();
  const double of_a = double(done[0] - from[0]), of_b = double(done[1] - from[1]);
  enough = true;
  a.stop();
  b.stop();
  first.join();
  second.join();
  INFO(of_a << " and " << of_b);
  REQUIRE(of_a < 3 * of_b);
  REQUIRE(of_b < 3 * of_a);
}

TEST_CASE("a handler that hangs in one pipeline does not stop the other, and one that ends leaves it all",
          "[actors][share][threads][hang]") {
  const cpu_share one(1);
  auto stuck = std::make_shared<gate>();
  auto hung_once = std::make_shared<std::atomic<bool>>(false);
  const transform trap("trap", [=](image& i, generator&) {
    if (i.data[0] == 7 && !hung_once->exchange(true)) stuck->pass();
  });
  auto p = of_pixels(one, trap);
  auto hangs = p.monitor({.interval = 20ms, .stall_after = 300ms}).start();
  REQUIRE(stuck->somebody_waits());
  auto works = of_pixels(one, nothing()).start();
  std::uint64_t rows = 0;
  for (int e = 0; e < 2; ++e) {
    for (const auto& b : works.epoch()) rows += b.rows();
  }
  REQUIRE(rows == 120);
  REQUIRE(works.wait().ok());
  stuck->open();
  for (int e = 0; e < 2; ++e) {
    for (const auto& b : hangs.epoch()) rows += b.rows();
  }
  REQUIRE(rows == 240);
  REQUIRE(hangs.wait().ok());
  REQUIRE(one.busy() == 0);
}

TEST_CASE("the share is described, and an impossible one refused", "[pipeline][share]") {
  const auto says = [](const pipeline& p, const std::string& what) {
    return p.describe().find(what) != std::string::npos;
  };
  REQUIRE(says(of_pixels(cpu_share(3), nothing()), "augmenter x3"));
  REQUIRE(says(of_pixels(cpu_share(3), nothing()), "processors 3, shared with the pipelines that were given"));
  REQUIRE(says(of_pixels({}, nothing()), "shared with the other pipelines of this process"));
  REQUIRE_FALSE(says(of_pixels({}, nothing()).budget({.cpus = 2}), "shared"));
  REQUIRE_THROWS_WITH(cpu_share(0), "cpu_share: cpus must be 1 ... 1024, got 0");
}
