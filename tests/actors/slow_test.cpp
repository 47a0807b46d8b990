// Samples that take longer than `stall_after`, on real threads: who is slow is waited for longer each time, who never
// returns ends the run. How long anything takes is nowhere measured: the samples return when the test has heard enough.
#include <troupe/pipeline/pipeline.hpp>

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "../catch.hpp"
#include "gate.hpp"
#include "rig.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

/// What was said of stalls; calls `then` after each.
class heard {
 public:
  explicit heard(std::function<void(const alert&, int)> then) : then_(std::move(then)) {}
  void operator()(const alert& a) {
    if (a.name != "stall" || a.cleared || a.path != "77") return;
    limits.push_back(a.limit.value_or(0));
    then_(a, int(limits.size()));
  }
  std::vector<double> limits;

 private:
  std::function<void(const alert&, int)> then_;
};

pipeline with_trap(std::function<void()> at_77, int cpus) {
  return pipeline{}
      .load(pixels(300), {.shuffle = true, .seed = 3, .epochs = 1})
      .augment({transform("trap",
                          [=](image& i, generator& g) {
                            if (i.data[0] == 77) at_77();
                            i.data[0] = std::uint8_t(i.data[0] + g.below(5));
                          })})
      .batch({.size = 8})
      .budget({.cpus = cpus})
      .output({.directory = {}, .digest = true});
}

}  // namespace

TEST_CASE("a sample that is slow every time is waited for twice as long each time, and the batches are the same",
          "[actors][law][threads][slow]") {
  std::string digest;
  {
    auto run = with_trap([] {}, 2).start();
    for (const auto& b : run.epoch()) REQUIRE(b.rows() > 0);
    digest = run.wait().digest;
  }
  auto slow = std::make_shared<gate>();
  auto tries = std::make_shared<std::atomic<int>>(0);
  heard said([&](const alert&, int n) {
    if (n == 2) slow->open();
  });
  auto run = with_trap(
                 [=] {
                   if (tries->fetch_add(1) < 2) slow->pass();
                 },
                 2)
                 .monitor({.interval = 20ms, .stall_after = 400ms}, [&](const alert& a) { said(a); })
                 .start();
  std::uint64_t rows = 0;
  for (const auto& b : run.epoch()) rows += b.rows();
  const auto o = run.wait();
  INFO(o.reason);
  REQUIRE(o.ok());
  REQUIRE(rows == 300);
  REQUIRE(o.digest == digest);
  REQUIRE(o.dispositions.balanced());
  REQUIRE(tries->load() >= 2);
  REQUIRE(said.limits.at(0) == 0.4);
  REQUIRE(said.limits.at(1) == 0.8);
}

TEST_CASE("a sample that never returns ends the run, which names stage, sample and remedy", "[actors][threads][slow]") {
  auto stuck = std::make_shared<gate>();
  heard said([&](const alert&, int) {});
  auto run = with_trap([=] { stuck->pass(); }, 1)
                 .monitor({.interval = 20ms, .stall_after = 200ms}, [&](const alert& a) { said(a); })
                 .start();
  const auto whole = [&] {
    for (const auto& b : run.epoch()) REQUIRE(b.rows() > 0);
  };
  REQUIRE_THROWS_AS(whole(), run_failed);
  stuck->open();
  const auto o = run.wait();
  INFO(o.reason);
  REQUIRE(o.how == ending::failed);
  REQUIRE(o.reason.find("hangs as well, and there is no spare left: augmenter ") != std::string::npos);
  REQUIRE(o.reason.find(" is transforming 77;") != std::string::npos);
  REQUIRE(o.reason.find("raise monitor.stall_after") != std::string::npos);
  REQUIRE(said.limits.size() == 2);
}

TEST_CASE("a listener that does not return is what a run that was delivered and is wedged names",
          "[actors][threads][slow]") {
  auto stuck = std::make_shared<gate>();
  {
    auto run = pipeline{}
                   .load(pixels(50), {.epochs = 1})
                   .batch({.size = 8})
                   .budget({.cpus = 1})
                   .shutdown_deadline(200ms)
                   .events([=](const event& e) {
                     if (e.name == "end") stuck->pass();
                   })
                   .start();
    std::uint64_t rows = 0;
    for (const auto& b : run.epoch()) rows += b.rows();
    REQUIRE(rows == 50);
    const auto o = run.wait();
    INFO(o.reason);
    REQUIRE(o.how == ending::wedged);
    REQUIRE(o.reason.find("the monitor waits for a listener of alerts or events, which has not returned for 0 s") !=
            std::string::npos);
  }
  stuck->open();
}
