// What is moved while a run goes on moves no bit of it.
#include <troupe/augment/transforms.hpp>
#include <troupe/pipeline/running_parts.hpp>
#include <troupe/sources/image_folder.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>
#include <string>

#include "../catch.hpp"
#include "../sources/temporary_folder.hpp"
#include "gate.hpp"
#include "rig.hpp"
#include "whole.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

pipeline described(bool from_files, int cpus = 3) {
  return pipeline{}
      .load(from_files ? files(60) : pixels(60), {.shuffle = true, .seed = 5, .epochs = 2})
      .augment(from_files ? std::vector<transform>{resize({2, 2})} : std::vector<transform>{})
      .batch({.size = 8})
      .budget({.cpus = cpus})
      .output({.directory = {}, .digest = true});
}

std::string digest_of(const pipeline& p) {
  rig r(p);
  r.pull_all();
  return r.over()->digest;
}

/// Anywhere in its range, at every message.
class wild_hand {
 public:
  wild_hand(run_state& run, std::uint32_t seed) : run_(run), draw_(seed) {}
  void operator()() {
    const auto& [start, least, most] = run_.settings.knobs;
    knobs k;
    k.workers = between(least.workers, most.workers);
    k.trainer_threads = between(least.trainer_threads, most.trainer_threads);
    k.readers = between(least.readers, most.readers);
    k.read_ahead_bytes = std::size_t(between(1, int(most.read_ahead_bytes)));
    k.chunk_us = between(1, most.chunk_us);
    run_.tuning.set(k, run_.now() - run_.started);
  }

 private:
  int between(int a, int b) { return std::uniform_int_distribution<int>(a, std::max(a, b))(draw_); }
  run_state& run_;
  std::mt19937 draw_;
};

}  // namespace

TEST_CASE("a hand that turns every knob at every message changes no bit, loses nothing and stops nothing",
          "[actors][law][tuning]") {
  for (bool from_files : {false, true}) {
    const auto digest = digest_of(described(from_files));
    for (std::uint32_t seed = 1; seed <= 40; ++seed) {
      rig r(described(from_files), seed);
      wild_hand turn(r.state(), seed);
      r.on_turn = [&] { turn(); };
      r.pull_all();
      expect_whole(r, digest);
    }
  }
}

TEST_CASE("a wild hand beside bad files, deaths and a stop leaves the books balanced", "[actors][law][tuning]") {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    rig r(described(true), seed);
    r.disk().missing = {3, 17, 40};
    r.breaches_throw = false;
    wild_hand turn(r.state(), seed);
    r.on_turn = [&] { turn(); };
    r.run(5 * seed);
    if (r.hired() > 1 && !r.over()) r.kill(1);
    r.run(5 * seed);
    if (seed % 2 == 0) {
      r.stop();
      r.settle();
    } else {
      r.pull_all();
    }
    REQUIRE(r.over());
    REQUIRE(r.over()->dispositions.balanced());
    REQUIRE(r.state().read_ahead.held() == 0);
    REQUIRE(r.actors() == 0);
  }
}

TEST_CASE("workers that rest are dealt nothing, and work again when they are let", "[actors][tuning]") {
  rig r(described(false));
  const auto dealt = [&](std::size_t worker) { return r.state().augmenter.workers[worker].dealt.load(); };
  auto k = r.state().tuning.now();
  REQUIRE(k.workers == 3);
  k.workers = 1;
  r.state().tuning.set(k, 0s);
  for (int i = 0; i < 6; ++i) REQUIRE(r.pull());
  REQUIRE(dealt(0) > 0);
  REQUIRE(dealt(1) == 0);
  REQUIRE(dealt(2) == 0);
  r.freeze(0);
  k.workers = 2;
  r.state().tuning.set(k, 0s);
  while (r.pull()) {}
  REQUIRE(dealt(1) > 0);
  REQUIRE(dealt(2) == 0);
  r.thaw(0);
  r.pull_all();
  REQUIRE(r.over()->dispositions.delivered == 120);
}

TEST_CASE("what is given as a number stays, the rest may be moved within what is there", "[actors][tuning]") {
  const auto range = described(true, 4).settings().knobs;
  REQUIRE(range.start.workers == 4);
  REQUIRE(range.least.workers == 1);
  REQUIRE(range.most.workers == 4);
  REQUIRE(range.start.readers == 4);
  REQUIRE(range.most.readers == 32);
  REQUIRE(range.least.trainer_threads == range.most.trainer_threads);

  const auto fixed = described(true).budget({.cpus = 4, .workers = 3, .trainer_threads = 2}).settings().knobs;
  REQUIRE(fixed.least.workers == 3);
  REQUIRE(fixed.most.workers == 3);
  REQUIRE(fixed.most.trainer_threads == 2);

  const auto frozen = described(true).budget({.cpus = 4, .tune = tuned::none});
  REQUIRE(frozen.settings().knobs.least == frozen.settings().knobs.most);
  REQUIRE(frozen.describe().find("tuning     none") != std::string::npos);
  REQUIRE(described(true, 4).describe().find("tuning     1 to 4 workers at work, 4 to 32 readers, 8 to 32 MiB read "
                                             "ahead, chunks of 0.25 to 4 ms") != std::string::npos);
}

TEST_CASE("LibTorch's threads are moved only where all was asked for", "[actors][tuning]") {
  auto trained = described(false, 4).train(counting(std::make_shared<tally_book>()), {.epochs = 1});
  for (auto what : {tuned::none, tuned::input}) {
    const auto range = trained.budget({.cpus = 4, .tune = what}).settings().knobs;
    REQUIRE(range.least.trainer_threads == range.most.trainer_threads);
  }
  const auto range = trained.budget({.cpus = 4, .trainer_threads = 3, .tune = tuned::all}).settings().knobs;
  REQUIRE(range.least.trainer_threads == 3);
  REQUIRE(range.most.trainer_threads == 3);
}

TEST_CASE("a wild hand on real threads changes no bit", "[actors][law][threads][tuning]") {
  temporary_folder folder;
  cabinet images;
  for (int i = 0; i < 200; ++i) {
    const auto opened = images.open(std::to_string(i));
    std::vector<std::uint8_t> bytes(opened.what->size());
    REQUIRE_FALSE(opened.what->read(bytes));
    folder.write("a/" + std::to_string(i) + ".png", {bytes.begin(), bytes.end()});
  }
  const auto of_files = pipeline{}
                            .load(image_folder(folder.path()), {.shuffle = true, .seed = 11})
                            .augment({resize({2, 2})})
                            .batch({.size = 16})
                            .budget({.cpus = 4})
                            .output({.directory = {}, .digest = true})
                            .train(counting(std::make_shared<tally_book>()), {.epochs = 10});
  std::string first;
  for (const bool wild : {false, true}) {
    running_pipeline::parts run(of_files.settings(), disk(4, 8));
    wild_hand turn(*run.run, 1);
    do {
      if (wild) turn();
    } while (!run.wait_for(0ms));
    const auto o = run.wait();
    REQUIRE(o.ok());
    REQUIRE(o.dispositions.balanced());
    REQUIRE(o.dispositions.delivered == 2000);
    REQUIRE(run.run->read_ahead.held() == 0);
    if (!wild) first = o.digest;
    REQUIRE(o.digest == first);
  }
}

TEST_CASE("a disk runs as many jobs at once as it is allowed, up to its most, and never fewer than before",
          "[actors][threads][tuning]") {
  const auto layer = disk(4, 8);
  REQUIRE(layer->concurrency() == 4);
  layer->allow(6);
  REQUIRE(layer->concurrency() == 6);
  layer->allow(3);
  REQUIRE(layer->concurrency() == 6);
  layer->allow(100);
  REQUIRE(layer->concurrency() == 8);
  std::mutex mutex;
  std::condition_variable changed;
  int at_once = 0;
  for (int i = 0; i < 8; ++i) {
    layer->post([&] {
      std::unique_lock lock(mutex);
      ++at_once;
      changed.notify_all();
      changed.wait_for(lock, patience, [&] { return at_once == 8; });
    });
  }
  {
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, patience, [&] { return at_once == 8; }));
  }
  layer->stop();
}

TEST_CASE("a disk that its own job holds last goes in peace", "[actors][threads][tuning]") {
  for (int i = 0; i < 20; ++i) {
    gate gone, done;
    auto layer = disk(2, 4);
    layer->allow(4);
    layer->post([&gone, &done, held = layer]() mutable {
      gone.pass();
      held.reset();
      done.open();
    });
    REQUIRE(gone.somebody_waits());
    layer.reset();
    gone.open();
    REQUIRE(done.opens());
  }
}
