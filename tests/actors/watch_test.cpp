// The monitor on virtual time: seconds pass in microseconds.
#include "rig.hpp"

#include <algorithm>

#include "../catch.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

pipeline watched(monitor_options o) {
  return pipeline{}
      .load(files(40), {.epochs = 1})
      .augment({resize({2, 2})})
      .batch({.size = 8})
      .budget({.cpus = 2})
      .monitor(std::move(o));
}

std::size_t count(const std::vector<alert>& all, const std::string& name) {
  return std::size_t(std::count_if(all.begin(), all.end(), [&](const alert& a) { return a.name == name; }));
}

// Tells the run that its consumer waits, as a loop in pop() does.
void wait_for_batches(rig& r, std::chrono::milliseconds d) {
  r.state().consumer_waits.store(true);
  r.wait(d);
}

}  // namespace

TEST_CASE("a loader whose disk does not answer is named, with slow_start before", "[actors][alert]") {
  rig r(watched({.stall_after = 10s, .slow_start_after = 5s}), 1, true);
  r.disk().hold = true;
  wait_for_batches(r, 6s);
  REQUIRE(count(r.alerts, "slow_start") == 1);
  REQUIRE(count(r.alerts, "stall") == 0);
  wait_for_batches(r, 6s);
  REQUIRE(count(r.alerts, "stall") == 1);
  REQUIRE(r.alerts.back().stage == "loader");
  r.disk().hold = false;
  r.disk().release();
  REQUIRE(r.pull_all().size() == 5);
  REQUIRE(r.over()->dispositions.delivered == 40);
}

TEST_CASE("a run that nobody asks for batches is patient, not stalled", "[actors][alert]") {
  rig r(watched({.stall_after = 10s}), 1, true);
  REQUIRE(r.pull());
  r.wait(300s);
  REQUIRE(r.alerts.empty());
  REQUIRE(r.pull_all().size() == 4);
}

TEST_CASE("the first bad sample is an alert with its file, and so is half of the error budget", "[actors][alert]") {
  rig r(watched({}), 1, true);
  r.disk().missing = {1, 9, 17, 25, 33, 39};
  REQUIRE(r.pull_all().size() == 5);
  r.wait(1s);
  REQUIRE(count(r.alerts, "bad_samples") == 2);
  REQUIRE(r.alerts[0].value == 1.0);
  REQUIRE(r.alerts[0].limit == 10.0);
  REQUIRE(r.alerts[0].stage == "loader");
  REQUIRE(r.alerts[0].path == std::to_string(*r.alerts[0].index));
  REQUIRE(r.alerts[1].value == 5.0);
}

TEST_CASE("a run without a bad sample raises no alert", "[actors][alert]") {
  rig r(watched({}), 1, true);
  REQUIRE(r.pull_all().size() == 5);
  r.wait(1s);
  REQUIRE(r.alerts.empty());
}

TEST_CASE("a rule of one's own is a function on a snapshot, beside the built-in ones", "[actors][alert]") {
  rig r(watched({.rules = {[](const snapshot& s) -> std::vector<alert> {
                   if (s.delivered < 16 || s.ending) return {};
                   return {{.name = "enough", .message = "sixteen rows"}};
                 }}}),
        1, true);
  REQUIRE(r.pull());
  r.wait(1s);
  REQUIRE(count(r.alerts, "enough") == 0);
  REQUIRE(r.pull());
  r.wait(1s);
  REQUIRE(count(r.alerts, "enough") >= 1);
}

TEST_CASE("a listener that throws does not end the watch", "[actors][alert]") {
  auto p = watched({.stall_after = 10s, .slow_start_after = 2s});
  p.monitor({.stall_after = 10s, .slow_start_after = 2s}, [](const alert&) { throw std::runtime_error("tired"); });
  rig r(p, 1, true);
  r.disk().hold = true;
  wait_for_batches(r, 20s);
  REQUIRE(count(r.alerts, "slow_start") == 1);
  REQUIRE(count(r.alerts, "stall") == 1);
}
