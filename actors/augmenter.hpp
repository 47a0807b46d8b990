#pragma once
#include <troupe/actors/stage.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace troupe {

/// Spawns worker number n, which answers `downstream`; a spare gets a thread of its own.
using spawn_worker = std::function<worker_actor(const augmenter_actor& head, const takes<sample>& downstream,
                                                std::uint32_t n, bool spare)>;

/// The head of the augment pool: one stage to its neighbours, the only one who knows the workers. Deals chunks to the
/// worker that has the least, some milliseconds of work ahead, so that no worker waits for it. The places that a dead
/// worker held are asked for again; for one that hangs another works, until it comes back.
struct augmenter_state {
  static inline const char* name = "augmenter";

  augmenter_state() = default;

  void connected(const connect<sample>& to);
  void demanded(const demand<sample>& places);
  void cancelled(const cancel<sample>&);
  void arrived(chunks<encoded>& what);
  void came_back(const unused<encoded>& places);
  void lost_above(const abandoned<encoded>& places);
  void ended(const end<encoded>&);
  void upstream_failed(const failed<encoded>& why);
  void finished(const done& by);
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
  struct held {
    lease places;
    std::size_t bytes = 0;  // of the read-ahead
  };
  struct worker {
    worker_actor handle;
    std::deque<held> dealt;         // in the order in which it works
    chunks<encoded> next;           // of those, about to be sent
    std::uint64_t finished = 0;     // before those
    bool hangs = false;             // given up: nothing is dealt to it before it has finished all of those
    std::size_t scratch_bytes = 0;  // borrowed when it was given up
  };
  void give_back(const lease& places);
  void hire(std::uint32_t n, bool spare);
  void deal();
  std::uint32_t next_worker();
  std::size_t unfinished(std::uint32_t n);
  std::size_t most_ahead() const;
  std::uint32_t times_hung(const activity& doing);
  bool somebody_hangs() const;
  void look_who_came_back();
  void works_again(worker& w);
  void give_up(std::uint32_t n);
  std::uint32_t vacancy() const;
  void ask_again(const std::deque<held>& places);
  void end_if_done();
  std::size_t restarts_in_window();

  takes<sample> downstream_;
  std::vector<worker> workers_;
  std::deque<chunk<encoded>> waiting_;
  std::deque<steady_time> restarts_;
  struct hung {
    std::uint32_t times = 0, next = 0;  // each at a later generation of the place than the one before
  };
  std::map<std::pair<std::uint64_t, std::uint64_t>, hung> hung_at_;  // by pass and index
  bool upstream_ended_ = false, ended_ = false, leaving_ = false;
};

augmenter_actor::behavior_type augmenter(self_of<augmenter_actor, augmenter_state> self, std::shared_ptr<run_state> run,
                                         gives<encoded> upstream, spawn_worker spawn);

}  // namespace troupe
