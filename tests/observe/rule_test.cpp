// Each alert's test has a twin that proves silence.
#include <troupe/observe/snapshot.hpp>
#include <troupe/observe/verdict.hpp>

#include <cmath>

#include "../catch.hpp"

using namespace troupe;

namespace {

using seconds = std::chrono::duration<double>;

stage_snapshot named(const char* stage, std::uint32_t workers) {
  stage_snapshot s;
  s.stage = stage;
  s.workers = workers;
  return s;
}

snapshot at(double t) {
  snapshot s;
  s.at = seconds(t);
  s.stages = {named("loader", 1), named("augmenter", 2), named("batcher", 1), named("trainer", 1)};
  s.buffers = 4;
  return s;
}

stage_snapshot& stage(snapshot& s, const std::string& name) { return const_cast<stage_snapshot&>(*s.find(name)); }

void works(snapshot& s, const std::string& on, const char* op, const char* path, double since) {
  worker_snapshot w;
  w.op = op;
  w.index = 7;
  w.path = path;
  w.since = seconds(since);
  stage(s, on).working.push_back(w);
}

}  // namespace

TEST_CASE("stall names stage, file and operation, once, and says when it is over", "[observe][alert]") {
  auto rule = stall(seconds(10));
  auto s = at(20);
  works(s, "loader", "reading", "photos/cat/7.jpg", 12);
  const auto said = rule(s);
  REQUIRE(said.size() == 1);
  REQUIRE(said[0].name == "stall");
  REQUIRE(said[0].stage == "loader");
  REQUIRE(said[0].path == "photos/cat/7.jpg");
  REQUIRE(said[0].op == "reading");
  REQUIRE(said[0].elapsed_s == Approx(12));
  REQUIRE_FALSE(said[0].suggestion.empty());
  REQUIRE(rule(s).empty());
  const auto over = rule(at(21));
  REQUIRE(over.size() == 1);
  REQUIRE(over[0].cleared);
  REQUIRE(rule(at(22)).empty());
}

TEST_CASE("stall is silent while things move, are slow within reason, or end", "[observe][alert]") {
  auto rule = stall(seconds(10));
  for (int t = 0; t < 100; ++t) {
    auto s = at(t);
    works(s, "augmenter", "transforming", "a.jpg", 9.9);
    s.consumer_waits = true;
    s.delivered = std::uint64_t(t);
    REQUIRE(rule(s).empty());
  }
  auto ending = at(200);
  works(ending, "augmenter", "transforming", "a.jpg", 50);
  ending.ending = true;
  REQUIRE(rule(ending).empty());
}

TEST_CASE("a trainer whose steps are long anyway does not stall", "[observe][alert]") {
  auto rule = stall(seconds(10));
  auto s = at(100);
  s.steps = 5;
  stage(s, "trainer").busy_s = 60;  // 12 s a step
  works(s, "trainer", "training", "", 30);
  REQUIRE(rule(s).empty());
  stage(s, "trainer").working[0].since = seconds(50);
  REQUIRE(rule(s).size() == 1);
}

TEST_CASE("a consumer that keeps every batch and asks for more is named", "[observe][alert]") {
  auto rule = stall(seconds(10));
  std::vector<alert> said;
  for (int look = 0; look < 24; ++look) {
    auto s = at(0.5 * look);
    s.consumer_waits = true;
    s.delivered = 4;
    s.buffers_held = 4;
    for (const auto& a : rule(s)) said.push_back(a);
  }
  REQUIRE(said.size() == 1);
  REQUIRE(said[0].stage == "consumer");
  REQUIRE(said[0].message.find("consumer holds 4 of 4 batches") != std::string::npos);
}

TEST_CASE("a consumer that does not ask is no stall, however long it takes", "[observe][alert]") {
  auto rule = stall(seconds(10));
  for (int t = 0; t < 100; ++t) {
    auto s = at(t);
    s.delivered = 4;
    s.buffers_held = 4;
    REQUIRE(rule(s).empty());
  }
}

TEST_CASE("slow_start says what the first batch waits for, a quick start says nothing", "[observe][alert]") {
  auto slow = slow_start(seconds(5)), quick = slow_start(seconds(5));
  auto s = at(6);
  works(s, "loader", "opening", "nfs/1.jpg", 6);
  const auto said = slow(s);
  REQUIRE(said.size() == 1);
  REQUIRE(said[0].message.find("loader is opening nfs/1.jpg") != std::string::npos);
  s.delivered = 64;
  REQUIRE(slow(s).at(0).cleared);
  REQUIRE(quick(at(1)).empty());
  REQUIRE(quick(s).empty());
}

TEST_CASE("slow_start blames nobody above where batches are ready and no loop takes them", "[observe][alert]") {
  auto rule = slow_start(seconds(5));
  auto s = at(6);
  stage(s, "batcher").items = 64;
  REQUIRE(slow_start(seconds(5))(s).at(0).message == "no batch after 6.0 s");  // of a trainer that is not yet ready
  s.stages.back().stage = "consumer";
  const auto said = rule(s);
  REQUIRE(said.size() == 1);
  REQUIRE(said[0].message == "no batch was taken in 6.0 s although there are some");
  REQUIRE(said[0].suggestion.find("run.epoch()") != std::string::npos);
}

TEST_CASE("memory_limit is said above the limit and taken back well below it", "[observe][alert]") {
  auto rule = memory_limit(1000);
  auto s = at(1);
  s.resident_bytes = 999;
  REQUIRE(rule(s).empty());
  s.resident_bytes = 1001;
  REQUIRE(rule(s).size() == 1);
  REQUIRE(rule(s).empty());
  s.resident_bytes = 980;
  REQUIRE(rule(s).empty());
  s.resident_bytes = 900;
  REQUIRE(rule(s).at(0).cleared);
}

namespace {

std::vector<alert> watch_memory(const std::function<double(double)>& resident_mib, double leaked_share,
                                const std::function<double(double)>& cache_mib = {}) {
  auto rule = memory_growth({.ceiling_bytes = 2048ull << 20});
  std::vector<alert> said;
  for (int look = 0; look < 2000; ++look) {
    const double t = 0.1 * look;
    auto s = at(t);
    s.delivered = 1;
    const auto mib = resident_mib(t);
    s.resident_bytes = std::uint64_t(mib * (1 << 20));
    s.allocated_bytes = std::uint64_t(leaked_share * mib * (1 << 20));
    if (cache_mib) s.cache_bytes = std::uint64_t(cache_mib(t) * (1 << 20));
    for (const auto& a : rule(s)) said.push_back(a);
  }
  return said;
}

}  // namespace

TEST_CASE("memory_growth reports a leak with its slope and the time that is left", "[observe][alert]") {
  const auto said = watch_memory([](double t) { return 500 + 1.0 * t; }, 1);
  REQUIRE(said.size() == 1);
  REQUIRE(said[0].kind == "leak");
  REQUIRE(*said[0].value == Approx(1 << 20).epsilon(0.01));
  REQUIRE(*said[0].elapsed_s == Approx((2048 - 590) / 1.0).epsilon(0.05));
}

TEST_CASE("memory_growth tells fragmentation from a leak", "[observe][alert]") {
  const auto said = watch_memory([](double t) { return 500 + 1.0 * t; }, 0);
  REQUIRE(said.size() == 1);
  REQUIRE(said[0].kind == "fragmentation");
}

TEST_CASE("memory_growth is silent on warm-up, saw-teeth, steps and noise", "[observe][alert]") {
  REQUIRE(watch_memory([](double t) { return 500 + 400 * std::min(t, 25.0) / 25; }, 1).empty());
  REQUIRE(watch_memory([](double t) { return 500 + 200 * std::fmod(t, 10) / 10; }, 1).empty());
  REQUIRE(watch_memory([](double t) { return t < 120 ? 500.0 : 560.0; }, 1).empty());
  REQUIRE(watch_memory([](double t) { return 500 + 30 * std::sin(t * 12.9898); }, 1).empty());
}

TEST_CASE("memory_growth is silent while a cache fills, and still sees a leak beside it", "[observe][alert]") {
  const auto filling = [](double t) { return 3.0 * t; };
  REQUIRE(watch_memory([&](double t) { return 500 + filling(t); }, 1, filling).empty());
  const auto said = watch_memory([&](double t) { return 500 + 1.0 * t + filling(t); }, 1, filling);
  REQUIRE(said.size() == 1);
  REQUIRE(said[0].kind == "leak");
  REQUIRE(*said[0].value == Approx(1 << 20).epsilon(0.01));
}

TEST_CASE("the verdict names who is busy while the others wait", "[observe]") {
  auto s = at(100);
  stage(s, "augmenter").busy_s = 190;
  stage(s, "trainer").waiting_input_s = 70;
  REQUIRE(judge(s).limiting == "augmenter");
  REQUIRE(judge(s).share == Approx(0.95));
  s = at(100);
  stage(s, "augmenter").busy_s = 60;
  stage(s, "trainer").waiting_input_s = 1;
  REQUIRE(judge(s).limiting == "trainer");
  s = at(100);
  stage(s, "augmenter").busy_s = 20;
  stage(s, "augmenter").waiting_input_s = 170;
  stage(s, "trainer").waiting_input_s = 90;
  stage(s, "loader").busy_s = 380;
  REQUIRE(judge(s).limiting == "loader");
  stage(s, "loader").busy_s = 0;  // pixels in memory
  REQUIRE(judge(s).limiting == "coordination");
  REQUIRE(judge(s).share == Approx(0.9));
  s.buffers = 1;
  REQUIRE(judge(s).limiting == "memory");
}

TEST_CASE("a stage of one's own that everybody waits for is named, in the workers and as an actor", "[observe]") {
  auto s = at(100);
  s.buffers = 4;
  stage(s, "trainer").waiting_input_s = 90;
  stage(s, "augmenter").busy_s = 190;
  auto own = named("decrypt", 2);
  own.pooled = true;
  own.busy_s = 20;
  s.stages.insert(s.stages.begin() + 1, own);
  REQUIRE(judge(s).limiting == "augmenter");
  s.stages[1].busy_s = 150;
  REQUIRE(judge(s).limiting == "decrypt");
  s.stages[1] = named("metering", 1);
  s.stages[1].busy_s = 95;
  stage(s, "augmenter").busy_s = 60;
  stage(s, "augmenter").waiting_input_s = 130;
  REQUIRE(judge(s).limiting == "metering");
}
