#pragma once
// A whole line on CAF's deterministic scheduler, with virtual time: every interleaving is chosen by a seed, nothing
// sleeps.
#include <troupe/actors/outlet.hpp>
#include <troupe/actors/supervisor.hpp>
#include <troupe/augment/transforms.hpp>
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/pipeline/run_state.hpp>

#include <caf/scheduler/test_coordinator.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace troupe::test {

/// n grey images of one pixel, whose labels are their index modulo 10.
dataset pixels(std::uint64_t n);
/// n files named 0, 1, 2 …, to be read through `cabinet`.
dataset files(std::uint64_t n);

/// A file layer without a disk or a thread: answers inline with small PNG images; a fault may be put on any file.
class cabinet : public file_layer {
 public:
  std::set<std::uint64_t> missing, damaged;
  std::size_t padding = 0;  ///< bytes after the image, to fill a budget with
  bool hold = false;        ///< jobs wait until `release()`
  void release();

  void post(std::function<void()> job) override;
  opened open(const std::string& path) override;
  int concurrency() const noexcept override { return 1; }
  int slot() const noexcept override { return 0; }
  void stop() override { jobs_.clear(); }

 private:
  std::deque<std::function<void()>> jobs_;
  bool running_ = false;
};

/// What a consumer saw of one batch.
struct seen {
  std::uint64_t epoch = 0, number = 0;
  purpose why = purpose::training;
  std::vector<std::int64_t> indices, labels;
};
seen read(const batch& b);

class rig {
 public:
  /// `shuffled` > 0: runnable actors are taken in an order drawn from that seed.
  explicit rig(const pipeline& p, std::uint32_t shuffled = 0, bool watched = false);
  ~rig();

  /// Runs until nobody has anything to do.
  void settle();
  /// Runs at most n messages.
  void run(std::size_t n);
  /// The next batch of a run without trainer, where there is one.
  std::optional<batch> pull();
  /// Everything until the run is over.
  std::vector<seen> pull_all();
  void stop();
  void leave(std::uint64_t pass);
  /// Lets virtual time pass, tick by tick.
  void wait(std::chrono::milliseconds d);

  cabinet& disk() { return *disk_; }
  run_state& state() { return *run_; }
  const std::optional<outcome>& over() const { return over_; }
  std::size_t actors() { return system_->registry().running(); }
  line& stages() { return stages_; }
  std::vector<alert> alerts;

 private:
  caf::scheduler::test_coordinator& scheduler();
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  std::shared_ptr<cabinet> disk_ = std::make_shared<cabinet>();
  std::shared_ptr<outlet_queue> queue_ = std::make_shared<outlet_queue>();
  std::shared_ptr<run_state> run_;
  supervisor_actor supervisor_;
  line stages_;
  std::optional<outcome> over_;
  std::mt19937 order_;
  bool shuffled_ = false;
};

/// A training of counting alone: no LibTorch.
struct tally_book {
  std::vector<seen> trained, evaluated;
  std::set<std::thread::id> threads;
  std::uint64_t not_finite_at = ~std::uint64_t{0}, throws_at = ~std::uint64_t{0};
  std::vector<std::map<std::string, std::string>> checkpoints;
};
model counting(std::shared_ptr<tally_book> book);

}  // namespace troupe::test
