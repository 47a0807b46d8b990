#pragma once
// A whole line on CAF's deterministic scheduler, with virtual time: every interleaving is chosen by a seed, nothing
// sleeps.
#include <troupe/actors/outlet.hpp>
#include <troupe/actors/supervisor.hpp>
#include <troupe/augment/transforms.hpp>
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/pipeline/run_state.hpp>

#include <caf/scheduler/test_coordinator.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <vector>

#include "cabinet.hpp"
#include "seen.hpp"
#include "tally.hpp"
#include "witness.hpp"

namespace troupe::test {

class rig {
 public:
  /// `shuffled` > 0: runnable actors are taken in an order drawn from that seed.
  explicit rig(const pipeline& p, std::uint32_t shuffled = 0, bool watched = false);
  ~rig();

  /// Runs until nobody has anything to do. A stage that breaks an obligation of an edge makes it throw.
  void settle();
  /// Runs at most n messages.
  void run(std::size_t n);
  /// The next batch of a run without trainer, where there is one now; or when nobody has anything to do.
  std::optional<batch> take();
  std::optional<batch> pull();
  /// Everything until the run is over.
  std::vector<seen> pull_all();
  void stop();
  void leave(std::uint64_t pass);
  /// Lets virtual time pass, tick by tick.
  void wait(std::chrono::milliseconds d);
  /// The process is stopped for so long, as by Ctrl-Z: time passes, and nobody runs.
  void stand_still(std::chrono::milliseconds d);
  /// A worker, counted as they were hired, dies before it looks at what else it was given.
  void kill(std::size_t worker);
  /// A worker hangs: it is never its turn, until it thaws.
  void freeze(std::size_t worker);
  void thaw(std::size_t worker);
  void freeze_consumer();
  void thaw_consumer();
  /// What the monitor says of a worker that hangs; by its number in the pool.
  void give_up(std::uint32_t worker);
  std::size_t hired() const { return workers_.size(); }

  cabinet& disk() { return *disk_; }
  run_state& state() { return *run_; }
  outlet_queue& queue() { return *queue_; }
  const std::optional<outcome>& over() const { return over_; }
  std::size_t actors() { return system_->registry().running(); }
  line& stages() { return stages_; }
  std::vector<alert> alerts;
  /// False: a stage is being killed, and cannot keep its obligations.
  bool breaches_throw = true;
  /// Called whenever somebody looks at the clock: what it throws comes out of the middle of a handler.
  std::function<void()> on_clock;
  std::function<void()> on_turn;  ///< called before each message is handled
  /// What was said between the stages.
  struct {
    std::shared_ptr<edge_book> encoded = std::make_shared<edge_book>("loader to augmenter"),
                               own = std::make_shared<edge_book>("own stages to augmenter"),
                               sample = std::make_shared<edge_book>("augmenter to batcher"),
                               batch = std::make_shared<edge_book>("batcher to consumer");
  } edges;

 private:
  template <class T>
  gives<T> observe(const gives<T>& above, const std::shared_ptr<edge_book>& book);
  void take_down();
  void end_stages();
  caf::scheduler::test_coordinator& scheduler();
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  std::shared_ptr<cabinet> disk_ = std::make_shared<cabinet>();
  std::shared_ptr<outlet_queue> queue_ = std::make_shared<outlet_queue>();
  std::shared_ptr<run_state> run_;
  supervisor_actor supervisor_;
  line stages_;
  std::vector<caf::actor_addr> workers_;  // weak: who forgets its workers loses them
  std::set<const caf::resumable*> frozen_;
  std::optional<outcome> over_;
  std::mt19937 order_;
  bool shuffled_ = false;
};

}  // namespace troupe::test
