#pragma once
#include <troupe/actors/line.hpp>
#include <troupe/actors/stage.hpp>
#include <troupe/pipeline/countdown.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace troupe {

/// Starts the line, watches it, stops it. How a run ends, told once:
///
///   1. Sources stop: the batcher opens nothing more and cancels upwards.
///   2. Demand drains: every place comes back, filled or unused; `end` walks down the line; the batcher says `drained`.
///   3. The consumer finishes its step, writes the checkpoint and says `finished`.
///   4. Actors leave, upstream to downstream, each awaited, then readers and workers that outlived a stage that died;
///      the monitor comes last, tells what is left to tell and writes what stands in memory. One that died has a
///      successor: listeners are never called, nor a disk waited for, on the supervisor's thread.
///   5. Threads are joined and the actor system goes: by whoever owns the running pipeline.
///
/// A run that fails enters at 1, and the consumer hears why before its `end`, whoever failed or died.
/// A run that comes to its end by itself enters at 2. All of it has one deadline; after that the run is `wedged`, and
/// the outcome names who did not let go.
struct supervisor_state {
  static inline const char* name = "supervisor";

  supervisor_state() = default;
  supervisor_state(const supervisor_state&) = delete;
  supervisor_state& operator=(const supervisor_state&) = delete;
  ~supervisor_state();  // with the actor: one that dies says so itself, for whoever waits for the end

  void batcher_drained(const drained&);
  void consumer_finished(const finished&);
  void run_failed_because(const run_failure& why);
  void stop_asked(const stop_run&);
  void worker_hung(const worker_hangs& which);
  void too_late(const deadline&);
  void looked_again(const look_again&);
  void went_down(const caf::down_msg& down);

  self_of<supervisor_actor, supervisor_state> self = nullptr;
  std::shared_ptr<run_state> run;
  line stages;
  std::function<void(outcome)> publish;
  std::shared_ptr<outlet_queue> queue;
  bool detached = true;  // the monitors

 private:
  friend supervisor_actor::behavior_type supervisor(self_of<supervisor_actor, supervisor_state>,
                                                    std::shared_ptr<run_state>, const line_options&);
  void stop_sources(ending how, const std::string& why, bool bad_data);
  void begin_deadline();
  void leave_if_done();
  void next_leaves();
  bool watch();
  void monitor_died(const std::string& why);
  dispositions disposed(ending how) const;
  void post_end(ending how);
  void leave_behind();
  void publish_end(ending how);
  void end_with(ending how);

  ending how_ = ending::completed;
  std::string reason_;
  bool bad_data_ = false, stopping_ = false, drained_ = false, finished_ = false, published_ = false;
  bool batcher_died_ = false;
  std::optional<countdown> left_;  // of the deadline, once it runs
  int monitors_left_ = 3;          // for those that die
  int leaving_ = -1;               // which stage is being awaited in step 4
};

supervisor_actor::behavior_type supervisor(self_of<supervisor_actor, supervisor_state> self,
                                           std::shared_ptr<run_state> run, const line_options& options);

}  // namespace troupe
