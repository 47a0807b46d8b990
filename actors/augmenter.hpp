#pragma once
#include <troupe/actors/stage.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace troupe {

/// Spawns worker number n; a spare gets a thread of its own.
using spawn_worker = std::function<worker_actor(augmenter_actor head, std::uint32_t n, bool spare)>;

/// The head of the augment pool: one stage to its neighbours, the only one who knows the workers. Deals a chunk to the
/// worker that has the least, keeps what it dealt until it comes back, and deals it again when a worker dies.
struct augmenter_state {
  static inline const char* name = "augmenter";

  augmenter_state() = default;

  void connected(const connect<sample>& to);
  void demanded(const demand<sample>& places);
  void cancelled(const cancel<sample>&);
  void arrived(chunk<encoded>& what);
  void came_back(const unused<encoded>& places);
  void lost_above(const abandoned<encoded>& places);
  void ended(const end<encoded>&);
  void upstream_failed(const failed<encoded>& why);
  void finished(done& result);
  void replaced(const replace_worker& which);
  void worker_died(const caf::down_msg& down);
  void leave_with_workers();

  self_of<augmenter_actor, augmenter_state> self = nullptr;
  std::shared_ptr<run_state> run;
  spawn_worker spawn;
  gives<encoded> upstream;

 private:
  friend augmenter_actor::behavior_type augmenter(self_of<augmenter_actor, augmenter_state>, std::shared_ptr<run_state>,
                                                  gives<encoded>, spawn_worker);
  struct worker {
    worker_actor handle;
    std::vector<work> dealt;  // at most two: one in hand, one ahead
    bool hangs = false;       // given up: nothing is dealt to it any more
  };
  void hire(std::uint32_t n, bool spare);
  void deal();
  void deal_to(std::uint32_t n, chunk<encoded> what);
  void deal_to(std::uint32_t n, std::shared_ptr<const chunk<encoded>> what);
  void end_if_done();
  std::size_t restarts_in_window();

  takes<sample> downstream_;
  steady_time demanded_since_;
  std::vector<worker> workers_;
  std::deque<chunk<encoded>> waiting_;
  std::deque<steady_time> restarts_;
  std::uint64_t serial_ = 0;
  bool upstream_ended_ = false, ended_ = false, leaving_ = false;
};

augmenter_actor::behavior_type augmenter(self_of<augmenter_actor, augmenter_state> self, std::shared_ptr<run_state> run,
                                         gives<encoded> upstream, spawn_worker spawn);

}  // namespace troupe
