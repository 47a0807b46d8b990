// What a program hears of a run, and where; what a run says of itself; and the threads that it has.
#include <algorithm>
#include <filesystem>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "../catch.hpp"
#include "../sources/temporary_folder.hpp"
#include "gate.hpp"
#include "process.hpp"
#include "rig.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

pipeline of_pixels(std::uint64_t n = 200) {
  return pipeline{}.load(pixels(n), {.shuffle = true, .epochs = 1}).batch({.size = 16}).budget({.cpus = 2});
}

void walk(running_pipeline& run) {
  for (const auto& b : run.epoch()) REQUIRE(b.rows() > 0);
}

// Threads of what ran before may take a moment to be gone. With the first of all a sanitizer begins one of its own.
int threads_at_rest() {
  std::thread([] {}).join();
  auto known = threads_now();
  for (int alike = 0; alike < 500; ++alike) {
    std::this_thread::yield();
    if (const auto now = threads_now(); now != known) known = now, alike = 0;
  }
  return int(known);
}

encoded unchanged(encoded item) { return item; }

}  // namespace

TEST_CASE("every event comes as a value, without a folder, the last one before wait returns", "[actors][events]") {
  std::vector<event> all;  // told one after the other, on the monitor's thread
  auto run = of_pixels().events([&](const event& e) { all.push_back(e); }).start();
  walk(run);
  REQUIRE(run.wait().ok());
  REQUIRE(all.size() >= 3);
  REQUIRE(all.front().name == "start");
  REQUIRE(all.back().name == "end");
  REQUIRE(std::is_sorted(all.begin(), all.end(), [](const event& a, const event& b) { return a.t_s < b.t_s; }));
  for (const auto& e : all) REQUIRE(e.line.find("\"event\": \"" + e.name + "\"") != std::string::npos);
}

TEST_CASE("a listener that throws stops neither the run nor the others", "[actors][events]") {
  int heard = 0;
  auto run = of_pixels()
                 .events([](const event&) { throw std::runtime_error("no"); })
                 .events([&](const event&) { ++heard; })
                 .start();
  walk(run);
  REQUIRE(run.wait().ok());
  REQUIRE(heard >= 3);
  REQUIRE_THROWS_WITH(of_pixels().events({}), "events: there must be a function to call, got nothing");
}

TEST_CASE("a listener that waits for the end of its own run is told that it cannot, stop and a look are fine",
          "[actors][events]") {
  std::promise<running_pipeline*> begun;
  std::promise<void> watched;
  auto known = begun.get_future().share();
  std::string refused, alerted;
  bool seen_over = true;
  auto p = of_pixels().monitor({}, [&](const alert& a) { alerted += a.name + ": " + a.message + "\n"; });
  auto run = p.events([&](const event& e) {
                if (e.name == "start") {
                  watched.set_value();
                  known.get()->wait();
                }
                if (e.name != "end") return;
                seen_over = known.get()->wait_for(0ms);
                known.get()->stop();
                try {
                  known.get()->wait();
                } catch (const std::logic_error& why) { refused = why.what(); }
              }).start();
  begun.set_value(&run);
  REQUIRE(watched.get_future().wait_for(patience) == std::future_status::ready);
  walk(run);
  const auto o = run.wait();
  INFO(o.reason);
  REQUIRE(o.ok());
  REQUIRE(refused.find("wait: a listener is called on the thread that the run ends with") == 0);
  REQUIRE_FALSE(seen_over);
  REQUIRE(alerted.find("listener_failed: a listener of alerts or events threw: wait: ") == 0);
}

TEST_CASE("with an executor callbacks run where it has them run", "[actors][events]") {
  std::mutex mutex;
  std::vector<std::function<void()>> posted;
  const executor later = [&](std::function<void()> work) {
    std::lock_guard lock(mutex);
    posted.push_back(std::move(work));
  };
  std::vector<std::string> heard;
  std::thread::id thread;
  auto p = of_pixels().events(
      [&](const event& e) {
        heard.push_back(e.name);
        thread = std::this_thread::get_id();
      },
      later);
  std::promise<void> asked;
  bool once = false;
  monitor_options watch;
  watch.rules.push_back([&](const snapshot&) -> std::vector<alert> {
    if (std::exchange(once, true)) return {};
    asked.set_value();
    return {{.name = "of my own", .message = "look"}};
  });
  p.monitor(
      watch, [&](const alert& a) { heard.push_back(a.name); }, later);
  auto run = p.start();
  REQUIRE(asked.get_future().wait_for(1min) == std::future_status::ready);  // before the monitor has nothing to look at
  walk(run);
  REQUIRE(run.wait().ok());
  REQUIRE(heard.empty());
  for (const auto& work : posted) work();
  REQUIRE(std::count(heard.begin(), heard.end(), "end") == 1);
  REQUIRE(std::count(heard.begin(), heard.end(), "of my own") == 1);
  REQUIRE(thread == std::this_thread::get_id());
}

TEST_CASE("a run on a full disk says at its end that events were lost, and one with room says nothing",
          "[actors][events][alert]") {
  for (const bool full : {true, false}) {
    CAPTURE(full);
    const temporary_folder folder;
    if (full) std::filesystem::create_symlink("/dev/full", folder / "events.jsonl");
    std::vector<alert> all;
    auto run =
        of_pixels().output({.directory = folder.path()}).monitor({}, [&](const alert& a) { all.push_back(a); }).start();
    walk(run);
    const auto over = run.wait();
    REQUIRE(over.ok());
    REQUIRE(over.events_lost == (full ? "No space left on device" : ""));
    const auto disks = std::count_if(all.begin(), all.end(), [](const alert& a) { return a.name == "disk_full"; });
    REQUIRE(disks == (full ? 1 : 0));
  }
}

TEST_CASE("what is stateful is said: in the description, the first event and the outcome", "[actors][events]") {
  const auto first_of = [](pipeline p) {
    std::string first, stateful;
    auto run = p.events([&](const event& e) { first += first.empty() ? e.line : ""; }).start();
    walk(run);
    return std::pair(run.wait().stateful, first);
  };
  REQUIRE(first_of(of_pixels()).first.empty());
  REQUIRE(first_of(of_pixels()).second.find("\"digest_guaranteed\": true") != std::string::npos);
  auto p = of_pixels().stage("fresh ones", unchanged, {.stateful = true}).stage("plain", unchanged);
  p.augment({filter("new to me", [](const image&) { return true; }, {.stateful = true})});
  REQUIRE(p.describe().find("digest     not guaranteed: fresh ones, new to me is stateful") != std::string::npos);
  REQUIRE(p.describe().find("filter(\"new to me\", stateful)") != std::string::npos);
  const auto [named, first] = first_of(p);
  REQUIRE(named == "fresh ones, new to me");
  REQUIRE(first.find("\"digest_guaranteed\": false") != std::string::npos);
}

TEST_CASE("a run has as many threads as it says", "[actors][law][threads]") {
  const auto before = threads_at_rest();
  const auto expect = [&](const pipeline& p) {
    const auto promised = p.settings().threads();
    REQUIRE(p.describe().find(": " + std::to_string(promised) + "\n") != std::string::npos);
    {
      auto run = p.start();
      if (p.settings().trained) {
        run.wait_for(1ms);
      } else {
        auto epoch = run.epoch();
        auto first = epoch.begin();  // its threads are there by now
        REQUIRE(first->rows() > 0);
        REQUIRE(int(threads_now()) - before == promised);
      }
    }
    REQUIRE(threads_at_rest() == before);
  };
  expect(of_pixels(5'000));
  expect(of_pixels(5'000).budget({.cpus = 5}));
  expect(of_pixels(5'000).stage("same", unchanged));
  expect(of_pixels(5'000).batch_map({mixup(0.2)}));
  auto of_files = pipeline{}.load(files(50), {.epochs = 1, .readers = 3}).augment({resize({2, 2})});
  REQUIRE(of_files.settings().threads() == of_files.settings().workers + 1 + 3 + 5);
}

TEST_CASE("a trainer has a thread of its own, and that is all it adds", "[actors][law][threads]") {
  const auto before = threads_at_rest();
  auto book = std::make_shared<tally_book>();
  gate held;
  train_options once;
  once.epochs = 1;
  auto p = of_pixels(5'000);
  p.train(counting(book), once).augment({transform("waits", [&](image& i, generator&) {
    if (i.data[0] == 3) held.pass();
  })});
  const auto promised = p.settings().threads();
  REQUIRE(promised == 2 + 1 + 1 + 1 + 5);
  auto run = p.start();
  REQUIRE(held.somebody_waits());
  const auto here = int(threads_now());
  held.open();
  REQUIRE(run.wait().ok());
  REQUIRE(here - before == promised);
}
