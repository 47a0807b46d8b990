#include "depot.hpp"

#include <stdexcept>
#include <utility>

namespace troupe::test {

void depot_state::arrived(chunks<encoded>& what) {
  const auto now = seen_++;
  if (now == of->throws_at) throw std::runtime_error("the store is gone");
  if (now == of->dies_at) return self->quit(caf::exit_reason::out_of_workers);
  if (now == of->leaves_at) return self->quit();
  if (now == of->keeps_at) return;
  if (now == of->gives_back_at) {
    for (const auto& c : what.all) self->send(downstream, unused<encoded>{c.places});
    return;
  }
  for (auto& c : what.all) {
    for (auto& item : c.items) of->bring(item);
  }
  if (!of->late) return own_stage_state::arrived(what);
  for (auto& c : what.all) {
    held_.push_back(std::move(c));
    self->send(own_actor{caf::actor_cast<own_actor>(self)}, demand<encoded>{});  // of nothing: to be answered later
  }
}

// One of them, in two parts.
void depot_state::answer_one() {
  if (held_.empty()) return;
  const auto at = held_.begin() + std::ptrdiff_t(order_() % held_.size());
  auto c = std::move(*at);
  held_.erase(at);
  if (c.places.rows > 1) {
    chunk<encoded> last{c.places, {}};
    last.places.row += c.places.rows - 1;
    last.places.rows = 1;
    last.items.push_back(std::move(c.items.back()));
    c.items.pop_back();
    --c.places.rows;
    self->send(downstream, alone(std::move(last)));
  }
  self->send(downstream, alone(std::move(c)));
}

void depot_state::demanded(const demand<encoded>& d) {
  answer_one();
  if (!d.places.empty() || d.last) own_stage_state::demanded(d);
}

void depot_state::ended(const end<encoded>& e) {
  while (!held_.empty()) answer_one();
  own_stage_state::ended(e);
}

namespace {

own_actor::behavior_type depot_actor(self_of<own_actor, depot_state> self, const gives<encoded>& upstream,
                                     std::shared_ptr<depot> of) {
  self->state.of = std::move(of);
  return stage_behavior(self, upstream);
}

}  // namespace

spawn_stage brings_from(std::shared_ptr<depot> of) {
  return [of = std::move(of)](caf::actor_system& system, gives<encoded> upstream) {
    return own_actor{system.spawn(depot_actor, std::move(upstream), of)};
  };
}

item_handler fetches_from(std::shared_ptr<depot> of) {
  return [of = std::move(of)](encoded item) {
    of->bring(item);
    return item;
  };
}

}  // namespace troupe::test
