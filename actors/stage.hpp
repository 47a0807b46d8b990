#pragma once
// The door for whole actors: typed interfaces, the one wrapper around every handler, and a stage that needs no more
// than what it does differently.
#include <troupe/actors/ordered.hpp>
#include <troupe/pipeline/messages.hpp>
#include <troupe/pipeline/own_stage.hpp>
#include <troupe/pipeline/run_state.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace troupe {

/// Somebody's handler threw. The actors of a run note it for their supervisor; a stage of one's own tells whoever
/// stands below it.
template <class Self>
void note_crash(Self* self, const char* what) {
  if constexpr (requires { self->state.run; }) {
    self->state.run->note_crash(self->state.name, what);
    self->quit(caf::exit_reason::unhandled_exception);
  } else {
    self->state.crashed(what);
    self->quit(caf::make_error(caf::sec::runtime_error, std::string(what)));
  }
}

/// Runs what a handler does. An exception ends the actor: it notes the crash and quits, its supervisor acts.
template <class Self, class Function>
void guarded(Self* self, Function&& what) noexcept {
  ordered_after(self->ctrl());
  try {
    what();
  } catch (const std::exception& e) { note_crash(self, e.what()); } catch (...) {
    note_crash(self, "an exception that is no std::exception");
  }
  ordered_before(self->ctrl());
}

/// A member function of the state as a handler. Every handler of every stage is made here.
template <class Self, class State, class Arg>
auto on(Self* self, void (State::*handler)(Arg)) {
  return [self, handler](Arg argument) { guarded(self, [&] { (self->state.*handler)(std::forward<Arg>(argument)); }); };
}

/// Strangers' messages are dropped, errors of theirs do not end an actor.
template <class Self>
void ignore_strangers(Self* self) {
  self->set_default_handler(caf::drop);
  self->set_error_handler([](caf::scheduled_actor*, caf::error&) {});
}

/// What every actor of a run begins with.
template <class Self>
void settle(Self* self, std::shared_ptr<run_state>&& run) {
  self->state.self = self;
  self->state.run = std::move(run);
  ignore_strangers(self);
}

/// A stage of one's own between the loader and the augment pool.
using own_actor = stage_of<encoded, encoded>;

/// Spawns a fresh one: `upstream` is what it takes from. Called once a run.
using spawn_stage = std::function<own_actor(caf::actor_system& system, gives<encoded> upstream)>;

struct actor_stage {
  spawn_stage spawn;
};

template <class What>
struct stage_from<What, std::enable_if_t<spawns<What, gives<encoded>, own_actor>::value>> {
  static constexpr bool known = true;
  static own_stage make(std::string name, What what) {
    return {.name = std::move(name), .whole = std::make_shared<const actor_stage>(actor_stage{std::move(what)})};
  }
};

/// The state of a stage of one's own that keeps every obligation and changes nothing: demand and cancel go up, all else
/// goes down. Derive from it and write the handler that does something else; `stage_behavior` takes yours instead.
///
///     struct counting_state : troupe::own_stage_state {
///       static inline const char* name = "counting";
///       counting_state() = default;  // CAF would make an aggregate of the actor's address
///       void arrived(troupe::chunks<troupe::encoded>& what) {
///         for (const auto& c : what.all) items += c.items.size();
///         own_stage_state::arrived(what);
///       }
///       std::uint64_t items = 0;
///     };
struct own_stage_state {
  static inline const char* name = "stage";

  own_stage_state() = default;

  void connected(const connect<encoded>& to);
  void demanded(const demand<encoded>& places);
  void cancelled(const cancel<encoded>& c);
  void arrived(chunks<encoded>& what);
  void came_back(const unused<encoded>& places);
  void lost_above(const abandoned<encoded>& places);
  void ended(const end<encoded>& e);
  void upstream_failed(const failed<encoded>& why);
  void crashed(const char* what);  // the door below adds what the stage is called

  own_actor::base* self = nullptr;
  gives<encoded> upstream;
  takes<encoded> downstream;
};

/// The behaviour of a stage of one's own, out of its state.
///
///     troupe::own_actor::behavior_type counting(troupe::self_of<troupe::own_actor, counting_state> self,
///                                               const troupe::gives<troupe::encoded>& upstream) {
///       return troupe::stage_behavior(self, upstream);
///     }
template <class Self>
own_actor::behavior_type stage_behavior(Self self, const gives<encoded>& upstream) {
  using state = std::decay_t<decltype(self->state)>;
  static_assert(!std::is_aggregate_v<state>, "a state needs a constructor: write state() = default");
  self->state.self = self;
  self->state.upstream = upstream;
  ignore_strangers(self);
  return {on(self, &state::arrived),  on(self, &state::came_back),       on(self, &state::lost_above),
          on(self, &state::ended),    on(self, &state::upstream_failed), on(self, &state::connected),
          on(self, &state::demanded), on(self, &state::cancelled)};
}

/// A function as an actor of its own: in the line, where a whole actor follows it.
struct handler_state : own_stage_state {
  handler_state() = default;
  void arrived(chunks<encoded>& what);

  std::string called;
  item_handler each;
};

own_actor::behavior_type handler_actor(self_of<own_actor, handler_state> self, const gives<encoded>& upstream,
                                       std::string called, item_handler each);

}  // namespace troupe
