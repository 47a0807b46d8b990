// A worker that hangs: its batch is made again in another buffer, and what it still writes reaches nobody.
#include "rig.hpp"

#include <algorithm>

#include "../catch.hpp"
#include "whole.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

pipeline noisy(bool from_files, int cpus = 2, int buffers = 0) {
  return pipeline{}
      .load(from_files ? files(60) : pixels(60), {.shuffle = true, .seed = 5, .epochs = 2})
      .augment({resize({2, 2}),
                transform("noise", [](image& i, generator& g) { i.data[0] = std::uint8_t(i.data[0] + g.below(9)); })},
               {.chunk = 4})
      .batch({.size = 8, .buffers = buffers})
      .budget({.cpus = cpus})
      .output({.directory = {}, .digest = true});
}

std::string undisturbed(const pipeline& p) {
  rig r(p);
  r.pull_all();
  return r.over()->digest;
}

// Everything that is in a batch.
std::vector<std::byte> bytes_of(const batch& b) {
  std::vector<std::byte> all;
  for (const auto& v : {b.images(), b.labels(), b.indices()}) {
    const auto* from = static_cast<const std::byte*>(v.data);
    all.insert(all.end(), from, from + std::size_t(v.elements()) * size_of(v.type));
  }
  return all;
}

// The next batch; what hangs in its way is given up, as the monitor would.
batch next_of(rig& r, std::uint32_t hangs) {
  for (int looks = 0; looks < 3; ++looks) {
    if (auto next = r.pull()) return *next;
    r.give_up(hangs);
  }
  FAIL("no batch comes any more");
  return {};
}

}  // namespace

TEST_CASE("late writes of a worker that hung reach no batch that was delivered", "[actors][law][hang]") {
  for (bool from_files : {false, true}) {
    const auto p = noisy(from_files);
    const auto digest = undisturbed(p);
    std::uint64_t dropped = 0;
    for (std::uint32_t order = 1; order <= 40; ++order) {
      rig r(p, order);
      while (r.hired() < 2) r.run(1);
      r.run(order);
      r.freeze(order % 2);
      r.settle();
      r.give_up(order % 2);
      batch kept;
      std::vector<std::byte> as_delivered;
      for (std::uint32_t taken = 0; taken < order % 13; ++taken) {
        kept = {};
        kept = next_of(r, order % 2);
        as_delivered = bytes_of(kept);
      }
      r.thaw(order % 2);
      r.settle();
      if (kept) REQUIRE(bytes_of(kept) == as_delivered);
      kept = {};
      r.pull_all();
      expect_whole(r, digest);
      dropped += r.state().batcher.failures;
    }
    REQUIRE(dropped > 0);  // it did come late, and was counted
  }
}

TEST_CASE("whoever stops or leaves a run in which somebody hangs, every row enters the books once",
          "[actors][law][hang]") {
  for (std::uint32_t order = 1; order <= 60; ++order) {
    rig r(noisy(order % 3 == 0), order);
    while (r.hired() < 2) r.run(1);
    r.run(order);
    r.freeze(0);
    r.settle();
    r.give_up(0);
    r.run(order % 7);
    order % 2 == 0 ? r.stop() : r.leave(0);
    r.run(order % 11);
    r.thaw(0);
    r.pull_all();
    expect_nothing_left(r);
  }
}

TEST_CASE("a run with one buffer allocates another, and an event says by how much", "[actors][law][hang]") {
  const auto p = noisy(true, 2, 1);
  const auto digest = undisturbed(p);
  for (std::uint32_t order = 1; order <= 20; ++order) {
    rig r(p, order);
    while (r.hired() < 2) r.run(1);
    r.freeze(0);
    r.freeze(1);
    r.settle();
    r.give_up(0);
    r.thaw(1);
    next_of(r, 0);
    REQUIRE(r.state().memory->buffers() == 2);
    r.thaw(0);
    r.pull_all();
    expect_whole(r, digest);
    const auto said =
        std::find_if(r.alerts.begin(), r.alerts.end(), [](const alert& a) { return a.name == "memory_limit"; });
    REQUIRE(said != r.alerts.end());
    REQUIRE(said->severity == severity::info);
    REQUIRE(said->message.find("beyond the printed bound") != std::string::npos);
  }
}

TEST_CASE("a worker that hung and came back works again, however often that happens", "[actors][law][hang]") {
  for (const int buffers : {0, 1}) {
    const auto p = noisy(true, 2, buffers);
    const auto digest = undisturbed(p);
    for (std::uint32_t order = 1; order <= 30; ++order) {
      rig r(p, order);
      while (r.hired() < 2) r.run(1);
      const auto first = r.state().memory->buffers();
      int hung = 0;
      for (std::uint32_t k = 0; k < 9; ++k) {
        const auto who = (order + k) % 2;
        r.freeze(who);
        r.take();  // room for work that it is dealt
        r.settle();
        const auto before = r.state().lost_rows.load();
        r.give_up(who);
        r.settle();
        hung += r.state().lost_rows > before;
        r.thaw(who);
        r.settle();
        auto& ahead = r.state().read_ahead;  // nothing of what others were given instead is left
        REQUIRE_FALSE(ahead.try_take(ahead.limit() - ahead.held() + 1));
        REQUIRE(r.state().memory->buffers() == first);
      }
      REQUIRE(hung > 3);
      REQUIRE(r.hired() <= 3);
      r.pull_all();
      expect_whole(r, digest);
    }
  }
}

TEST_CASE("a run whose workers all answer allocates nothing beyond the bound", "[actors][hang]") {
  rig r(noisy(true, 2, 1), 3);
  r.pull_all();
  REQUIRE(r.state().memory->buffers() == 1);
  REQUIRE(r.alerts.empty());
}

TEST_CASE("a worker that hung and then dies gives its buffer back", "[actors][law][hang]") {
  for (bool from_files : {false, true}) {
    const auto p = noisy(from_files);
    const auto digest = undisturbed(p);
    for (std::uint32_t order = 1; order <= 40; ++order) {
      rig r(p, order);
      while (r.hired() < 2) r.run(1);
      r.run(order);
      r.freeze(0);
      r.settle();
      r.give_up(0);
      for (std::uint32_t taken = 0; taken < order % 13; ++taken) next_of(r, 0);
      r.run(order % 5);
      r.kill(0);
      r.thaw(0);
      r.pull_all();
      expect_whole(r, digest);
    }
  }
}

TEST_CASE(
    "a worker that hung, came back and died is started again, and one that died hanging leaves its seat to another",
    "[actors][law][hang]") {
  const auto p = noisy(true, 1);
  const auto digest = undisturbed(p);
  for (bool back : {true, false}) {
    for (std::uint32_t order = 1; order <= 30; ++order) {
      rig r(p, order);
      while (r.hired() < 1) r.run(1);
      r.run(order);
      r.freeze(0);
      r.settle();
      r.give_up(0);
      while (r.hired() < 2) r.run(1);
      if (back) {
        r.thaw(0);
        r.settle();
      }
      r.take();
      r.run(order % 5);
      r.kill(0);
      r.thaw(0);
      r.settle();
      r.freeze(1);
      r.take();
      r.settle();
      r.give_up(1);
      r.settle();
      if (back) r.pull_all();
      r.thaw(1);
      r.pull_all();
      expect_whole(r, digest);
      REQUIRE(r.hired() == 3);
    }
  }
}

TEST_CASE("a worker given up on in the moment in which it answers loses nothing", "[actors][law][hang]") {
  const auto p = noisy(true, 3);
  const auto digest = undisturbed(p);
  for (std::uint32_t order = 1; order <= 60; ++order) {
    rig r(p, order);
    while (r.hired() < 3) r.run(1);
    r.run(order);
    r.give_up(order % 3);
    r.run(order % 11);
    r.give_up((order + 1) % 3);
    r.pull_all();
    expect_whole(r, digest);
  }
}

TEST_CASE("when the spares hang as well the run fails, and ends as soon as they come back", "[actors][hang]") {
  for (std::uint32_t order = 1; order <= 20; ++order) {
    rig r(noisy(true, 1), order);
    while (r.hired() < 1) r.run(1);
    r.run(order);
    r.freeze(0);
    r.settle();
    r.give_up(0);
    while (r.hired() < 2) r.run(1);
    r.freeze(1);
    r.settle();
    r.give_up(1);
    r.pull_all();
    REQUIRE_FALSE(r.over());
    r.thaw(0);
    r.thaw(1);
    r.settle();
    REQUIRE(r.over());
    REQUIRE(r.over()->how == ending::failed);
    REQUIRE(r.over()->reason.find("hangs as well, and there is no spare left") != std::string::npos);
    REQUIRE(r.over()->dispositions.balanced());
    REQUIRE(r.actors() == 0);
  }
}

TEST_CASE("a sample at which six workers hung ends the run, however many spares are left", "[actors][hang]") {
  rig r(noisy(true, 8));
  while (r.hired() < 8) r.run(1);
  for (std::uint32_t n = 0; n < 8; ++n) r.freeze(n);
  r.settle();
  for (std::uint32_t n = 0; n < 6; ++n) {
    REQUIRE_FALSE(r.state().ending);
    r.state().augmenter.workers[n].begin(operation::transforming, 0, 7, r.state().now(), n);
    r.give_up(n);
    r.settle();
  }
  REQUIRE(r.state().ending);
  for (std::uint32_t n = 0; n < 8; ++n) r.thaw(n);
  r.settle();
  REQUIRE(r.over());
  REQUIRE(r.over()->how == ending::failed);
  REQUIRE(r.over()->reason.find("so did others at this sample: augmenter 5 is transforming 7;") != std::string::npos);
}

TEST_CASE("a worker that never comes back makes the run wedged after its deadline", "[actors][hang]") {
  rig r(noisy(true, 2), 7);
  while (r.hired() < 2) r.run(1);
  r.run(7);
  r.freeze(0);
  r.settle();
  r.stop();
  r.wait(29s);
  REQUIRE_FALSE(r.over());
  r.wait(2s);
  REQUIRE(r.over());
  REQUIRE(r.over()->how == ending::wedged);
  REQUIRE(r.over()->reason.find("did not end within 30 s") != std::string::npos);
  REQUIRE(r.over()->dispositions.balanced());
  REQUIRE(r.over()->dispositions.skipped(skip_reason::stopped) > 0);
}
