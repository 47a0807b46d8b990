#pragma once
#include <troupe/actors/stage.hpp>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace troupe {

/// Where batches wait for a loop of the user's own: filled by the outlet actor, emptied by the thread of the loop.
class outlet_queue {
 public:
  /// False: nobody wants this one any more, it was dropped.
  bool push(batch b);
  void end();
  /// Drops everything, what a run that ends does not deliver any more; the number.
  std::uint32_t clear();
  /// The same, and whoever takes hears why, before any end. The first reason stands.
  std::uint32_t fail(const std::string& reason);
  /// Drops the batches of a pass whose loop was left, those that still come as well; the number of those that are here.
  std::uint32_t leave(std::uint64_t pass);

  struct result {
    std::optional<batch> next;  ///< nothing: the run, or the pass, is over
    std::string failure;        ///< why it failed
  };
  /// The next batch of no later pass than `of`; waits for it, nothing where a later one is next. `waits` is set
  /// meanwhile.
  result pop(std::atomic<bool>& waits, std::uint64_t of = ~std::uint64_t{0});
  bool empty() const;
  /// It ended, nothing is left in it, and nothing failed.
  bool over() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<batch> batches_;
  std::uint64_t wanted_from_ = 0;  // passes before this one were left
  bool ended_ = false;
  std::string failure_;
};

/// The consumer of a run without a trainer.
struct outlet_state {
  static inline const char* name = "consumer";

  outlet_state() = default;

  void arrived(chunks<batch>& what);
  void came_back(const unused<batch>&) {}
  void lost(const abandoned<batch>&) {}
  void ended(const end<batch>&);
  void upstream_failed(const failed<batch>& why);
  void closed(const close&);
  void was_taken(const taken& t);

  self_of<outlet_actor, outlet_state> self = nullptr;
  std::shared_ptr<run_state> run;
  std::shared_ptr<outlet_queue> queue;
  gives<batch> upstream;
  supervisor_actor supervisor;

 private:
  void finish_if_done();
  std::uint64_t out_ = 0;  // pushed, and not yet known to be taken or dropped
  bool ended_ = false, closed_ = false, finished_ = false;
};

outlet_actor::behavior_type outlet(self_of<outlet_actor, outlet_state> self, std::shared_ptr<run_state> run,
                                   gives<batch> upstream, supervisor_actor supervisor,
                                   std::shared_ptr<outlet_queue> queue);

}  // namespace troupe
