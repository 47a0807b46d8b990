// Streams on real threads.
#include <atomic>
#include <thread>

#include "../catch.hpp"
#include "gate.hpp"
#include "numbers.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

pipeline line_of(const stream& from, int cpus) {
  return pipeline{}
      .load(from, {.shuffle = true, .seed = 11, .epochs = 2})
      .augment({transform("noise", [](image& i, generator& g) { i.data[0] = std::uint8_t(i.data[0] + g.below(3)); })})
      .batch({.size = 16})
      .budget({.cpus = cpus})
      .output({.directory = {}, .digest = true});
}

}  // namespace

TEST_CASE("a stream on real threads gives the same batches for any number of workers", "[actors][stream][threads]") {
  std::string first;
  for (int cpus : {1, 2, 5}) {
    auto run = line_of(numbers({.n = 500, .empty = {3, 77, 400}}, {.window = 64}), cpus).start();
    std::uint64_t rows = 0;
    for (int epoch = 0; epoch < 2; ++epoch) {
      for (const auto& b : run.epoch()) rows += b.rows();
    }
    const auto o = run.wait();
    REQUIRE(o.ok());
    REQUIRE(rows == 1000);
    REQUIRE(o.dispositions.balanced());
    REQUIRE(o.dispositions.opened == 1000);
    REQUIRE(o.dispositions.replaced == 6);
    if (first.empty()) first = o.digest;
    REQUIRE(o.digest == first);
  }
}

TEST_CASE("pulling is on one thread at a time, and never on a scheduler's", "[actors][stream][threads]") {
  auto inside = std::make_shared<std::atomic<int>>(0);
  auto shared = std::make_shared<std::atomic<bool>>(false);
  const auto here = std::this_thread::get_id();
  const auto on_pull = [inside, shared, here](std::uint64_t) {
    if (inside->fetch_add(1) > 0 || std::this_thread::get_id() == here) *shared = true;
    char name[16] = {};
    pthread_getname_np(pthread_self(), name, sizeof name);
    if (std::string(name) != "troupe.reader") *shared = true;
    inside->fetch_sub(1);
  };
  auto run = line_of(numbers({.n = 300, .on_pull = on_pull}, {.window = 64}), 2).start();
  for (int epoch = 0; epoch < 2; ++epoch) {
    for (const auto& b : run.epoch()) REQUIRE(b.rows() > 0);
  }
  REQUIRE(run.wait().ok());
  REQUIRE(!*shared);
}

TEST_CASE("a loop over a stream may be left and the run stopped", "[actors][stream][threads]") {
  for (int leave_at = 0; leave_at < 4; ++leave_at) {
    auto run = line_of(numbers({.n = 200}, {.window = 64}), 2).start();
    for (const auto& b : run.epoch()) {
      if (int(b.number()) == leave_at) break;
    }
    std::uint64_t rows = 0;
    if (leave_at % 2 == 0) {
      for (const auto& b : run.epoch()) rows += b.rows();
      REQUIRE(rows == 200);
    } else {
      run.stop();
    }
    const auto o = run.wait();
    REQUIRE(o.how == (leave_at % 2 == 0 ? ending::completed : ending::stopped));
    REQUIRE(o.dispositions.balanced());
  }
}

TEST_CASE("an epoch without a sample is a loop without a batch, and the next epoch has its own",
          "[actors][stream][threads]") {
  const auto every_other = generated(
      [](std::uint64_t epoch) {
        return count_up(0, std::make_shared<const number_options>(number_options{.n = epoch % 2 * 20}));
      },
      {.shape = image_shape{1, 1, 1}});
  auto run = pipeline{}.load(every_other, {.epochs = 4}).batch({.size = 8}).start();
  for (std::uint64_t epoch = 0; epoch < 4; ++epoch) {
    std::uint64_t rows = 0;
    for (const auto& b : run.epoch()) {
      REQUIRE(b.epoch() == epoch);
      rows += b.rows();
    }
    REQUIRE(rows == epoch % 2 * 20);
  }
  REQUIRE(run.wait().ok());
}

TEST_CASE("what a stream throws comes out of the loop", "[actors][stream][threads]") {
  auto run = line_of(numbers({.n = 100, .throws_at = 30}), 2).start();
  const auto all = [&] {
    for (int epoch = 0; epoch < 2; ++epoch) {
      for (const auto& b : run.epoch()) REQUIRE(b.rows() > 0);
    }
  };
  REQUIRE_THROWS_WITH(all(), Catch::Contains("the well is dry"));
  const auto o = run.wait();
  REQUIRE(o.how == ending::failed);
  REQUIRE(o.dispositions.balanced());
}

TEST_CASE("a run whose generator blocks ends when it returns", "[actors][stream][threads]") {
  auto door = std::make_shared<gate>();
  const auto on_pull = [door](std::uint64_t i) {
    if (i == 40) door->pass();
  };
  auto run = line_of(numbers({.n = 100, .on_pull = on_pull}, {.window = 4}), 2).start();
  REQUIRE(door->somebody_waits());
  run.stop();
  door->open();
  const auto o = run.wait();
  REQUIRE(o.how == ending::stopped);
  REQUIRE(o.dispositions.balanced());
}
