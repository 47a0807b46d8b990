#pragma once
#include <troupe/actors/condemned.hpp>
#include <troupe/actors/filter_rate.hpp>
#include <troupe/actors/open_batches.hpp>
#include <troupe/actors/quarantine.hpp>
#include <troupe/actors/stage.hpp>
#include <troupe/pipeline/countdown.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// Owns the batch memory: opens batches in the order of the plan, sends their empty places up the line, hands a batch
/// down when its last row came back. Copies nothing.
struct batcher_state {
  static inline const char* name = "batcher";

  batcher_state() = default;

  void connected(const connect<batch>& to);
  void arrived(const chunks<sample>& what);
  void came_back(const unused<sample>& what);
  void lost(const abandoned<sample>& what);
  void ended(const end<sample>&);
  void upstream_failed(const failed<sample>& why);
  void demanded(const demand<batch>& more);
  void cancelled(const cancel<batch>&);
  void buffer_freed(const buffer_free&);
  void left(const leave& which);
  void finished(const batch_finished& what);
  void waited(const overdue&);

  self_of<batcher_actor, batcher_state> self = nullptr;
  std::shared_ptr<run_state> run;
  gives<sample> upstream;
  supervisor_actor supervisor;

 private:
  void begin_pass(std::uint64_t number);
  bool next_pass();
  void open_more();
  void finish(open_batch& b);
  void deliver();
  bool hand_down(open_batch& b);
  void discard(const open_batch& b, skip_reason why);
  void came_late(const lease& l);
  int another_buffer();
  bool unwanted(const open_batch& b) const { return closing_ || b.pass() < wanted_from_ || b.dropped(); }
  void learn_end();
  void skip_rest();
  void came(const chunk<sample>& what);
  void refuse(open_batch& b, std::uint32_t row, const sample& s);
  void decide(open_batch& b, std::uint32_t row, const sample& last);
  void give_up(const open_batch& b, std::uint32_t left_out, const sample& last);
  void stop_opening();
  void advance();
  void fail(const std::string& reason, bool bad_data);

  friend batcher_actor::behavior_type batcher(self_of<batcher_actor, batcher_state>, std::shared_ptr<run_state>,
                                              gives<sample>, supervisor_actor);

  std::vector<finisher_actor> finishers_;  // there where batches are transformed
  takes<batch> downstream_;
  open_batches open_;
  pass pass_;                      // that batches are being opened of
  std::uint64_t next_batch_ = 0;   // to be opened
  std::uint32_t wanted_ = 0;       // batches demanded
  std::uint64_t wanted_from_ = 0;  // passes before this one were left
  condemned condemned_;
  std::vector<lease> again_;  // replacements to ask for
  troupe::quarantine quarantine_;
  filter_rate filter_rate_;
  bool started_ = false, all_opened_ = false, last_said_ = false, closing_ = false, ended_above_ = false,
       ended_ = false;
  std::optional<countdown> waits_for_end_;  // since the last batch was handed down
};

batcher_actor::behavior_type batcher(self_of<batcher_actor, batcher_state> self, std::shared_ptr<run_state> run,
                                     gives<sample> upstream, supervisor_actor supervisor);

}  // namespace troupe
