// Stages of one's own that do not hand on `end`, and deadlines that nobody can wait for.
#include <troupe/actors/stage.hpp>

#include "../catch.hpp"
#include "gate.hpp"
#include "whole.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

struct forgetful_state : own_stage_state {
  forgetful_state() = default;
  void ended(const end<encoded>& e) {
    if (stuck) stuck->pass();
    if (!forgets) own_stage_state::ended(e);
  }
  bool forgets = true;
  std::shared_ptr<gate> stuck;
};

own_actor::behavior_type forgetful(self_of<own_actor, forgetful_state> self, const gives<encoded>& upstream,
                                   bool forgets, std::shared_ptr<gate> stuck) {
  self->state.forgets = forgets;
  self->state.stuck = std::move(stuck);
  return stage_behavior(self, upstream);
}

spawn_stage stage(bool forgets, const std::shared_ptr<gate>& stuck = {}) {
  return [=](caf::actor_system& system, const gives<encoded>& upstream) {
    return own_actor{system.spawn(forgetful, upstream, forgets, stuck)};
  };
}

// Says it when it hears it for the second time.
struct late_state : own_stage_state {
  late_state() = default;
  void ended(const end<encoded>& e) {
    if (++heard == 2) own_stage_state::ended(e);
  }
  int heard = 0;
};

own_actor::behavior_type late(self_of<own_actor, late_state> self, const gives<encoded>& upstream) {
  return stage_behavior(self, upstream);
}

pipeline of_files() {
  return pipeline{}
      .load(files(60), {.shuffle = true, .seed = 5, .epochs = 2})
      .augment({resize({2, 2})}, {.chunk = 4})
      .batch({.size = 8})
      .budget({.cpus = 2});
}

}  // namespace

TEST_CASE("a stage that forgets `end` fails the run a deadline after the last batch, by its name",
          "[actors][law][stage]") {
  for (std::uint32_t order = 1; order <= 40; ++order) {
    auto p = of_files();
    if (order % 2 == 0) p.stage("first", stage(false));
    p.stage("mine", stage(true));
    if (order % 3 == 0) p.stage("last", stage(order % 4 == 0));
    rig r(p, order);
    REQUIRE(r.pull_all().size() == 16);
    r.wait(29s);
    REQUIRE_FALSE(r.over());
    r.wait(2s);
    expect_nothing_left(r);
    REQUIRE(r.over()->how == ending::failed);
    REQUIRE(r.over()->dispositions.delivered == 120);
    REQUIRE(r.over()->reason.find("mine: it did not hand on `end`") == 0);
  }
}

TEST_CASE("time in which the process was stopped is not taken off what a stage has for its `end`", "[actors][stage]") {
  rig r(of_files().stage("mine", [](caf::actor_system& s, const gives<encoded>& up) { return s.spawn(late, up); }), 3);
  REQUIRE(r.pull_all().size() == 16);
  for (int often = 0; often < 3; ++often) r.stand_still(1h);
  r.wait(20s);
  REQUIRE_FALSE(r.state().ending);
  caf::anon_send(r.stages().own[1], end<encoded>{});
  r.settle();
  expect_nothing_left(r);
  REQUIRE(r.over()->how == ending::completed);
}

TEST_CASE("a loop that takes its last batches long after the deadline completes", "[actors][stage]") {
  rig r(of_files().stage("mine", stage(false)), 3);
  for (int n = 0; n < 14; ++n) REQUIRE(r.pull());
  r.wait(100s);
  REQUIRE_FALSE(r.over());
  REQUIRE(r.pull_all().size() == 2);
  REQUIRE(r.over()->how == ending::completed);
}

TEST_CASE("a run that is stopped above a stage that forgets `end` is wedged, says who, and accounts for every row",
          "[actors][law][stage]") {
  for (std::uint32_t at = 20; at <= 200; at += 3) {
    rig r(of_files().stage("mine", stage(true)), at);
    r.run(at);
    r.stop();
    r.wait(31s);
    REQUIRE(r.over());
    REQUIRE(r.over()->how == ending::wedged);
    REQUIRE(r.over()->reason == "did not end within 30 s: mine has not said its `end`");
    REQUIRE(r.over()->dispositions.balanced());
  }
}

TEST_CASE("a stage that hangs in `end` fails the run, and is left behind", "[actors][threads][stage]") {
  auto stuck = std::make_shared<gate>();
  {
    auto run = of_files()
                   .load(pixels(60), {.epochs = 1})
                   .augment({})
                   .stage("mine", stage(false, stuck))
                   .shutdown_deadline(200ms)
                   .start();
    std::uint64_t rows = 0;
    for (const batch& b : run.epoch()) rows += b.rows();
    REQUIRE(rows == 60);
    const auto o = run.wait();
    REQUIRE(o.how == ending::wedged);
    REQUIRE(o.reason.find("mine: it did not hand on `end`") == 0);
    REQUIRE(o.dispositions.balanced());
    REQUIRE(o.dispositions.delivered == 60);
  }
  stuck->open();
}

TEST_CASE("the longest durations that there are wedge no run and wake no monitor", "[actors][threads]") {
  constexpr auto longest = std::chrono::milliseconds::max();
  int alerts = 0;
  auto run = of_files()
                 .load(pixels(60), {.epochs = 1})
                 .augment({})
                 .shutdown_deadline(longest)
                 .monitor({.interval = longest - 1ms, .stall_after = longest, .slow_start_after = longest},
                          [&](const alert&) { ++alerts; })
                 .start();
  std::uint64_t rows = 0;
  for (const batch& b : run.epoch()) rows += b.rows();
  REQUIRE(run.wait_for(longest));
  REQUIRE(run.wait().how == ending::completed);
  REQUIRE(rows == 60);
  REQUIRE(alerts == 0);
}
