// The line on real threads. Nothing here depends on how fast a machine is: what must happen is waited for, with a
// deadline only to end a broken build.
#include <troupe/augment/transforms.hpp>
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/pipeline/run_state.hpp>
#include <troupe/sources/image_folder.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>

#include "../catch.hpp"
#include "gate.hpp"
#include "rig.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

pipeline of_pixels(std::uint64_t n, int cpus) {
  return pipeline{}
      .load(pixels(n), {.shuffle = true, .seed = 11, .epochs = 2})
      .augment({transform("noise", [](image& i, generator& g) { i.data[0] = std::uint8_t(i.data[0] + g.below(3)); })})
      .batch({.size = 16})
      .budget({.cpus = cpus})
      .output({.directory = {}, .digest = true});
}

}  // namespace

TEST_CASE("batches are bit-identical for any number of workers", "[actors][law][threads]") {
  std::string first;
  for (int cpus : {1, 2, 3, 8}) {
    auto run = of_pixels(500, cpus).start();
    for (int epoch = 0; epoch < 2; ++epoch) {
      for (const auto& b : run.epoch()) REQUIRE(b.rows() > 0);
    }
    const auto o = run.wait();
    REQUIRE(o.ok());
    REQUIRE(o.dispositions.balanced());
    REQUIRE(o.dispositions.delivered == 1000);
    if (first.empty()) first = o.digest;
    REQUIRE(o.digest == first);
  }
}

TEST_CASE("a loop that is left early gives every place back, and the next epoch is whole", "[actors][threads]") {
  auto run = of_pixels(200, 2).start();
  for (const auto& b : run.epoch()) {
    if (b.number() == 2) break;
  }
  std::uint64_t rows = 0;
  for (const auto& b : run.epoch()) {
    REQUIRE(b.epoch() == 1);
    rows += b.rows();
  }
  REQUIRE(rows == 200);
  const auto o = run.wait();
  REQUIRE(o.ok());
  REQUIRE(o.dispositions.balanced());
  REQUIRE(o.dispositions.skipped(skip_reason::left) == 152);
}

TEST_CASE("a batch that is kept outlives the run and stays whole", "[actors][threads]") {
  batch kept;
  seen before;
  {
    auto run = of_pixels(200, 2).start();
    for (const auto& b : run.epoch()) {
      if (b.number() != 1) continue;
      kept = b;
      before = test::read(b);
    }
  }
  REQUIRE(test::read(kept).indices == before.indices);
  REQUIRE(kept.images().shape == std::vector<std::int64_t>{16, 1, 1, 1});
}

TEST_CASE("a run can be stopped from any thread, and its destructor stops it", "[actors][threads]") {
  for (int i = 0; i < 20; ++i) {
    auto run = pipeline{}.load(pixels(100), {.shuffle = true}).batch({.size = 8}).budget({.cpus = 2}).start();
    std::thread stopper([&] { run.stop(); });
    std::uint64_t rows = 0;
    for (const auto& b : run.epoch()) rows += b.rows();
    stopper.join();
    REQUIRE(rows <= 100);
    if (i % 2 == 0) continue;
    const auto o = run.wait();
    INFO(o);
    REQUIRE(o.how == ending::stopped);
    REQUIRE(o.dispositions.balanced());
  }
}

TEST_CASE("weights are updated on one thread, and it is not the caller's", "[actors][law][threads]") {
  auto book = std::make_shared<tally_book>();
  auto run = pipeline{}
                 .load(pixels(200), {.shuffle = true})
                 .batch({.size = 16})
                 .budget({.cpus = 3})
                 .train(counting(book), {.epochs = 3})
                 .evaluate(pixels(30), {})
                 .start();
  REQUIRE(run.wait().ok());
  REQUIRE(book->trained.size() == 39);
  REQUIRE(book->threads.size() == 1);
  REQUIRE(book->threads.count(std::this_thread::get_id()) == 0);
}

TEST_CASE("one hung worker of two stops neither loader, batcher nor supervisor", "[actors][law][threads]") {
  auto stuck = std::make_shared<gate>();
  auto hung_once = std::make_shared<std::atomic<bool>>(false);
  std::mutex mutex;
  std::vector<alert> alerts;
  auto run = pipeline{}
                 .load(pixels(300), {.shuffle = true, .epochs = 1})
                 .augment({transform("trap",
                                     [=](image& i, generator&) {
                                       if (i.data[0] == 77 && !hung_once->exchange(true)) stuck->pass();
                                     })})
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
  // Every row arrived although the worker still hangs: its batch was made again in another buffer.
  REQUIRE(rows == 300);
  REQUIRE(stuck->somebody_waits());
  stuck->open();
  const auto o = run.wait();
  REQUIRE(o.ok());
  REQUIRE(o.dispositions.balanced());
  REQUIRE(o.dispositions.delivered == 300);
  std::lock_guard lock(mutex);
  const auto said = std::find_if(alerts.begin(), alerts.end(), [](const alert& a) { return a.path == "77"; });
  REQUIRE(said != alerts.end());
  REQUIRE(said->name == "stall");
  REQUIRE(said->stage == "augmenter");
  REQUIRE(said->op == "transforming");
}

TEST_CASE("what hangs for good makes the run wedged, and the outcome names it", "[actors][threads]") {
  auto stuck = std::make_shared<gate>();
  auto description = pipeline{}
                         .load(pixels(50), {.epochs = 1})
                         .augment({transform("trap", [=](image&, generator&) { stuck->pass(); })})
                         .batch({.size = 8})
                         .budget({.cpus = 1})
                         .shutdown_deadline(200ms);
  {
    auto run = description.start();
    REQUIRE(stuck->somebody_waits());
    run.stop();
    const auto o = run.wait();
    REQUIRE(o.how == ending::wedged);
    REQUIRE(o.reason.find("augmenter 0 is transforming") != std::string::npos);
  }
  stuck->open();
}

TEST_CASE("few files are open at once, however large the batch", "[actors][threads]") {
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const rlimit few{128, before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &few);
  const auto folder = std::filesystem::temp_directory_path() / ("troupe-files-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder / "a");
  cabinet images;
  for (int i = 0; i < 600; ++i) {
    auto opened = images.open(std::to_string(i));
    std::vector<std::uint8_t> bytes(opened.what->size());
    REQUIRE_FALSE(opened.what->read(bytes));
    std::ofstream(folder / "a" / (std::to_string(i) + ".png"), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), std::streamsize(bytes.size()));
  }
  {
    auto run = pipeline{}
                   .load(image_folder(folder), {.epochs = 1, .read_ahead_bytes = 4096})
                   .augment({resize({2, 2})})
                   .batch({.size = 512})
                   .budget({.cpus = 2})
                   .start();
    for (const auto& b : run.epoch()) REQUIRE(b.rows() > 0);
    const auto o = run.wait();
    REQUIRE(o.ok());
    REQUIRE(o.dispositions.delivered == 600);
  }
  std::filesystem::remove_all(folder);
  setrlimit(RLIMIT_NOFILE, &before);
}

TEST_CASE("a file layer of one's own serves one run after the other", "[actors][threads]") {
  const auto p = pipeline{}.load(files(20), {.epochs = 1}).augment({resize({2, 2})}).batch({.size = 8}).files(disk(2));
  for (int i = 0; i < 2; ++i) {
    auto run = p.start();
    REQUIRE_THROWS_AS(
        [&] {
          for (const auto& b : run.epoch()) (void)b;
        }(),
        run_failed);  // there are no such files: every one is missing, in the second run as in the first
    const auto o = run.wait();
    REQUIRE(o.how == ending::failed);
    REQUIRE(o.bad_data);
  }
}
