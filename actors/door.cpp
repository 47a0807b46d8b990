#include <troupe/actors/door.hpp>

#include <utility>

namespace troupe {

std::string cause_of_death(caf::actor_system& system, const caf::error& reason) {
  return reason ? "it died: " + system.render(reason) : std::string("it left before its end");
}

void door_state::connected(const connect<encoded>& to) {
  downstream_ = to.downstream;
  self->send(upstream, connect<encoded>{self});
  if (ended_) self->send(downstream_, end<encoded>{});  // before anybody was there to hear it
}

void door_state::demanded(const demand<encoded>& d) {
  if (ended_) return;
  if (leaves) leaves->demanded(d);
  self->send(upstream, d);
}

void door_state::cancelled(const cancel<encoded>& c) {
  cancelled_ = true;
  self->send(upstream, c);
}

void door_state::arrived(chunks<encoded>& what) {
  if (ended_) return;
  for (auto& c : what.all) {
    if (leaves && !leaves->left(c)) {
      return break_off(
          "it answered places that it does not hold, or not with the sample each that it was given: obligation 1 in "
          "pipeline/messages.hpp");
    }
    if (enters) enters->entered(c);
  }
  self->send(downstream_, std::move(what));
}

void door_state::came_back(const unused<encoded>& u) {
  if (ended_) return;
  if (leaves && !cancelled_ && failure_.empty() && leaves->holds(u.places))
    return break_off(
        "it gave back places that nobody wanted back; what it cannot bring it sends with `bad` set: obligation 6 in "
        "pipeline/messages.hpp");
  if (leaves) leaves->came_back(u.places);
  self->send(downstream_, u);
}

void door_state::lost_above(const abandoned<encoded>& lost) {
  if (!ended_) self->send(downstream_, lost);
}

void door_state::ended(const end<encoded>& e) {
  if (leaves) leaves->ended();
  if (!std::exchange(ended_, true) && downstream_) self->send(downstream_, e);
}

// A stage need not know what it is called in this run; what the loader says goes by its own name.
void door_state::upstream_failed(const failed<encoded>& why) {
  failure_ = why.reason;
  const bool of_loader = failure_.rfind("loader: ", 0) == 0;
  if (leaves && !of_loader && !run->names_stage(failure_)) failure_ = leaves->name() + ": " + failure_;
  self->send(downstream_, failed<encoded>{failure_});
}

void door_state::break_off(const std::string& why) {
  if (std::exchange(ended_, true)) return;
  const auto reason = failure_.empty() ? leaves->name() + ": " + why : failure_;
  if (!why.empty()) self->send(supervisor, run_failure{reason});
  self->send(beyond, cancel<encoded>{});
  const auto held = leaves->forfeited();
  if (!downstream_) return;
  if (!why.empty()) self->send(downstream_, failed<encoded>{reason});  // before places come back that nobody filled
  for (const auto& places : held) self->send(downstream_, unused<encoded>{places});
  self->send(downstream_, end<encoded>{});
}

// Who has passed its end may leave as it likes, and so may who was told to.
void door_state::stage_died(const caf::down_msg& down) {
  const bool dismissed = run->ending.load() && down.reason == caf::exit_reason::user_shutdown;
  break_off(dismissed ? std::string() : cause_of_death(self->system(), down.reason));
}

own_actor::behavior_type door(self_of<own_actor, door_state> self, std::shared_ptr<run_state> run,
                              supervisor_actor supervisor, gives<encoded> upstream, gives<encoded> beyond,
                              std::shared_ptr<stage_book> leaves, std::shared_ptr<stage_book> enters) {
  settle(self, std::move(run));
  auto& state = self->state;
  state.supervisor = std::move(supervisor);
  state.upstream = std::move(upstream);
  state.beyond = std::move(beyond);
  state.leaves = std::move(leaves);
  state.enters = std::move(enters);
  if (state.leaves) {
    self->monitor(state.upstream);
    self->set_down_handler(
        [self](caf::scheduled_actor*, caf::down_msg& down) { guarded(self, [&] { self->state.stage_died(down); }); });
  }
  return {on(self, &door_state::arrived),  on(self, &door_state::came_back),       on(self, &door_state::lost_above),
          on(self, &door_state::ended),    on(self, &door_state::upstream_failed), on(self, &door_state::connected),
          on(self, &door_state::demanded), on(self, &door_state::cancelled)};
}

}  // namespace troupe
