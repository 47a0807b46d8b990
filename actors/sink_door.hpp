#pragma once
#include <troupe/actors/sink.hpp>

#include <memory>
#include <string>

namespace troupe {

using sink_door_actor =
    consumer_actor::extend<receives<connect<batch>>, receives<demand<batch>>, receives<cancel<batch>>>;

/// The consumer of a run whose batches an actor of one's own takes: stands above it, counts what is delivered, and
/// tells the supervisor when it is done or gone.
struct sink_door_state {
  static inline const char* name = "consumer";

  sink_door_state() = default;

  void arrived(chunks<batch>& what);
  void came_back(const unused<batch>&) {}
  void lost(const abandoned<batch>&) {}
  void ended(const end<batch>& e);
  void upstream_failed(const failed<batch>& why);
  void closed(const close&);
  void connected(const connect<batch>& to);
  void demanded(const demand<batch>& more);
  void cancelled(const cancel<batch>&);
  void sink_left(const caf::down_msg& down);
  void leave();

  self_of<sink_door_actor, sink_door_state> self = nullptr;
  std::shared_ptr<run_state> run;
  supervisor_actor supervisor;
  gives<batch> upstream;
  own_sink_actor sink;

 private:
  friend sink_door_actor::behavior_type sink_door(self_of<sink_door_actor, sink_door_state>, std::shared_ptr<run_state>,
                                                  gives<batch>, supervisor_actor);
  void note();

  takes<batch> consumer_;  // as a rule the sink itself
  std::uint64_t wanted_ = 0, most_ = 0;
  batch newest_;
  steady_time since_;
  std::string failure_;
  bool closed_ = false, ended_ = false, finished_ = false, connected_ = false;
};

sink_door_actor::behavior_type sink_door(self_of<sink_door_actor, sink_door_state> self, std::shared_ptr<run_state> run,
                                         gives<batch> upstream, supervisor_actor supervisor);

}  // namespace troupe
