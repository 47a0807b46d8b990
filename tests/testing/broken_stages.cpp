#include "broken_stages.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

namespace troupe::test {

namespace {

struct sends_twice : own_stage_state {
  sends_twice() = default;
  void arrived(chunks<encoded>& what) {
    self->send(downstream, alone(chunk<encoded>(what.all.front())));
    own_stage_state::arrived(what);
  }
};

struct changes_leases : own_stage_state {
  changes_leases() = default;
  void arrived(chunks<encoded>& what) {
    for (auto& c : what.all) ++c.places.generation;
    own_stage_state::arrived(what);
  }
};

struct asks_twice : own_stage_state {
  asks_twice() = default;
  void demanded(const demand<encoded>& d) {
    self->send(upstream, demand<encoded>{d.places, false});
    self->send(upstream, d);
  }
};

struct writes_later : own_stage_state {
  writes_later() = default;
  void arrived(chunks<encoded>& what) {
    if (last) (*last)[0] ^= 1;
    for (auto& c : what.all) {
      for (auto& item : c.items) {
        if (item.bad) continue;
        last = std::make_shared<std::vector<std::uint8_t>>(item.bytes.begin(), item.bytes.end());
        last->push_back(0);
        item.bytes = *last;
        item.owner = last;
      }
    }
    own_stage_state::arrived(what);
  }
  std::shared_ptr<std::vector<std::uint8_t>> last;
};

struct lets_memory_go : own_stage_state {
  lets_memory_go() = default;
  void arrived(chunks<encoded>& what) {
    for (auto& c : what.all) {
      for (auto& item : c.items) item.owner = std::make_shared<int>(0);
    }
    own_stage_state::arrived(what);
  }
};

struct mixes_up : own_stage_state {
  mixes_up() = default;
  void arrived(chunks<encoded>& what) {
    for (auto& c : what.all) std::reverse(c.items.begin(), c.items.end());
    own_stage_state::arrived(what);
  }
};

struct knows_whole_leases : own_stage_state {
  knows_whole_leases() = default;
  void demanded(const demand<encoded>& d) {
    asked.insert(asked.end(), d.places.begin(), d.places.end());
    own_stage_state::demanded(d);
  }
  void arrived(chunks<encoded>& what) {
    for (auto& c : what.all) {
      if (std::find(asked.begin(), asked.end(), c.places) != asked.end()) self->send(downstream, alone(std::move(c)));
    }
  }
  std::vector<lease> asked;
};

struct ends_twice : own_stage_state {
  ends_twice() = default;
  void ended(const end<encoded>& e) {
    own_stage_state::ended(e);
    own_stage_state::ended(e);
  }
};

struct never_ends : own_stage_state {
  never_ends() = default;
  void ended(const end<encoded>&) {}
};

struct ends_too_soon : own_stage_state {
  ends_too_soon() = default;
  void arrived(chunks<encoded>& what) {
    if (held) own_stage_state::arrived(*held);
    held = std::move(what);
  }
  void ended(const end<encoded>& e) {
    own_stage_state::ended(e);
    if (held) own_stage_state::arrived(*held);
  }
  std::optional<chunks<encoded>> held;
};

struct keeps_failure : own_stage_state {
  keeps_failure() = default;
  void upstream_failed(const failed<encoded>& f) { why = f; }
  void demanded(const demand<encoded>& d) {
    if (why) own_stage_state::upstream_failed(*why);
    own_stage_state::demanded(d);
  }
  std::optional<failed<encoded>> why;
};

struct ignores_cancel : own_stage_state {
  ignores_cancel() = default;
  void cancelled(const cancel<encoded>&) {}
};

struct cancels_by_itself : own_stage_state {
  cancels_by_itself() = default;
  void demanded(const demand<encoded>& d) {
    asked.insert(asked.end(), d.places.begin(), d.places.end());
    own_stage_state::demanded(d);
  }
  void cancelled(const cancel<encoded>& c) {
    for (const auto& places : asked) self->send(downstream, unused<encoded>{places});
    own_stage_state::cancelled(c);
  }
  std::vector<lease> asked;
};

struct keeps_unused : own_stage_state {
  keeps_unused() = default;
  void came_back(const unused<encoded>&) {}
};

struct gives_back_bad_ones : own_stage_state {
  gives_back_bad_ones() = default;
  void arrived(chunks<encoded>& what) {
    for (auto& c : what.all) {
      if (c.items.front().bad || c.items.front().bytes.size() % 8 == 0) {
        self->send(downstream, unused<encoded>{c.places});
      } else {
        self->send(downstream, alone(std::move(c)));
      }
    }
  }
};

struct throws_at_bytes : own_stage_state {
  throws_at_bytes() = default;
  void arrived(chunks<encoded>& what) {
    for (const auto& c : what.all) {
      for (const auto& item : c.items) {
        if (item.bytes.size() < 2) throw std::runtime_error("too short");
      }
    }
    own_stage_state::arrived(what);
  }
};

struct mends_bad_ones : own_stage_state {
  mends_bad_ones() = default;
  void arrived(chunks<encoded>& what) {
    for (auto& c : what.all) {
      for (auto& item : c.items) item.bad.reset();
    }
    own_stage_state::arrived(what);
  }
};

struct drops_bad_ones : own_stage_state {
  drops_bad_ones() = default;
  void arrived(chunks<encoded>& what) {
    for (auto& c : what.all) {
      const auto bad = [](const encoded& item) { return item.bad != nullptr; };
      if (std::none_of(c.items.begin(), c.items.end(), bad)) self->send(downstream, alone(std::move(c)));
    }
  }
};

struct counts_on_places : own_stage_state {
  counts_on_places() = default;
  void demanded(const demand<encoded>& d) {
    if (d.places.empty() && !d.last) throw std::runtime_error("no places");
    own_stage_state::demanded(d);
  }
};

struct forgets_late_demand : own_stage_state {
  forgets_late_demand() = default;
  void cancelled(const cancel<encoded>& c) {
    if (!std::exchange(over, true)) own_stage_state::cancelled(c);
  }
  void demanded(const demand<encoded>& d) {
    if (over) return self->send(downstream, alone(chunk<encoded>{d.places.front(), {}}));
    own_stage_state::demanded(d);
  }
  bool over = false;
};

template <class State>
own_actor::behavior_type as_actor(self_of<own_actor, State> self, gives<encoded> upstream) {
  return stage_behavior(self, std::move(upstream));
}

template <class State>
broken_stage breaks(int rule, const char* how) {
  return {how, rule, [](caf::actor_system& system, gives<encoded> upstream) {
            return own_actor{system.spawn(as_actor<State>, std::move(upstream))};
          }};
}

struct stays : own_stage_state {
  stays() = default;
};

own_actor::behavior_type staying(self_of<own_actor, stays> self, gives<encoded> upstream) {
  self->set_exit_handler([](caf::scheduled_actor*, caf::exit_msg&) {});
  return stage_behavior(self, std::move(upstream));
}

}  // namespace

const std::vector<broken_stage>& broken_stages() {
  static const std::vector<broken_stage> all = {
      {"it stays when it is told to leave", 0,
       [](caf::actor_system& system, gives<encoded> upstream) {
         return own_actor{system.spawn(staying, std::move(upstream))};
       }},
      breaks<sends_twice>(1, "it sends items twice"),
      breaks<changes_leases>(1, "it changes the leases"),
      breaks<asks_twice>(1, "it asks for a place twice"),
      breaks<writes_later>(2, "it writes to bytes that it has sent"),
      breaks<lets_memory_go>(2, "it lets the memory of an item go"),
      breaks<mixes_up>(3, "it mixes the items of a lease up"),
      breaks<knows_whole_leases>(3, "it loses a lease that is answered in parts"),
      breaks<ends_twice>(4, "it ends twice"),
      breaks<never_ends>(4, "it never ends"),
      breaks<ends_too_soon>(4, "it ends before its last items"),
      breaks<keeps_failure>(5, "it keeps a failure until there is demand"),
      breaks<ignores_cancel>(6, "it ignores a cancel"),
      breaks<cancels_by_itself>(6, "it gives places back that the stage above gives back"),
      breaks<gives_back_bad_ones>(6, "it gives back what it cannot read"),
      breaks<keeps_unused>(4, "it keeps places that come back unused"),
      breaks<throws_at_bytes>(7, "it throws at bytes that it does not expect"),
      breaks<mends_bad_ones>(7, "it calls bad samples good"),
      breaks<drops_bad_ones>(7, "it drops bad samples"),
      breaks<counts_on_places>(8, "it does not take demand of no places"),
      breaks<forgets_late_demand>(8, "it answers demand after a cancel with nothing"),
  };
  return all;
}

}  // namespace troupe::test
