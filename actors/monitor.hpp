#pragma once
#include <troupe/actors/stage.hpp>
#include <troupe/observe/snapshot.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// Watches without asking: reads the counters on its tick, on a thread of its own, and says what its rules find. Writes
/// the events that the others left in memory.
struct monitor_state {
  static inline const char* name = "monitor";

  monitor_state() = default;

  void look(const tick&);
  void last_look(const stand_down&);

  self_of<monitor_actor, monitor_state> self = nullptr;
  std::shared_ptr<run_state> run;
  supervisor_actor supervisor;

 private:
  friend monitor_actor::behavior_type monitor(self_of<monitor_actor, monitor_state>, std::shared_ptr<run_state>,
                                              supervisor_actor);
  void judge();
  void say_lost_events(const char* action);
  std::vector<alert> ask(rule& r, const snapshot& s);
  static std::vector<alert> drop(rule& r, const std::string& why);
  void leave_out_pauses(snapshot& s) const;
  void measure_rate(const snapshot& s);
  void tune(const snapshot& s);

  std::vector<rule> rules_;
  std::optional<tuner> tuner_;
  steady_time next_;
  double rate_from_s_ = 0;
  std::uint64_t rate_from_rows_ = 0;
};

/// Everything that can be read of a run at this moment.
snapshot take_snapshot(const run_state& run);

monitor_actor::behavior_type monitor(self_of<monitor_actor, monitor_state> self, std::shared_ptr<run_state> run,
                                     supervisor_actor supervisor);

}  // namespace troupe
