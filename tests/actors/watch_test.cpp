// The monitor on virtual time: seconds pass in microseconds.
#include "rig.hpp"

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

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

// Pixels in memory whose source has no name for them, nor for itself, once it says so.
class nameless_source final : public source {
 public:
  explicit nameless_source(std::shared_ptr<bool> nameless) : nameless_(std::move(nameless)) {}
  std::uint64_t size() const noexcept override { return named_->size(); }
  const std::vector<std::string>& class_names() const noexcept override { return named_->class_names(); }
  std::int64_t label(std::uint64_t i) const noexcept override { return named_->label(i); }
  std::string path(std::uint64_t i) const override { return *nameless_ ? throw 42 : named_->path(i); }
  std::span<const std::uint8_t> pixels(std::uint64_t i) const noexcept override { return named_->pixels(i); }
  std::optional<image_shape> shape() const noexcept override { return named_->shape(); }
  std::string describe() const override { return *nameless_ ? throw 43 : named_->describe(); }

 private:
  dataset named_ = test::pixels(40);
  std::shared_ptr<bool> nameless_;
};

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

TEST_CASE("a process that was stopped and goes on is neither stalled nor slow to start", "[actors][alert]") {
  rig r(watched({.stall_after = 10s, .slow_start_after = 5s}), 1, true);
  r.disk().hold = true;
  auto& reader = r.state().loader.workers[0];
  reader.begin(operation::reading, 0, 7, r.state().now());
  wait_for_batches(r, 3s);
  r.stand_still(60s);
  r.wait(1s);
  r.stand_still(3600s);
  REQUIRE(r.alerts.empty());
  r.wait(5500ms);
  REQUIRE(count(r.alerts, "slow_start") == 1);
  REQUIRE(r.alerts.back().elapsed_s < 6);
  REQUIRE(count(r.alerts, "stall") == 0);
  r.wait(1s);
  REQUIRE(count(r.alerts, "stall") == 1);
  REQUIRE(r.alerts.back().stage == "loader");
  REQUIRE(r.alerts.back().path == "7");
  REQUIRE(r.alerts.back().elapsed_s < 11);
  reader.end();
  r.wait(1s);
  REQUIRE(std::any_of(r.alerts.begin(), r.alerts.end(),  // since the start, too
                      [](const alert& a) { return a.message.find("no batch came for 1") == 0; }));
  r.disk().hold = false;
  r.disk().release();
  REQUIRE(r.pull_all().size() == 5);
}

TEST_CASE("a sample that its source cannot name is one bad sample, and is said to be that", "[actors][alert]") {
  auto nameless = std::make_shared<bool>(false);
  rig r(pipeline{}
            .load(dataset(std::make_shared<nameless_source>(nameless)), {.epochs = 1})
            .augment({transform("trap",
                                [](image& i, generator&) {
                                  if (i.data[0] == 5) throw std::runtime_error("five");
                                })})
            .batch({.size = 8})
            .budget({.cpus = 2}),
        1, true);
  *nameless = true;
  REQUIRE(r.pull_all().size() == 5);
  REQUIRE(r.over());
  REQUIRE(r.over()->ok());
  REQUIRE(r.over()->dispositions.replaced == 1);
  REQUIRE(count(r.alerts, "bad_samples") == 1);
  REQUIRE(r.alerts.back().path == "sample 5, which its source could not name");
}

TEST_CASE("a rule that throws whatever it likes is dropped, and the others go on", "[actors][alert]") {
  rig r(watched({.stall_after = 10s, .slow_start_after = 2s, .rules = {[](const snapshot& s) -> std::vector<alert> {
                                                               return s.at > 1s ? throw 7 : std::vector<alert>{};
                                                             }}}),
        1, true);
  r.disk().hold = true;
  wait_for_batches(r, 20s);
  REQUIRE(count(r.alerts, "rule_failed") == 1);
  REQUIRE(count(r.alerts, "slow_start") == 1);
  REQUIRE(count(r.alerts, "stall") == 1);
}

TEST_CASE("where the monitor has died listeners hear of what is raised all the same, before the end",
          "[actors][alert]") {
  rig r(watched({}), 1, true);
  REQUIRE(r.pull());
  end_urgently(r.stages().monitor);
  r.settle();
  REQUIRE(count(r.alerts, "stage_restarted") == 1);
  r.state().raise({.name = "later"});
  r.wait(1s);
  REQUIRE(count(r.alerts, "later") == 1);
  REQUIRE_FALSE(r.over());
  REQUIRE(r.pull_all().size() == 4);
  REQUIRE(r.over()->ok());
}

TEST_CASE("a monitor that dies has a successor, three times, and what is left is told at the end", "[actors][alert]") {
  bool dies = false;
  int deaths = 0, looks = 0;
  rig r(watched({.slow_start_after = 30s, .rules = {[&](const snapshot&) -> std::vector<alert> {
                                            dies = ++looks % 2 == 0;
                                            return {};
                                          }}}),
        1, true);
  r.disk().hold = true;
  r.on_clock = [&] {  // looked at next by the monitor itself, behind its rules
    if (!std::exchange(dies, false)) return;
    ++deaths;
    throw std::bad_alloc();
  };
  r.wait(6s);
  REQUIRE(deaths == 4);
  REQUIRE(count(r.alerts, "stage_restarted") == 3);
  REQUIRE(r.alerts.back().message.find("monitor: std::bad_alloc") == 0);
  REQUIRE(r.alerts.back().action == "another one watches");
  r.wait(60s);
  REQUIRE(count(r.alerts, "slow_start") == 0);
  r.state().raise({.name = "later"});
  r.disk().hold = false;
  r.disk().release();
  REQUIRE(r.pull_all().size() == 5);
  REQUIRE(r.over()->ok());
  REQUIRE(count(r.alerts, "stage_restarted") == 4);
  REQUIRE(r.alerts.back().name == "later");
  REQUIRE(r.actors() == 0);
}

TEST_CASE("the successor of a monitor that died watches as it did", "[actors][alert]") {
  rig r(watched({.stall_after = 10s, .slow_start_after = 5s}), 1, true);
  r.disk().hold = true;
  wait_for_batches(r, 3s);
  end_urgently(r.stages().monitor);
  wait_for_batches(r, 9s);
  REQUIRE(count(r.alerts, "slow_start") == 1);
  REQUIRE(count(r.alerts, "stall") == 1);
  r.disk().hold = false;
  r.disk().release();
  REQUIRE(r.pull_all().size() == 5);
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
  REQUIRE(count(r.alerts, "listener_failed") == 1);
  REQUIRE(r.alerts[1].message == "a listener of alerts or events threw: tired");
  REQUIRE(r.state().consumer.failures == 0);
}
