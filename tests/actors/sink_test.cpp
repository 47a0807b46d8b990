// An actor of one's own at the end of the line, in place of a trainer or a loop.
#include <troupe/actors/sink.hpp>

#include <algorithm>
#include <stdexcept>

#include "rig.hpp"

#include "../catch.hpp"
#include "whole.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

struct notebook {
  std::vector<seen> taken;
  std::uint64_t throws_at = ~std::uint64_t{0}, leaves_at = ~std::uint64_t{0};
  bool keeps = false, throws_at_end = false;
  int ends = 0;
  std::vector<batch> kept;
};

struct writer_state : own_sink_state {
  writer_state() = default;
  void take(const batch& b) {
    if (book->taken.size() == book->throws_at) throw std::runtime_error("disk full");
    if (book->taken.size() == book->leaves_at) self->quit();
    book->taken.push_back(read(b));
    if (book->keeps) book->kept.push_back(b);
  }
  void ended() {
    ++book->ends;
    if (book->throws_at_end) throw std::runtime_error("cannot be closed");
  }
  own_sink_actor::base* self = nullptr;
  std::shared_ptr<notebook> book;
};

own_sink_actor::behavior_type writer(self_of<own_sink_actor, writer_state> self, const gives<batch>& upstream,
                                     std::shared_ptr<notebook> book) {
  self->state.self = self;
  self->state.book = std::move(book);
  return sink_behavior(self, upstream);
}

pipeline into(const std::shared_ptr<notebook>& book) {
  return pipeline{}
      .load(files(60), {.shuffle = true, .seed = 5, .epochs = 2})
      .augment({resize({2, 2})}, {.chunk = 4})
      .batch({.size = 8})
      .budget({.cpus = 2})
      .output({.directory = {}, .digest = true})
      .sink("writer", [book](caf::actor_system& system, const gives<batch>& upstream) {
        return system.spawn(writer, upstream, book);
      });
}

void expect_balanced(rig& r) {
  REQUIRE(r.over());
  REQUIRE(r.over()->dispositions.balanced());
  REQUIRE(r.state().memory->free_buffers() == r.state().memory->buffers());
  REQUIRE(r.state().read_ahead.held() == 0);
  REQUIRE(r.actors() == 0);
}

}  // namespace

TEST_CASE("an actor takes every batch in order, and the run is over when it has left", "[actors][law][sink]") {
  std::string digest;
  for (std::uint32_t order = 1; order <= 40; ++order) {
    auto book = std::make_shared<notebook>();
    rig r(into(book), order);
    r.settle();
    expect_whole(r, digest.empty() ? r.over()->digest : digest);
    digest = r.over()->digest;
    REQUIRE(book->taken.size() == 16);
    REQUIRE(book->ends == 1);
    for (std::size_t b = 0; b < 16; ++b) {
      REQUIRE(book->taken[b].epoch == b / 8);
      REQUIRE(book->taken[b].number == b % 8);
    }
  }
}

TEST_CASE("a sink that throws or leaves fails the run with its name", "[actors][law][sink]") {
  for (std::uint32_t order = 1; order <= 40; ++order) {
    auto book = std::make_shared<notebook>();
    if (order % 3 == 0) book->throws_at = order % 8;
    if (order % 3 == 1) book->leaves_at = order % 8;
    if (order % 3 == 2) book->throws_at_end = true;
    rig r(into(book), order);
    r.breaches_throw = false;
    r.settle();
    expect_balanced(r);
    REQUIRE(r.over()->how == ending::failed);
    REQUIRE(r.over()->reason.find(order % 3 == 1 ? "writer: it left before its end" : "writer: it died: ") == 0);
    if (order % 3 == 0) REQUIRE(r.over()->reason.find("disk full") != std::string::npos);
  }
}

TEST_CASE("a run with a sink can be stopped at any point", "[actors][law][sink]") {
  for (std::uint32_t at = 1; at <= 120; ++at) {
    auto book = std::make_shared<notebook>();
    rig r(into(book), at);
    r.run(at * 3);
    r.stop();
    r.settle();
    expect_balanced(r);
    REQUIRE(book->ends == 1);
    REQUIRE(r.over()->dispositions.delivered + 16 >= 8 * book->taken.size());
  }
}

TEST_CASE("a sink that keeps every batch is named by the stall alert", "[actors][alert][sink]") {
  auto book = std::make_shared<notebook>();
  book->keeps = true;
  rig r(into(book).monitor({.stall_after = 10s}), 1, true);
  r.wait(25s);
  const auto stall = std::find_if(r.alerts.begin(), r.alerts.end(), [](const alert& a) { return a.name == "stall"; });
  REQUIRE(stall != r.alerts.end());
  REQUIRE(stall->message.find("consumer holds") == 0);
  book->kept.clear();
  book->keeps = false;
  r.settle();
  REQUIRE(r.over()->how == ending::completed);
}

TEST_CASE("a sink has a name of its own and no loop beside it", "[actors][sink]") {
  auto book = std::make_shared<notebook>();
  REQUIRE(into(book).describe().find("--batch--> writer\n") != std::string::npos);
  auto run = into(book).load(pixels(16), {.epochs = 1}).augment({}).start();
  REQUIRE_THROWS_WITH(run.epoch(), Catch::Contains("this run has a sink"));
  REQUIRE(run.wait().how == ending::completed);
  REQUIRE(run.snapshot().find("writer")->items == 16);
}

namespace {

own_sink_actor::behavior_type broken_writer(self_of<own_sink_actor, writer_state>) {
  throw std::runtime_error("cannot be opened");
}

// Asks for nothing and connects to nobody.
own_sink_actor::behavior_type idle_writer(self_of<own_sink_actor, writer_state>) {
  return {[](chunks<batch>&) {}, [](const unused<batch>&) {}, [](const abandoned<batch>&) {}, [](const end<batch>&) {},
          [](const failed<batch>&) {}};
}

pipeline with_sink(int which) {
  return into(std::make_shared<notebook>())
      .sink("writer", [which](caf::actor_system& system, const gives<batch>&) -> own_sink_actor {
        if (which == 0) throw std::runtime_error("no such folder");
        if (which == 1) return system.spawn(broken_writer);
        return system.spawn(idle_writer);
      });
}

}  // namespace

TEST_CASE("a sink that never connects neither wedges a run that fails nor one that is stopped", "[actors][sink]") {
  for (int which = 0; which < 3; ++which) {
    for (std::uint32_t order = 1; order <= 10; ++order) {
      rig r(with_sink(which), order);
      r.run(order);
      if (which == 2) r.stop();
      r.settle();
      expect_balanced(r);
      REQUIRE(r.over()->how == (which == 2 ? ending::stopped : ending::failed));
    }
  }
}
