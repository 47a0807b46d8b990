// Stages of one's own on real threads. Nothing here depends on how fast a machine is.
#include <troupe/actors/sink.hpp>
#include <troupe/sources/keyed.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>

#include "../catch.hpp"
#include "depot.hpp"
#include "gate.hpp"
#include "rig.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

struct trap_state : own_stage_state {
  static inline const char* name = "trap";
  trap_state() = default;
  void arrived(chunks<encoded>& what) {
    const auto now = seen++;
    if (stuck && now == 0) stuck->pass();
    if (now == throws_at) throw std::runtime_error("lost the key");
    own_stage_state::arrived(what);
  }
  std::shared_ptr<gate> stuck;
  std::uint64_t seen = 0, throws_at = ~std::uint64_t{0};
};

own_actor::behavior_type trap(self_of<own_actor, trap_state> self, const gives<encoded>& upstream,
                              std::shared_ptr<gate> stuck, std::uint64_t throws_at) {
  self->state.stuck = std::move(stuck);
  self->state.throws_at = throws_at;
  return stage_behavior(self, upstream);
}

spawn_stage an_actor(const std::shared_ptr<gate>& stuck = {}, std::uint64_t throws_at = ~std::uint64_t{0}) {
  return [=](caf::actor_system& system, gives<encoded> upstream) {
    return own_actor{system.spawn(trap, std::move(upstream), stuck, throws_at)};
  };
}

struct adder_state : own_sink_state {
  adder_state() = default;
  void take(const batch& b) { *rows += b.rows(); }
  std::shared_ptr<std::atomic<std::uint64_t>> rows;
};

own_sink_actor::behavior_type adder(self_of<own_sink_actor, adder_state> self, const gives<batch>& upstream,
                                    std::shared_ptr<std::atomic<std::uint64_t>> rows) {
  self->state.rows = std::move(rows);
  return sink_behavior(self, upstream);
}

pipeline of_pixels(std::uint64_t n, int cpus) {
  return pipeline{}
      .load(pixels(n), {.shuffle = true, .seed = 11, .epochs = 2})
      .augment({transform("noise", [](image& i, generator& g) { i.data[0] = std::uint8_t(i.data[0] + g.below(3)); })})
      .batch({.size = 16})
      .budget({.cpus = cpus})
      .output({.directory = {}, .digest = true});
}

std::string digest_of(const pipeline& p) {
  auto run = p.start();
  for (int epoch = 0; epoch < 2; ++epoch) {
    for (const auto& b : run.epoch()) REQUIRE(b.rows() > 0);
  }
  const auto o = run.wait();
  REQUIRE(o.ok());
  REQUIRE(o.dispositions.balanced());
  return o.digest;
}

}  // namespace

TEST_CASE("stages that change nothing change no batch on any number of threads", "[actors][law][threads][stage]") {
  const auto digest = digest_of(of_pixels(300, 1));
  const auto same = [](encoded item) { return item; };
  for (int cpus : {1, 2, 5}) {
    REQUIRE(digest_of(of_pixels(300, cpus).stage("a", same)) == digest);
    REQUIRE(digest_of(of_pixels(300, cpus).stage("a", same).stage("b", an_actor()).stage("c", same)) == digest);
  }
}

TEST_CASE("a function that hangs is named with its sample, and a spare works on", "[actors][threads][stage]") {
  auto stuck = std::make_shared<gate>();
  auto hung_once = std::make_shared<std::atomic<bool>>(false);
  std::mutex mutex;
  std::vector<alert> alerts;
  auto run = pipeline{}
                 .load(pixels(200), {.shuffle = true, .epochs = 1})
                 .stage("decrypt",
                        [=](encoded item) {
                          if (item.index == 77 && !hung_once->exchange(true)) stuck->pass();
                          return item;
                        })
                 .batch({.size = 8})
                 .budget({.cpus = 2})
                 .monitor({.interval = 20ms, .stall_after = 500ms},
                          [&](const alert& a) {
                            std::lock_guard lock(mutex);
                            alerts.push_back(a);
                          })
                 .start();
  std::uint64_t rows = 0;
  for (const auto& b : run.epoch()) rows += b.rows();
  REQUIRE(rows == 200);
  stuck->open();
  const auto o = run.wait();
  REQUIRE(o.ok());
  REQUIRE(o.dispositions.balanced());
  std::lock_guard lock(mutex);
  const auto said = std::find_if(alerts.begin(), alerts.end(), [](const alert& a) { return a.path == "77"; });
  REQUIRE(said != alerts.end());
  REQUIRE(said->name == "stall");
  REQUIRE(said->stage == "decrypt");
}

TEST_CASE("an actor of one's own that hangs for good makes the run wedged, and nobody waits for it",
          "[actors][threads][stage]") {
  auto stuck = std::make_shared<gate>();
  {
    auto run = of_pixels(300, 1).stage("decrypt", an_actor(stuck)).shutdown_deadline(300ms).start();
    REQUIRE(stuck->somebody_waits());
    run.stop();
    const auto o = run.wait();
    REQUIRE(o.how == ending::wedged);
    REQUIRE(o.reason.find("decrypt 0 is transforming") != std::string::npos);
  }
  stuck->open();
}

TEST_CASE("an actor of one's own that dies fails the run on real threads as well", "[actors][threads][stage]") {
  for (std::uint64_t at : {0, 0, 0}) {
    auto run = of_pixels(300, 2).stage("decrypt", an_actor({}, at)).start();
    const auto o = run.wait();
    REQUIRE(o.how == ending::failed);
    REQUIRE(o.reason.find("decrypt: lost the key") == 0);
    REQUIRE(o.dispositions.balanced());
  }
}

TEST_CASE("an actor of one's own has a thread more, a function none", "[actors][threads][stage]") {
  const auto same = [](encoded item) { return item; };
  const auto says = [](const pipeline& p, const char* what) { return p.describe().find(what) != std::string::npos; };
  REQUIRE(says(of_pixels(300, 2).stage("a", same), "threads    2 workers + 1, 1 reader"));
  REQUIRE(says(of_pixels(300, 2).stage("a", an_actor()), "threads    2 workers + 1, 1 actor of your own, 1 reader"));
}

TEST_CASE("a sink takes every row on real threads, and a run with one ends by itself", "[actors][threads][sink]") {
  auto rows = std::make_shared<std::atomic<std::uint64_t>>(0);
  auto p = of_pixels(300, 2);
  p.sink("adder", [rows](caf::actor_system& system, const gives<batch>& upstream) {
    return system.spawn(adder, upstream, rows);
  });
  auto run = p.start();
  const auto o = run.wait();
  REQUIRE(o.ok());
  REQUIRE(*rows == 600);
  REQUIRE(o.dispositions.delivered == 600);
}

TEST_CASE("an actor brings bytes by key on any number of threads, whatever is read ahead, from any batch on",
          "[actors][law][threads][stage]") {
  const auto digest_of_keys = [](const std::shared_ptr<depot>& from, int cpus, std::size_t read_ahead) {
    auto p = pipeline{}
                 .load(keyed(files(200)), {.shuffle = true, .seed = 11, .epochs = 2, .read_ahead_bytes = read_ahead})
                 .augment({resize({2, 2})})
                 .batch({.size = 16})
                 .budget({.cpus = cpus})
                 .output({.directory = {}, .digest = true});
    if (cpus == 2)
      p.stage("depot", [from](encoded item) {
        static std::mutex one_at_a_time;
        std::lock_guard lock(one_at_a_time);
        from->bring(item);
        return item;
      });
    else
      p.stage("depot", brings_from(from));
    return digest_of(p);
  };
  auto from = std::make_shared<depot>();
  from->unknown = {"7", "100"};
  const auto digest = digest_of_keys(from, 1, 32 << 20);
  for (int cpus : {1, 2, 5}) REQUIRE(digest_of_keys(from, cpus, 500) == digest);
  from->late = true;
  REQUIRE(digest_of_keys(from, 3, 2'000) == digest);
}
