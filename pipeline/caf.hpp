#pragma once
// The one header that knows which CAF this is: 0.17.6 spells a typed interface reacts_to<T>, later ones
// result<void>(T).
#include <caf/all.hpp>

#include <chrono>
#include <string>
#include <type_traits>
#include <utility>

namespace troupe {

#if CAF_VERSION < 1800
template <class T>
using receives = caf::reacts_to<T>;
#else
template <class T>
using receives = caf::result<void>(T);
#endif

/// Whether a handle takes all that Interface does. Its own conversions are declared for any two, and fail in their
/// bodies.
template <class Handle, class Interface, class = void>
struct takes_all_of : std::false_type {};
template <class Handle, class Interface>
struct takes_all_of<Handle, Interface, std::void_t<typename Handle::signatures>>
    : std::bool_constant<
          caf::detail::tl_subset_of<typename Interface::signatures, typename Handle::signatures>::value> {};

/// Whether What spawns at least Interface, given a system and an Upstream, and nothing else.
template <class Upstream>
struct exactly {
  operator Upstream() const;  // NOLINT: a conversion is what it is for; never called
};
template <class What, class Upstream, class Interface, class = void>
struct spawns : std::false_type {};
template <class What, class Upstream, class Interface>
struct spawns<What, Upstream, Interface,
              std::void_t<std::invoke_result_t<What&, caf::actor_system&, exactly<Upstream>>>>
    : takes_all_of<std::invoke_result_t<What&, caf::actor_system&, exactly<Upstream>>, Interface> {};

/// A message from nobody, from any thread.
template <class Handle, class Message>
void tell(const Handle& to, Message&& m) {
  caf::anon_send(to, std::forward<Message>(m));
}

/// A message that comes to oneself after a while.
template <class Self, class Message>
void tell_later(Self* self, std::chrono::milliseconds after, Message&& m) {
  self->delayed_send(self, after, std::forward<Message>(m));
}

/// Ends an actor before everything that waits in its mailbox. 0.17 has no urgent exit of its own.
template <class Handle>
void end_urgently(const Handle& actor) {
  auto* control = caf::actor_cast<caf::actor_control_block*>(actor);
  if (control == nullptr) return;
  control->enqueue(nullptr, caf::make_message_id(caf::message_priority::high),
                   caf::make_message(caf::exit_msg{control->address(), caf::exit_reason::user_shutdown}), nullptr);
}

/// The scheduler of a run: one shared queue, `threads` threads, at most 64 messages of one actor in a row (control
/// actors then handle what came while they slept in one go; 16 cost an eighth of the messages a second).
inline void configure(caf::actor_system_config& config, int threads) {
  config.set("scheduler.policy", caf::atom("sharing"));
  config.set("scheduler.max-threads", std::size_t(threads)).set("scheduler.max-throughput", std::size_t(64));
}

/// This thread has spawned what it had to. CAF keeps a handle on the system's logger in every thread that ever spawned,
/// and the system can be destroyed on that thread alone as long as it is there.
inline void let_go_of_system() {
#if CAF_VERSION < 1800
  caf::logger::set_current_actor_system(nullptr);
#endif
}

/// The deterministic scheduler of the tests, with virtual time.
inline void configure_for_tests(caf::actor_system_config& config) {
  config.set("scheduler.policy", caf::atom("testing"));
}

}  // namespace troupe
