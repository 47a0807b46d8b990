#pragma once
#include <troupe/actors/stage.hpp>
#include <troupe/actors/stage_book.hpp>

#include <memory>

namespace troupe {

/// Stands between a stage of one's own and its neighbours, and knows what the stage holds. Where the stage above it
/// dies, the door below gives back what it held, says the end of it and why: the run ends in order, whoever wrote the
/// stage.
struct door_state {
  static inline const char* name = "door";

  door_state() = default;

  void connected(const connect<encoded>& to);
  void demanded(const demand<encoded>& places);
  void cancelled(const cancel<encoded>& c);
  void arrived(chunks<encoded>& what);
  void came_back(const unused<encoded>& places);
  void lost_above(const abandoned<encoded>& places);
  void ended(const end<encoded>&);
  void upstream_failed(const failed<encoded>& why);
  void stage_died(const caf::down_msg& down);

  self_of<own_actor, door_state> self = nullptr;
  std::shared_ptr<run_state> run;
  supervisor_actor supervisor;
  gives<encoded> upstream;
  gives<encoded> beyond;                       // the door above that stage
  std::shared_ptr<stage_book> leaves, enters;  // the stages above and below; null where none of one's own is there

 private:
  void break_off(const std::string& why);

  takes<encoded> downstream_;
  std::string failure_;  // that came from above
  bool cancelled_ = false, ended_ = false;
};

own_actor::behavior_type door(self_of<own_actor, door_state> self, std::shared_ptr<run_state> run,
                              supervisor_actor supervisor, gives<encoded> upstream, gives<encoded> beyond,
                              std::shared_ptr<stage_book> leaves, std::shared_ptr<stage_book> enters);

/// What is known of an actor that is gone, in words.
std::string cause_of_death(caf::actor_system& system, const caf::error& reason);

}  // namespace troupe
