#pragma once
// The door for whole actors: typed interfaces, and the one wrapper around every handler.
#include <troupe/pipeline/messages.hpp>
#include <troupe/pipeline/run_state.hpp>

#include <exception>
#include <memory>
#include <utility>

#if defined(__SANITIZE_THREAD__)
extern "C" {
void __tsan_acquire(void*);
void __tsan_release(void*);
}
#define TROUPE_UNTRACED __attribute__((no_sanitize("thread"), noinline))
#else
#define TROUPE_UNTRACED
#endif

namespace troupe {

/// The pointer to oneself in a stage with this interface and state.
template <class Interface, class State>
using self_of = typename Interface::template stateful_pointer<State>;

/// The mailbox of the stock library is not instrumented: what it orders is said to the thread sanitizer here.
inline void ordered_before(const void* p) {
#if defined(__SANITIZE_THREAD__)
  __tsan_release(const_cast<void*>(p));
#else
  (void)p;
#endif
}
inline void ordered_after(const void* p) {
#if defined(__SANITIZE_THREAD__)
  __tsan_acquire(const_cast<void*>(p));
#else
  (void)p;
#endif
}

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
  ordered_before(self->ctrl());
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
