#pragma once
// The door for whole actors: typed interfaces, and the one wrapper around every handler.
#include <troupe/actors/ordered.hpp>
#include <troupe/pipeline/messages.hpp>
#include <troupe/pipeline/run_state.hpp>

#include <exception>
#include <memory>
#include <utility>

namespace troupe {

/// Runs what a handler does. An exception ends the actor: it notes the crash and quits, its supervisor acts.
template <class Self, class Function>
void guarded(Self* self, Function&& what) noexcept {
  ordered_after(self->ctrl());
  try {
    what();
  } catch (const std::exception& e) {
    self->state.run->note_crash(self->state.name, e.what());
    self->quit(caf::exit_reason::unhandled_exception);
  } catch (...) {
    self->state.run->note_crash(self->state.name, "an exception that is no std::exception");
    self->quit(caf::exit_reason::unhandled_exception);
  }
  ordered_before(self->ctrl());
}

/// A member function of the state as a handler. Every handler of every stage is made here.
template <class Self, class State, class Arg>
auto on(Self* self, void (State::*handler)(Arg)) {
  return [self, handler](Arg argument) { guarded(self, [&] { (self->state.*handler)(std::forward<Arg>(argument)); }); };
}

/// What every actor of a run begins with: strangers' messages are dropped, errors of theirs do not end it.
template <class Self>
void settle(Self* self, std::shared_ptr<run_state>&& run) {
  self->state.self = self;
  self->state.run = std::move(run);
  self->set_default_handler(caf::drop);
  self->set_error_handler([](caf::scheduled_actor*, caf::error&) {});
}

}  // namespace troupe
