// Whole actors of one's own in the line: they are watched, named and outlived.
#include <troupe/actors/monitor.hpp>

#include "rig.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "../catch.hpp"
#include "whole.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

struct script {
  std::uint64_t dies_at = ~std::uint64_t{0}, throws_at = ~std::uint64_t{0}, leaves_at = ~std::uint64_t{0};
  std::uint64_t keeps_at = ~std::uint64_t{0}, twice_at = ~std::uint64_t{0};
};

// Does what the script says at the n-th message with items.
struct scripted_state : own_stage_state {
  static inline const char* name = "scripted";
  scripted_state() = default;
  void arrived(chunks<encoded>& what) {
    const auto now = seen++;
    if (now == play->throws_at) throw std::runtime_error("lost the key");
    if (now == play->dies_at) return self->quit(caf::exit_reason::out_of_workers);
    if (now == play->leaves_at) return self->quit();
    if (now == play->keeps_at) return;
    if (now == play->twice_at) self->send(downstream, alone(chunk<encoded>(what.all.front())));
    own_stage_state::arrived(what);
  }
  std::shared_ptr<script> play;
  std::uint64_t seen = 0;
};

own_actor::behavior_type scripted(self_of<own_actor, scripted_state> self, gives<encoded> upstream,
                                  std::shared_ptr<script> play) {
  self->state.play = std::move(play);
  return stage_behavior(self, std::move(upstream));
}

spawn_stage of(std::shared_ptr<script> play) {
  return [play](caf::actor_system& system, gives<encoded> upstream) {
    return own_actor{system.spawn(scripted, std::move(upstream), play)};
  };
}

spawn_stage plain() { return of(std::make_shared<script>()); }

pipeline of_files(int cpus = 2) {
  return pipeline{}
      .load(files(60), {.shuffle = true, .seed = 5, .epochs = 2})
      .augment({resize({2, 2})}, {.chunk = 4})
      .batch({.size = 8})
      .budget({.cpus = cpus})
      .output({.directory = {}, .digest = true});
}

std::string undisturbed() {
  rig r(of_files());
  r.pull_all();
  return r.over()->digest;
}

void expect_in_order(rig& r, const std::string& reason) {
  REQUIRE(r.over());
  INFO(r.over()->reason);
  REQUIRE(r.over()->how == ending::failed);
  REQUIRE(r.over()->reason.find(reason) == 0);
  expect_nothing_left(r);
}

}  // namespace

TEST_CASE("an actor that changes nothing changes no batch, alone, in a row and among functions",
          "[actors][law][stage]") {
  const auto digest = undisturbed();
  const auto same = [](encoded item) { return item; };
  for (std::uint32_t order = 1; order <= 40; ++order) {
    auto p = of_files(1 + int(order % 4));
    if (order % 2 == 0) p.stage("first", same);
    p.stage("second", plain());
    if (order % 3 == 0) p.stage("third", plain());
    if (order % 5 == 0) p.stage("fourth", same);
    rig r(p, order);
    r.pull_all();
    expect_whole(r, digest);
    for (const auto& book : {r.edges.encoded, r.edges.own}) {
      INFO(book->breach());
      REQUIRE(book->breach().empty());
      REQUIRE(book->ends() == 1);
      REQUIRE(book->open() == 0);
    }
    for (const auto& own : r.state().own) {
      REQUIRE(own.items_in == 120);
      REQUIRE(own.items_out == 120);
      REQUIRE(own.demanded == own.answered);
    }
  }
}

TEST_CASE("an actor that dies ends the run in order, with its name and the reason", "[actors][law][stage]") {
  for (std::uint32_t order = 1; order <= 60; ++order) {
    auto play = std::make_shared<script>();
    const auto at = order / 3 % 8;
    const char* reasons[] = {"decrypt: lost the key", "decrypt: it died: ", "decrypt: it left before its end"};
    if (order % 3 == 0) play->throws_at = at;
    if (order % 3 == 1) play->dies_at = at;
    if (order % 3 == 2) play->leaves_at = at;
    auto p = of_files().stage("decrypt", of(play));
    if (order % 2 == 0) p.stage("another", plain());
    rig r(p, order);
    r.breaches_throw = false;
    r.pull_all();
    expect_in_order(r, reasons[order % 3]);
  }
}

TEST_CASE("an actor that answers twice is stopped before it does harm", "[actors][law][stage]") {
  for (std::uint32_t order = 1; order <= 30; ++order) {
    auto play = std::make_shared<script>();
    play->twice_at = order % 6;
    rig r(of_files().stage("echo", of(play)), order);
    r.breaches_throw = false;
    r.pull_all();
    expect_in_order(r, "echo: it answered places that it does not hold");
  }
}

TEST_CASE("whoever stops, leaves or loses its loader at whatever point, every place comes back",
          "[actors][law][stage]") {
  for (std::uint32_t at = 1; at <= 150; ++at) {
    rig r(of_files().stage("one", plain()).stage("two", plain()), at);
    r.run(at * 2);
    if (at % 3 == 0) r.leave(0);
    if (at % 3 == 1) r.stop();
    if (at % 3 == 2) {
      r.breaches_throw = false;
      end_urgently(r.stages().loader);
    }
    r.pull_all();
    expect_nothing_left(r);
  }
}

TEST_CASE("workers die below an actor of one's own, and no batch shows it", "[actors][law][restart][stage]") {
  const auto digest = undisturbed();
  for (std::uint32_t order = 1; order <= 30; ++order) {
    rig r(of_files().stage("one", plain()), order);
    r.run(40 + order * 3);
    const bool over = r.over().has_value();
    if (!over) r.kill(order % r.hired());
    r.pull_all();
    expect_whole(r, digest);
  }
}

TEST_CASE("an actor that does not answer is named by the stall alert, with the file that it keeps",
          "[actors][alert][stage]") {
  auto play = std::make_shared<script>();
  play->keeps_at = 2;
  auto p = of_files().stage("decrypt", of(play)).monitor({.stall_after = 10s});
  rig r(p, 1, true);
  r.state().consumer_waits.store(true);
  r.wait(11s);
  const auto stall = std::find_if(r.alerts.begin(), r.alerts.end(), [](const alert& a) { return a.name == "stall"; });
  REQUIRE(stall != r.alerts.end());
  REQUIRE(stall->stage == "decrypt");
  REQUIRE_FALSE(stall->path.empty());
  REQUIRE(stall->message.find("decrypt 0 has been transforming " + stall->path) == 0);
  const auto s = take_snapshot(r.state());
  REQUIRE(s.find("decrypt")->open_demand > 0);
  r.breaches_throw = false;  // it passes the end on, and keeps what it keeps
  r.stop();
  r.settle();
  REQUIRE(r.over()->how == ending::stopped);
  REQUIRE(r.over()->dispositions.balanced());
}

TEST_CASE("what an actor makes counts as read ahead, what it hands on does not count twice", "[actors][law][stage]") {
  std::size_t most = 0;
  rig* now = nullptr;
  auto p = of_files();
  p.load(files(60), {.epochs = 2, .read_ahead_bytes = 20'000})
      .stage("inflate",
             [](encoded item) {
               std::vector<std::uint8_t> longer(item.bytes.begin(), item.bytes.end());
               longer.resize(3'000);
               item.hold(std::move(longer));
               return item;
             })
      .stage("same", plain())
      .stage("look", [&](encoded item) {
        most = std::max(most, now->state().read_ahead.held());
        return item;
      });
  rig r(p, 3);
  now = &r;
  r.pull_all();
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(most >= 3'000);
  REQUIRE(r.state().read_ahead.held() == 0);
}

TEST_CASE("a view into memory of one's own counts as read ahead, another owner of what was given does not",
          "[actors][law][stage]") {
  constexpr std::size_t limit = 4'000;
  for (bool in_line : {false, true}) {
    for (bool own_memory : {false, true}) {
      std::map<std::uint64_t, std::vector<std::uint8_t>> mapped;
      auto p = of_files();
      p.load(files(60), {.epochs = 2, .read_ahead_bytes = limit}).stage("view", [&](encoded item) {
        if (!own_memory) {
          item.owner = std::make_shared<std::shared_ptr<const void>>(item.owner);
          return item;
        }
        auto& view = mapped[item.index];
        view.assign(item.bytes.begin(), item.bytes.end());
        view.resize(3'000);
        item.bytes = view;
        return item;
      });
      if (in_line) p.stage("same", plain());
      rig r(p, 3);
      r.disk().padding = 1'000;
      r.pull_all();
      REQUIRE(r.over()->how == ending::completed);
      REQUIRE((r.state().read_ahead.peak() > limit) == own_memory);
      expect_nothing_left(r);
    }
  }
}

TEST_CASE("a function that spawns nothing, or throws, fails the run before it begins", "[actors][stage]") {
  const spawn_stage none = [](caf::actor_system&, const gives<encoded>&) { return own_actor{}; };
  const spawn_stage throws = [](caf::actor_system&, const gives<encoded>&) -> own_actor {
    throw std::runtime_error("no licence");
  };
  rig r(of_files().stage("decrypt", none));
  r.settle();
  REQUIRE(r.over()->reason.find("decrypt: its function spawned nothing") != std::string::npos);
  rig t(of_files().stage("decrypt", throws));
  t.settle();
  REQUIRE(t.over()->reason == "supervisor: the line could not be started: decrypt: no licence");
}
