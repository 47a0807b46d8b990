// Whoever takes batches hears why there are fewer than the plan has, whichever stage died or failed.
#include <troupe/actors/sink.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "whole.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

constexpr std::uint64_t all_rows = 60;

struct same_state : own_stage_state {
  same_state() = default;
};

own_actor::behavior_type same(self_of<own_actor, same_state> self, const gives<encoded>& upstream) {
  return stage_behavior(self, upstream);
}

pipeline of_files() {
  return pipeline{}
      .load(files(all_rows), {.shuffle = true, .seed = 5, .epochs = 1})
      .augment({resize({2, 2})}, {.chunk = 4})
      .batch({.size = 8})
      .budget({.cpus = 2})
      .stage("same", [](caf::actor_system& s, const gives<encoded>& up) { return s.spawn(same, up); });
}

struct diary {
  std::uint64_t rows = 0;
  std::vector<std::string> heard;
};

struct reader_state : own_sink_state {
  reader_state() = default;
  void take(const batch& b) {
    book->rows += b.rows();
    book->heard.emplace_back("batch");
  }
  void failed(const std::string&) { book->heard.emplace_back("failed"); }
  void ended() { book->heard.emplace_back("end"); }
  std::shared_ptr<diary> book;
};

own_sink_actor::behavior_type reader(self_of<own_sink_actor, reader_state> self, const gives<batch>& upstream,
                                     std::shared_ptr<diary> book) {
  self->state.book = std::move(book);
  return sink_behavior(self, upstream);
}

constexpr int mortals = 6;

// Loader, door, stage, door, augmenter, batcher. False: it is not there any more.
bool kill(rig& r, int which) {
  const auto& l = r.stages();
  const auto dies = [](const auto& handle) {
    if (!handle) return false;
    caf::anon_send_exit(handle, caf::exit_reason::kill);
    return true;
  };
  r.breaches_throw = false;
  if (which == 0) return dies(l.loader);
  if (which < 4) return std::size_t(which) <= l.own.size() && dies(l.own[std::size_t(which - 1)]);
  return which == 4 ? dies(l.augmenter) : dies(l.batcher);
}

// With the batcher its open batches are gone, and their memory.
void expect_balanced(rig& r, int which) {
  if (which < 5) return expect_nothing_left(r);
  REQUIRE(r.over());
  REQUIRE(r.over()->dispositions.balanced());
  REQUIRE(r.actors() == 0);
}

}  // namespace

TEST_CASE("a loop that gets fewer rows than the plan has hears why, whichever stage died at whatever message",
          "[actors][law][failure]") {
  std::size_t cut_short = 0;
  for (int which = 0; which < mortals; ++which) {
    for (std::uint32_t at = 8; at < 400; at += 3) {
      rig r(of_files(), at);
      std::uint64_t rows = 0;
      bool silent = false;
      const auto look = [&] {
        while (const auto b = r.take()) rows += b->rows();
        silent = silent || (r.queue().over() && rows < all_rows);
      };
      if (at % 2 == 0) r.on_turn = look;  // a loop that is as fast as it can be, or one that comes when all is quiet
      r.run(at);
      kill(r, which);
      for (auto before = ~rows; before != rows;) {
        before = rows;
        r.settle();
        look();
      }
      CAPTURE(which, at);
      expect_balanced(r, which);
      REQUIRE_FALSE(silent);
      if (rows == all_rows) continue;
      ++cut_short;
      REQUIRE(r.over()->how == ending::failed);
      REQUIRE(r.queue().pop(r.state().consumer_waits).failure == r.over()->reason);
    }
  }
  REQUIRE(cut_short > 300);
}

TEST_CASE("a loop hears why also where its rows and its end had come already, and nobody had looked at them",
          "[actors][law][failure]") {
  for (const int which : {0, 1, 3, 4}) {               // a stage of one's own may leave as it likes after its end
    rig r(of_files().load(files(16), {.epochs = 1}));  // two batches: as many as are asked for at first
    while (r.edges.batch->asked() == 0) r.run(1);
    r.freeze_consumer();
    r.settle();
    REQUIRE(r.edges.batch->ends() == 1);
    kill(r, which);
    r.settle();
    bool silent = false;
    r.on_turn = [&] { silent = silent || r.queue().over(); };
    r.thaw_consumer();
    r.settle();
    CAPTURE(which);
    expect_nothing_left(r);
    REQUIRE(r.over()->how == ending::failed);
    REQUIRE_FALSE(silent);
    REQUIRE(r.queue().pop(r.state().consumer_waits).failure == r.over()->reason);
  }
}

TEST_CASE("a sink that gets fewer rows than the plan has hears why, once and before its end",
          "[actors][law][failure][sink]") {
  std::size_t cut_short = 0;
  for (int which = 0; which < mortals; ++which) {
    for (std::uint32_t at = 8; at < 400; at += 3) {
      auto book = std::make_shared<diary>();
      rig r(of_files().sink("reader",
                            [book](caf::actor_system& system, const gives<batch>& upstream) {
                              return system.spawn(reader, upstream, book);
                            }),
            at);
      r.run(at);
      kill(r, which);
      r.settle();
      CAPTURE(which, at);
      expect_balanced(r, which);
      if (book->heard.empty()) continue;  // it was told to leave before it had asked for anything
      REQUIRE(book->heard.back() == "end");
      REQUIRE(std::count(book->heard.begin(), book->heard.end(), "end") == 1);
      const auto failures = std::count(book->heard.begin(), book->heard.end(), "failed");
      REQUIRE(failures <= 1);
      if (book->rows == all_rows) continue;
      ++cut_short;
      REQUIRE(failures == 1);
    }
  }
  REQUIRE(cut_short > 300);
}

namespace {

// Cannot start the n-th job.
class worn_out final : public cabinet {
 public:
  explicit worn_out(int n) : left_(n) {}
  void post(std::function<void()> job) override {
    if (--left_ < 0) throw std::runtime_error("no thread is left");
    cabinet::post(std::move(job));
  }

 private:
  int left_ = 0;
};

}  // namespace

TEST_CASE("a file layer that takes no more jobs ends the run in order, also while a reader waits for room",
          "[actors][law][failure][memory]") {
  std::size_t waited = 0;
  for (int jobs = 0; jobs < 120; ++jobs) {
    for (bool again : {false, true}) {
      rig r(of_files().load(files(all_rows), {.epochs = 1, .read_ahead_bytes = 2'000}), std::uint32_t(jobs));
      r.disk().padding = 800;
      int left = jobs;
      r.disk().on_post = [&] {
        if (--left < 0 && !(again && left < -1)) throw std::runtime_error("no thread is left");
      };
      r.breaches_throw = false;
      r.pull_all();
      CAPTURE(jobs, again);
      expect_nothing_left(r);
      if (r.over()->ok()) continue;
      REQUIRE(r.over()->how == ending::failed);
      REQUIRE(r.over()->reason.find("no thread is left") != std::string::npos);
      waited += r.over()->reason.find("loader: the file layer took no job: ") == 0;
    }
  }
  REQUIRE(waited > 10);
}

TEST_CASE("a loop on real threads throws what its loader died of", "[actors][threads][failure]") {
  for (int n = 0; n < 12; ++n) {
    auto run = pipeline{}
                   .load(files(640), {.epochs = 1})
                   .augment({resize({2, 2})}, {.chunk = 1})
                   .batch({.size = 8})
                   .budget({.cpus = 2})
                   .files(std::make_shared<worn_out>(n))
                   .start();
    std::uint64_t rows = 0;
    std::string why;
    try {
      for (const batch& b : run.epoch()) rows += b.rows();
    } catch (const run_failed& e) { why = e.what(); }
    const auto o = run.wait();
    REQUIRE(o.dispositions.balanced());
    REQUIRE(o.ok() == (rows == 640));
    REQUIRE(why == o.reason);
    if (!o.ok()) REQUIRE(why.find("no thread is left") != std::string::npos);
  }
}

TEST_CASE("a loop over epochs until there are no batches ends when the run was stopped", "[actors][threads]") {
  auto run = pipeline{}.load(pixels(64)).batch({.size = 8}).budget({.cpus = 1}).start();
  std::size_t epochs = 0;
  for (;; ++epochs) {
    auto epoch = run.epoch();
    if (epoch.batches() == 0) break;
    for (const batch& b : epoch) {
      if (epochs == 2 && b.number() == 3) run.stop();
    }
  }
  REQUIRE(epochs >= 3);
  REQUIRE(run.wait().how == ending::stopped);
}
