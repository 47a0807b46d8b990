#pragma once
#include <troupe/actors/row_filler.hpp>
#include <troupe/actors/stage.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace troupe {

/// One of the augment pool: has the row of each sample written into its place, in scratch memory within the bound.
struct worker_state {
  static inline const char* name = "augmenter";

  worker_state() = default;
  ~worker_state();
  worker_state(const worker_state&) = delete;
  worker_state& operator=(const worker_state&) = delete;

  void begin(chunks<encoded>& next);
  void resume(const room&);

  self_of<worker_actor, worker_state> self = nullptr;
  std::shared_ptr<run_state> run;
  augmenter_actor head;
  takes<sample> downstream;
  std::uint32_t number = 0;

 private:
  friend worker_actor::behavior_type worker(self_of<worker_actor, worker_state>, std::shared_ptr<run_state>,
                                            augmenter_actor, takes<sample>, std::uint32_t);
  void work_off();
  void wait_for_turn(steady_time now);
  void take_next(steady_time begun);
  bool fill_all(steady_time begun);   // false: it waits for scratch memory
  bool fill_next(steady_time begun);  // the same
  void set_aside();
  void give_back();
  void finished_one();
  void hand_down();
  void allow_scratch();
  std::optional<shared_failure> make_room(std::size_t bytes);
  std::size_t own_scratch() const { return run->settings.memory.worker_scratch_bytes; }

  std::deque<chunk<encoded>> ahead_;  // what came while one waits for room
  std::optional<chunk<encoded>> now_;
  decltype(chunk<sample>::items) made_;
  chunks<sample> filled_;     // and not yet handed down
  std::uint64_t untold_ = 0;  // chunks finished that the head does not know of
  pass pass_;
  std::optional<row_filler> rows_;
  std::shared_ptr<loan> borrowed_;  // of the scratch that all workers share
  steady_time idle_since_, untold_since_;
  std::optional<steady_time> turn_asked_;  // it waits for a processor
};

worker_actor::behavior_type worker(self_of<worker_actor, worker_state> self, std::shared_ptr<run_state> run,
                                   augmenter_actor head, takes<sample> downstream, std::uint32_t number);

}  // namespace troupe
