// Two faults at once: a thread hangs, and the stage that would have waited for it has died. Nothing waits without a
// deadline, and what is left behind is said.
#include <troupe/pipeline/running_parts.hpp>

#include <atomic>

#include "../catch.hpp"
#include "process.hpp"
#include "rig.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

using parts = running_pipeline::parts;

std::unique_ptr<parts> start(const pipeline& p, std::shared_ptr<file_layer> layer) {
  return std::make_unique<parts>(p.settings(), std::move(layer));
}

// Files whose first look-up hangs, as an open() on a dead network mount does.
class dead_mount final : public source {
 public:
  explicit dead_mount(std::shared_ptr<gate> stuck) : stuck_(std::move(stuck)) {}
  std::uint64_t size() const noexcept override { return 20; }
  const std::vector<std::string>& class_names() const noexcept override { return names_; }
  std::int64_t label(std::uint64_t) const noexcept override { return 0; }
  std::string path(std::uint64_t i) const override {
    if (!hung_.exchange(true)) stuck_->pass();
    return "/mount/" + std::to_string(i);
  }
  std::span<const std::uint8_t> pixels(std::uint64_t) const noexcept override { return {}; }
  std::optional<image_shape> shape() const noexcept override { return std::nullopt; }
  std::string describe() const override { return "a dead mount"; }

 private:
  std::shared_ptr<gate> stuck_;
  mutable std::atomic<bool> hung_{false};
  std::vector<std::string> names_{"one"};
};

}  // namespace

TEST_CASE("a worker that hangs after its pool died makes the run wedged, and nobody waits for it",
          "[actors][threads][teardown]") {
  auto stuck = std::make_shared<gate>();
  auto run = start(pipeline{}
                       .load(pixels(50), {.epochs = 1})
                       .augment({transform("trap", [=](image&, generator&) { stuck->pass(); })})
                       .batch({.size = 8})
                       .budget({.cpus = 1})
                       .shutdown_deadline(200ms),
                   disk(1));
  REQUIRE(stuck->somebody_waits());
  caf::anon_send_exit(run->stages.augmenter, caf::exit_reason::kill);
  const auto o = run->wait();
  REQUIRE(o.how == ending::wedged);
  REQUIRE(o.reason.find("augmenter: it ended without a word; then it did not end within") == 0);
  REQUIRE(o.reason.find("augmenter 0 is transforming") != std::string::npos);
  parts::end(std::move(run));
  stuck->open();
}

TEST_CASE("a reader that hangs after its loader died makes the run wedged, and nobody waits for it",
          "[actors][threads][teardown]") {
  auto stuck = std::make_shared<gate>();
  auto run = start(pipeline{}
                       .load(dataset(std::make_shared<dead_mount>(stuck)), {.epochs = 1})
                       .augment({resize({2, 2})})
                       .batch({.size = 8})
                       .budget({.cpus = 1})
                       .shutdown_deadline(200ms),
                   disk(1));
  REQUIRE(stuck->somebody_waits());
  caf::anon_send_exit(run->stages.loader, caf::exit_reason::kill);
  const auto o = run->wait();
  REQUIRE(o.how == ending::wedged);
  REQUIRE(o.reason.find("loader 0 is opening /mount/0") != std::string::npos);
  parts::end(std::move(run));
  stuck->open();
}

TEST_CASE("a listener that does not return after the monitor had died makes the run wedged, and nobody waits for it",
          "[actors][threads][teardown]") {
  auto stuck = std::make_shared<gate>();
  auto p = pipeline{}.load(pixels(50), {.epochs = 1}).batch({.size = 8}).budget({.cpus = 1}).shutdown_deadline(200ms);
  p.monitor({}, [=](const alert& a) {
    if (a.name == "stage_restarted") stuck->pass();
  });
  auto run = start(p, disk(1));
  caf::anon_send_exit(run->stages.monitor, caf::exit_reason::kill);
  REQUIRE(stuck->somebody_waits());
  run->stop();
  REQUIRE(run->wait_for(patience));
  const auto o = run->wait();
  INFO(o.reason);
  REQUIRE(o.how == ending::wedged);
  REQUIRE(o.reason.find("the monitor waits for a listener of alerts or events") != std::string::npos);
  REQUIRE(o.dispositions.balanced());
  parts::end(std::move(run));
  stuck->open();
}

TEST_CASE("of a run that wedged behind a listener the others are told nothing any more",
          "[actors][threads][teardown]") {
  auto stuck = std::make_shared<gate>();
  auto told = std::make_shared<std::atomic<int>>(0);
  auto p = pipeline{}.load(pixels(50), {.epochs = 1}).batch({.size = 8}).budget({.cpus = 1}).shutdown_deadline(200ms);
  p.events([=](const event&) { stuck->pass(); });
  p.events([=](const event&) { ++*told; });
  auto run = start(p, disk(1));
  REQUIRE(stuck->somebody_waits());
  run->stop();
  REQUIRE(run->wait_for(patience));
  REQUIRE(run->wait().how == ending::wedged);
  const auto looks = run->run->monitor_looks.load();
  stuck->open();
  const auto until = std::chrono::steady_clock::now() + patience;
  while (run->run->monitor_looks == looks && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  REQUIRE(run->run->monitor_looks > looks);  // the look that hung is over
  REQUIRE(*told == 0);
  parts::end(std::move(run));
}

TEST_CASE("a run whose supervisor dies is wedged and says so", "[actors][threads][teardown]") {
  auto run = start(pipeline{}.load(pixels(50), {.epochs = 1}).batch({.size = 8}).budget({.cpus = 1}), disk(1));
  caf::anon_send_exit(run->supervisor, caf::exit_reason::kill);
  REQUIRE(run->wait_for(patience));
  const auto o = run->wait();
  REQUIRE(o.how == ending::wedged);
  REQUIRE(o.reason == "supervisor: it ended without a word");
  REQUIRE(o.dispositions.balanced());
  REQUIRE(run->queue->pop(run->run->consumer_waits).failure == o.reason);
  REQUIRE(run->run->ending);  // a trainer makes no further step
  REQUIRE(run->run->cancelled);
  parts::end(std::move(run));
}

TEST_CASE("a join that hangs is left to a thread that ends when it can", "[actors][threads][teardown]") {
  std::thread([] {}).join();  // with the first one, the thread sanitizer starts one of its own
  const auto threads = threads_now();
  auto stuck = std::make_shared<gate>();
  auto layer = disk(1);
  auto run = start(pipeline{}.load(pixels(20)).batch({.size = 8}).budget({.cpus = 1}).shutdown_deadline(2s), layer);
  layer->post([stuck] { stuck->pass(); });
  REQUIRE(stuck->somebody_waits());
  parts::end(std::move(run));
  stuck->open();
  layer.reset();
  REQUIRE(come_down_to(threads_now, threads));
}

TEST_CASE("a run may be taken apart on another thread than the one that started it", "[actors][threads][teardown]") {
  for (int i = 0; i < 10; ++i) {
    auto run = pipeline{}.load(pixels(40), {.epochs = 1}).batch({.size = 8}).budget({.cpus = 2}).start();
    auto gone = std::make_shared<gate>();
    std::thread([run = std::move(run), gone]() mutable {
      { auto last = std::move(run); }
      gone->open();
    }).detach();
    REQUIRE(gone->opens());
  }
}

TEST_CASE("time in which the process was stopped is not taken off the shutdown deadline", "[actors][teardown]") {
  rig r(pipeline{}.load(files(40), {.epochs = 1}).augment({resize({2, 2})}).batch({.size = 8}).budget({.cpus = 2}));
  r.disk().hold = true;
  r.settle();
  r.stop();
  r.wait(1s);
  for (int often = 0; often < 3; ++often) r.stand_still(1h);
  REQUIRE_FALSE(r.over());
  r.wait(20s);
  REQUIRE_FALSE(r.over());
  r.disk().hold = false;
  r.disk().release();
  r.settle();
  REQUIRE(r.over());
  REQUIRE(r.over()->how == ending::stopped);
  REQUIRE(r.over()->dispositions.balanced());
}

TEST_CASE("a run whose loader died ends when its readers rest, or names the one that does not", "[actors][teardown]") {
  for (bool comes_back : {true, false}) {
    rig r(pipeline{}.load(files(40), {.epochs = 1}).augment({resize({2, 2})}).batch({.size = 8}).budget({.cpus = 2}));
    r.disk().hold = true;
    r.settle();
    auto& reader = r.state().loader.workers[0];
    reader.begin(operation::reading, 0, 7, r.state().now());
    r.breaches_throw = false;
    caf::anon_send_exit(r.stages().loader, caf::exit_reason::kill);
    r.wait(20s);
    REQUIRE_FALSE(r.over());
    if (comes_back) reader.end();
    r.wait(11s);
    REQUIRE(r.over());
    REQUIRE(r.over()->how == (comes_back ? ending::failed : ending::wedged));
    REQUIRE(r.over()->dispositions.balanced());
    REQUIRE((r.over()->reason.find("loader 0 is reading 7") != std::string::npos) == !comes_back);
  }
}
