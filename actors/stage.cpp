#include <troupe/actors/stage.hpp>

namespace troupe {

void own_stage_state::connected(const connect<encoded>& to) {
  downstream = to.downstream;
  self->send(upstream, connect<encoded>{caf::actor_cast<own_actor>(self)});
}
void own_stage_state::demanded(const demand<encoded>& places) { self->send(upstream, places); }
void own_stage_state::cancelled(const cancel<encoded>& c) { self->send(upstream, c); }
void own_stage_state::arrived(chunks<encoded>& what) { self->send(downstream, std::move(what)); }
void own_stage_state::came_back(const unused<encoded>& places) { self->send(downstream, places); }
void own_stage_state::lost_above(const abandoned<encoded>& places) { self->send(downstream, places); }
void own_stage_state::ended(const end<encoded>& e) { self->send(downstream, e); }
void own_stage_state::upstream_failed(const failed<encoded>& why) { self->send(downstream, why); }

void own_stage_state::crashed(const char* what) {
  if (downstream) self->send(downstream, failed<encoded>{what});
}

void handler_state::arrived(chunks<encoded>& what) {
  for (auto& c : what.all) {
    for (auto& item : c.items) item = handled(called, each, std::move(item));
  }
  own_stage_state::arrived(what);
}

own_actor::behavior_type handler_actor(self_of<own_actor, handler_state> self, const gives<encoded>& upstream,
                                       std::string called, item_handler each) {
  self->state.called = std::move(called);
  self->state.each = std::move(each);
  return stage_behavior(self, upstream);
}

}  // namespace troupe
