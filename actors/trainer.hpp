#pragma once
#include <troupe/actors/stage.hpp>
#include <troupe/models/learner.hpp>

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>

namespace troupe {

/// Sums over the batches of one pass.
struct pass_sums {
  std::uint64_t rows = 0, correct = 0, steps = 0;
  double loss = 0;  ///< times rows
  steady_time from, to;
};

/// Owns the weights: one weight update at a time, in the order of the plan, on its own thread. The only one who calls
/// LibTorch, through the learner.
struct trainer_state {
  static inline const char* name = "trainer";

  trainer_state() = default;

  void made_ready(const prepare&);
  void arrived(chunks<batch>& what);
  void came_back(const unused<batch>&) {}
  void lost(const abandoned<batch>&) {}
  void ended(const end<batch>&);
  void upstream_failed(const failed<batch>&) {}  // the supervisor knows, and ends the line in order
  void closed(const close&) {}                   // `end` follows

  self_of<trainer_actor, trainer_state> self = nullptr;
  std::shared_ptr<run_state> run;
  gives<batch> upstream;
  supervisor_actor supervisor;

 private:
  void consume(const batch& b);
  void train(const batch& b);
  void evaluate(const batch& b);
  void halt(operation at, double loss, const char* message, const char* action);
  void end_pass();
  void save_best(double score);
  void save_checkpoint();
  void checkpoint_failed(const std::exception& e);
  void say_step(const step_result& r, std::uint32_t rows);

  std::unique_ptr<learner> learner_;
  std::optional<pass> pass_;
  pass_sums training_, evaluation_;
  int threads_ = 1;  // of the learner
  std::uint64_t step_ = 0, next_epoch_ = 0;
  passed_batches passed_;  // of that epoch
  double best_score_ = -1;
  bool ended_ = false;
  bool halted_ = false;          // a loss was not finite: nothing is trained any more
  bool weights_unsure_ = false;  // … and the learner did not say that it left the weights alone: they are not saved
  steady_time waits_since_, first_batch_, last_said_;
  std::uint64_t rows_since_said_ = 0;
};

trainer_actor::behavior_type trainer(self_of<trainer_actor, trainer_state> self, std::shared_ptr<run_state> run,
                                     gives<batch> upstream, supervisor_actor supervisor);

}  // namespace troupe
