#pragma once
#include <troupe/actors/outlet.hpp>
#include <troupe/actors/stage.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace troupe {

/// The actors of one run, in the order of the walk.
struct line {
  loader_actor loader;
  /// Stages of one's own with a door above and below each: door, stage, door, … door. Empty where there are none.
  std::vector<caf::actor> own;
  augmenter_actor augmenter;
  batcher_actor batcher;
  consumer_actor consumer;
  outlet_actor outlet;  ///< the consumer, where it is a loop
  monitor_actor monitor;
};

/// How the line is put up. The defaults are those of a real run; tests put everything on one deterministic scheduler.
struct line_options {
  bool detached = true;                      ///< trainer, monitor and spare workers have threads of their own
  bool watched = true;                       ///< by a monitor, from the start on
  std::shared_ptr<outlet_queue> queue;       ///< where batches go, where there is no trainer
  std::function<void(const line&)> started;  ///< on the supervisor's thread, when every stage is there
  std::function<void(outcome)> published;    ///< on the supervisor's thread, once

  /// Puts a stage below another: takes what that one gives, returns what the next one shall take from. Absent: nothing
  /// stands between.
  std::function<gives<encoded>(gives<encoded>)> below_loader;
  std::function<gives<encoded>(gives<encoded>)> below_stages;  ///< of one's own, where there are some
  std::function<gives<sample>(gives<sample>)> below_augmenter;
  std::function<gives<batch>(gives<batch>)> below_batcher;
  std::function<void(const worker_actor&)> hired;  ///< on the augmenter's thread, for each worker
};

/// Spawns every stage and ties it to its neighbours.
line put_up(caf::actor_system& system, const std::shared_ptr<run_state>& run, const supervisor_actor& supervisor,
            const line_options& options);

/// A monitor on this run: the first one, or one in the place of one that died.
monitor_actor put_up_monitor(caf::actor_system& system, const std::shared_ptr<run_state>& run,
                             const supervisor_actor& supervisor, bool detached);

/// Alerts of more workers than processors, and of waiting threads that would keep them from working.
void warn_of_oversubscription(run_state& run);

}  // namespace troupe
