// A worker that dies is started again and nobody downstream can tell; one that keeps dying ends the run in order.
#include "rig.hpp"

#include <algorithm>
#include <stdexcept>

#include "../catch.hpp"
#include "whole.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

bool sample_made = false;  // in the message that is being handled

pipeline noisy(bool from_files) {
  return pipeline{}
      .load(from_files ? files(60) : pixels(60), {.shuffle = true, .seed = 5, .epochs = 2})
      .augment({resize({2, 2}), transform("noise",
                                          [](image& i, generator& g) {
                                            sample_made = true;
                                            i.data[0] = std::uint8_t(i.data[0] + g.below(9));
                                          })},
               {.chunk = 4})
      .batch({.size = 8})
      .budget({.cpus = 2})
      .output({.directory = {}, .digest = true});
}

std::string undisturbed(const pipeline& p) {
  rig r(p);
  r.pull_all();
  return r.over()->digest;
}

std::size_t restarts(const rig& r) {
  return std::size_t(
      std::count_if(r.alerts.begin(), r.alerts.end(), [](const alert& a) { return a.name == "stage_restarted"; }));
}

// From the n-th look at the clock in the middle of a chunk on, every m-th is the last of its worker, so many times.
void let_workers_die(rig& r, int n, int m, int times) {
  r.on_turn = [] { sample_made = false; };
  r.on_clock = [&r, n, m, times, seen = 0, deaths = 0]() mutable {
    if (r.disk().reads()) return;  // a reader's look, though here it reads within a worker's turn
    if (deaths == times || !sample_made || seen++ < n || (seen - n - 1) % m != 0) return;
    ++deaths;
    throw std::runtime_error("out of luck");
  };
}

}  // namespace

TEST_CASE("an exception in the middle of a chunk costs its worker, and no batch shows it", "[actors][law][restart]") {
  const auto p = noisy(true);
  const auto digest = undisturbed(p);
  for (std::uint32_t order = 1; order <= 30; ++order) {
    rig r(p, order);
    let_workers_die(r, int(order), 3, int(1 + order % 3));
    r.pull_all();
    expect_whole(r, digest);
    REQUIRE(restarts(r) == 1 + order % 3);
    REQUIRE(r.hired() == 2 + restarts(r));
    REQUIRE(r.alerts.front().message.find("out of luck") != std::string::npos);
  }
}

TEST_CASE("the only worker dies while the read-ahead is full, and its successor has work", "[actors][law][restart]") {
  auto p = noisy(true);
  p.load(files(60), {.shuffle = true, .seed = 5, .epochs = 2, .read_ahead_bytes = 1 << 16}).budget({.cpus = 1});
  p.augment({resize({2, 2}), transform("noise", [](image&, generator&) { sample_made = true; })}, {.chunk = 1});
  const auto digest = undisturbed(p);
  for (std::uint32_t order = 1; order <= 30; ++order) {
    rig r(p, order);
    r.disk().padding = 4000;
    let_workers_die(r, int(3 * order), 3, 2);
    r.pull_all();
    expect_whole(r, digest);
    REQUIRE(restarts(r) == 2);
  }
}

TEST_CASE("a worker that is killed at any moment is started again, with the same digest", "[actors][law][restart]") {
  for (bool from_files : {false, true}) {
    const auto p = noisy(from_files);
    const auto digest = undisturbed(p);
    for (std::size_t messages = 12; messages < 160; messages += 4) {
      rig r(p, std::uint32_t(messages));
      r.run(messages);
      while (r.hired() == 0) r.run(1);
      r.kill(messages / 4 % r.hired());
      r.pull_all();
      INFO("after " << messages << " messages");
      expect_whole(r, digest);
      REQUIRE(restarts(r) <= 1);
    }
  }
}

TEST_CASE("a worker that keeps dying ends the run in order, and the reason says of what", "[actors][restart]") {
  for (std::uint32_t order = 1; order <= 20; ++order) {
    rig r(noisy(true), order);
    let_workers_die(r, int(order), 1, 1000);
    r.pull_all();
    REQUIRE(r.over());
    REQUIRE(r.over()->how == ending::failed);
    REQUIRE(r.over()->reason ==
            "augmenter: a worker died 4 times in a minute, the last time of augmenter: out of luck");
    REQUIRE(r.over()->dispositions.balanced());
    REQUIRE(r.state().read_ahead.held() == 0);
    REQUIRE(r.actors() == 0);
  }
}

TEST_CASE("whoever dies while the run is being stopped, every place comes back once", "[actors][law][restart]") {
  for (bool from_files : {false, true}) {
    for (std::uint32_t order = 1; order <= 40; ++order) {
      rig r(noisy(from_files), order);
      while (r.hired() < 2) r.run(1);
      r.run(2 * order);
      r.stop();
      r.run(order % 17);
      r.kill(order % 2);
      r.run(order % 5);
      r.kill((order + 1) % 2);
      r.pull_all();
      REQUIRE(r.over());
      REQUIRE(r.over()->how == ending::stopped);
      REQUIRE(r.over()->dispositions.balanced());
      REQUIRE(r.edges.sample->open() == 0);
      REQUIRE(r.state().memory->free_buffers() == r.state().memory->buffers());
      REQUIRE(r.state().read_ahead.held() == 0);
      REQUIRE(r.actors() == 0);
    }
  }
}

TEST_CASE("deaths that lie far apart are not added up", "[actors][restart]") {
  const auto p = noisy(true);
  const auto digest = undisturbed(p);
  rig r(p, 3);
  for (int death = 0; death < 6; ++death) {
    let_workers_die(r, 0, 1, 1);
    REQUIRE(r.pull());
    r.settle();
    r.on_clock = {};
    r.wait(61s);
  }
  r.pull_all();
  expect_whole(r, digest);
  REQUIRE(restarts(r) == 6);
}

TEST_CASE("a worker that dies while it waits for scratch memory takes none with it", "[actors][law][restart]") {
  const auto p = pipeline{}
                     .load(files(9), {.epochs = 1})
                     .augment({resize({2, 2})}, {.chunk = 1})
                     .batch({.size = 3})
                     .budget({.cpus = 3, .memory_bytes = std::size_t{23} << 20})
                     .output({.directory = {}, .digest = true});
  std::string digest;
  std::size_t deaths = 0;
  for (std::uint32_t order = 0; order <= 4; ++order) {
    rig r(p, order);
    r.disk().extent = 1600;
    r.disk().interlaced = true;  // decoded as a whole, and one at a time fits into the scratch that all share
    if (order > 0) {
      // Nobody comes to an end with what all share: the others wait for it.
      REQUIRE(r.state().large_scratch.try_take(r.state().large_scratch.limit()));
      r.settle();
      for (std::uint32_t n = 0; n < 1 + order % 3; ++n) r.kill(n);
      r.settle();
      r.state().large_scratch.give_back(r.state().large_scratch.limit());
    }
    r.pull_all();
    REQUIRE(r.over());
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.over()->dispositions.delivered == 9);
    REQUIRE(r.state().large_scratch.peak() > 0);
    REQUIRE(r.state().large_scratch.held() == 0);
    if (order == 0) digest = r.over()->digest;
    REQUIRE(r.over()->digest == digest);
    deaths += restarts(r);
  }
  REQUIRE(deaths > 4);
}

TEST_CASE("a stage is said to have died of its own crash, not of an earlier one elsewhere", "[actors][restart]") {
  rig r(noisy(true), 4);
  let_workers_die(r, 0, 1, 1);
  REQUIRE(r.pull());
  r.breaches_throw = false;
  caf::anon_send_exit(r.stages().loader, caf::exit_reason::kill);
  r.settle();
  REQUIRE(r.over()->how == ending::failed);
  REQUIRE(restarts(r) == 1);
  REQUIRE(r.over()->reason == "loader: it ended without a word");
}
