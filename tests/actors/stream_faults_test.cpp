// What can happen to a stream: workers that die or hang, labels and bytes that are wrong, options that do not fit.
#include <array>
#include <stdexcept>
#include <vector>

#include <troupe/actors/stage.hpp>

#include "../catch.hpp"
#include "numbers.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

pipeline line_of(const stream& from) {
  return pipeline{}
      .load(from, {.shuffle = true, .seed = 5, .epochs = 2})
      .augment({resize({1, 1})}, {.chunk = 4})
      .batch({.size = 8})
      .budget({.cpus = 2})
      .output({.directory = {}, .digest = true});
}

std::string refusal(const pipeline& p) {
  try {
    p.settings();
  } catch (const std::invalid_argument& e) { return e.what(); }
  return "accepted";
}

}  // namespace

TEST_CASE("a worker that dies over samples of a stream loses none of them", "[actors][stream][restart]") {
  for (bool as_files : {false, true}) {
    const auto from = numbers({.n = 60, .as_files = as_files}, {.window = 16});
    rig whole(line_of(from));
    whole.pull_all();
    const auto digest = whole.over()->digest;
    for (std::uint32_t order = 1; order <= 60; ++order) {
      rig r(line_of(from), order);
      r.breaches_throw = false;
      while (r.hired() < 2) r.run(1);
      r.run(order);
      r.kill(order % 2);
      r.pull_all();
      expect_nothing_left(r);
      REQUIRE(r.over()->how == ending::completed);
      REQUIRE(r.over()->dispositions.delivered == 120);
      REQUIRE(r.over()->digest == digest);
    }
  }
}

TEST_CASE("a worker that hangs over samples of a stream is worked around with the same batches",
          "[actors][stream][hang]") {
  for (bool as_files : {false, true}) {
    const auto from = numbers({.n = 60, .as_files = as_files}, {.window = 16});
    rig whole(line_of(from));
    whole.pull_all();
    const auto digest = whole.over()->digest;
    for (std::uint32_t order = 1; order <= 60; ++order) {
      rig r(line_of(from), order);
      while (r.hired() < 2) r.run(1);
      r.run(order);
      r.freeze(order % 2);
      r.settle();
      r.give_up(order % 2);
      for (std::uint32_t taken = 0; taken < order % 13;) {
        if (r.pull()) {
          ++taken;
        } else {
          r.give_up(order % 2);
        }
      }
      r.thaw(order % 2);
      r.pull_all();
      expect_nothing_left(r);
      REQUIRE(r.over()->how == ending::completed);
      REQUIRE(r.over()->dispositions.delivered == 120);
      REQUIRE(r.over()->digest == digest);
    }
  }
}

TEST_CASE("a file layer that takes no more jobs ends a run of a stream in order, also while it waits for room",
          "[actors][stream][failure]") {
  std::size_t waited = 0;
  for (int jobs = 0; jobs < 40; ++jobs) {
    auto p = line_of(numbers({.n = 60}, {.window = 16}));
    p.load(numbers({.n = 60}, {.window = 16}), {.epochs = 2, .read_ahead_bytes = 5});
    rig r(p, std::uint32_t(jobs));
    int left = jobs;
    r.disk().on_post = [&] {
      if (--left < 0) throw std::runtime_error("no thread is left");
    };
    r.breaches_throw = false;
    r.pull_all();
    CAPTURE(jobs);
    expect_nothing_left(r);
    if (r.over()->ok()) continue;
    REQUIRE(r.over()->how == ending::failed);
    REQUIRE(r.over()->reason.find("no thread is left") != std::string::npos);
    waited += r.over()->reason.find("loader: the file layer took no job: ") == 0;
  }
  REQUIRE(waited > 3);
}

TEST_CASE("more bad samples of a stream than the budget allows end the run", "[actors][stream]") {
  number_options o{.n = 200};
  for (std::uint64_t i = 0; i < 200; i += 4) o.empty.insert(i);
  rig r(line_of(numbers(o, {.window = 16, .name = "sensor"})));
  r.pull_all();
  expect_nothing_left(r);
  REQUIRE(r.over()->how == ending::failed);
  REQUIRE(r.over()->bad_data);
  REQUIRE(r.over()->reason.find("sensor[") != std::string::npos);
}

TEST_CASE("a sample whose label or bytes do not fit is bad and says so", "[actors][stream]") {
  yielded wide({1, 2});
  wide.raw = image_shape{1, 2, 1};
  const std::array<std::pair<yielded, std::string>, 5> wrong{
      {{{{1}, 10}, "its label is 10, of 10 classes"},
       {{{1}, -1}, "its label is -1, of 10 classes"},
       {{{1, 2}}, "it has 2 bytes, its shape 1"},
       {wide, "another shape"},
       {yielded::file("7"), "a file, where pixels were promised"}}};
  for (const auto& [bad, why] : wrong) {
    stream_options o{.shape = image_shape{1, 1, 1}};
    for (int c = 0; c < 10; ++c) o.classes.push_back(std::to_string(c));
    std::vector<yielded> all(1, yielded({0}));
    all.resize(12, bad);
    rig r(pipeline{}.load(generated([all] { return all; }, o), {.epochs = 1}).batch({.size = 4}));
    r.pull_all();
    REQUIRE(r.over()->how == ending::failed);
    REQUIRE(r.over()->reason.find(why) != std::string::npos);
  }
}

TEST_CASE("labels of a stream may be rows of values", "[actors][stream]") {
  std::vector<yielded> all;
  for (std::uint8_t i = 0; i < 10; ++i) {
    all.push_back({{i}});
    all.back().values = {float(i), float(i) / 2};
  }
  const stream_options o{.classes = {"x", "y"}, .labels = label_kind::values, .shape = image_shape{1, 1, 1}};
  rig r(pipeline{}.load(generated([all] { return all; }, o), {.epochs = 1}).batch({.size = 4}));
  std::int64_t next = 0;
  for (const auto& s : r.pull_all()) {
    for (std::size_t i = 0; i < s.indices.size(); ++i, ++next) {
      REQUIRE(s.indices[i] == next);
      REQUIRE(s.shares[2 * i] == float(next));
      REQUIRE(s.shares[2 * i + 1] == float(next) / 2);
    }
  }
  REQUIRE(next == 10);
}

TEST_CASE("a trainer takes a stream, and its evaluations are those of data with random access", "[actors][stream]") {
  auto book = std::make_shared<tally_book>();
  train_options three;
  three.epochs = 3;
  rig r(pipeline{}
            .load(numbers({.n = 50}), {.shuffle = true})
            .batch({.size = 8})
            .train(counting(book), three)
            .evaluate(pixels(10), {}));
  r.settle();
  REQUIRE(r.over());
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(book->trained.size() == 3 * 7);
  REQUIRE(book->evaluated.size() == 3 * 2);
  REQUIRE(r.over()->epochs.size() == 3);
  REQUIRE(r.over()->shuffle->samples == 50);
}

namespace {

struct passing_state : own_stage_state {
  static inline const char* name = "passing";
  passing_state() = default;
};

own_actor::behavior_type passing(self_of<own_actor, passing_state> self, const gives<encoded>& upstream) {
  return stage_behavior(self, upstream);
}

}  // namespace

TEST_CASE("samples of a stream go through stages of one's own, and places beyond its end come back through them",
          "[actors][stream]") {
  for (std::uint32_t order = 1; order <= 60; ++order) {
    auto p = line_of(numbers({.n = 57, .empty = {5}}, {.window = 16}));
    p.stage("same", [](encoded e) { return e; });
    p.stage("passing", [](caf::actor_system& s, gives<encoded> up) -> own_actor { return s.spawn(passing, up); });
    rig r(p, order);
    r.pull_all();
    expect_nothing_left(r);
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.over()->dispositions.opened == 114);
    REQUIRE(r.over()->dispositions.replaced == 2);
  }
}

TEST_CASE("what needs every sample within reach is refused for a stream", "[actors][stream]") {
  const auto from = numbers({});
  auto book = std::make_shared<tally_book>();
  REQUIRE(refusal(pipeline{}.load(from, {.cache = cached::encoded})).find("load: cache must be none") == 0);
  REQUIRE(refusal(pipeline{}.load(from, {.sampling = by_class()})).find("load: sampling by class needs random") == 0);
  REQUIRE(refusal(pipeline{}.load(from).batch({.drop_last = true, .buffers = 1})).find("batch: drop_last") == 0);
  const auto cosine = [&](const stream& s) {
    train_options o;
    o.schedule = "cosine";
    return refusal(pipeline{}.load(s).train(counting(book), o));
  };
  REQUIRE(cosine(from).find("train: schedule must be constant") == 0);
  REQUIRE(cosine(numbers({}, {.samples = 60})) == "accepted");
  REQUIRE_THROWS_WITH(stream({}, {}), Catch::Contains("generated: the function must be one"));
}

TEST_CASE("a generator that does not return is named by the stall alert", "[actors][stream][alert]") {
  auto now = std::make_shared<rig*>(nullptr);
  const auto on_pull = [now](std::uint64_t i) {
    if (i == 20) (*now)->wait(12s);
  };
  rig r(pipeline{}
            .load(numbers({.n = 30, .on_pull = on_pull}, {.name = "camera"}), {.epochs = 1})
            .batch({.size = 8})
            .monitor({.stall_after = 10s}),
        1, true);
  *now = &r;
  for (int i = 0; i < 40 && !r.over(); ++i) {
    r.pull();
    r.wait(100ms);
  }
  const auto named = [](const alert& a) { return a.name == "stall" && a.path == "camera[20]" && a.op == "pulling"; };
  REQUIRE(std::any_of(r.alerts.begin(), r.alerts.end(), named));
}
