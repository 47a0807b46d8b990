#pragma once
// The door for whole actors that take batches: a writer, an evaluator.
#include <troupe/actors/stage.hpp>

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace troupe {

/// A consumer of one's own. It connects to `upstream`, asks for batches, and gets them in order. A batch counts as
/// delivered once it is on its way; its memory is lent for as long as a copy of the handle lives.
using own_sink_actor = takes<batch>;

/// Spawns a fresh one. After `end` it is told to leave, behind all that it was sent; the run is over when it has left.
using spawn_sink = std::function<own_sink_actor(caf::actor_system& system, gives<batch> upstream)>;

struct actor_sink {
  spawn_sink spawn;
};

template <class What>
struct sink_from<What, std::enable_if_t<spawns<What, gives<batch>, own_sink_actor>::value>> {
  static constexpr bool known = true;
  static own_sink make(std::string name, What what) {
    return {.name = std::move(name), .whole = std::make_shared<const actor_sink>(actor_sink{std::move(what)})};
  }
};

/// The state of a consumer of one's own. Derive from it, and write `void take(const batch&)`; `void ended()` is called
/// after the last one, also where the run was stopped. What they throw fails the run.
struct own_sink_state {
  static inline const char* name = "sink";

  own_sink_state() = default;
  void failed(const std::string& /*why*/) {}  ///< the run cannot go on; `ended()` follows
  void ended() {}
  void crashed(const char*) {}
};

/// The behaviour of a consumer of one's own, out of its state. `ahead`: batches asked for before they are wanted; each
/// keeps a buffer.
template <class Self>
own_sink_actor::behavior_type sink_behavior(Self self, const gives<batch>& upstream, std::uint32_t ahead = 2) {
  static_assert(!std::is_aggregate_v<std::decay_t<decltype(self->state)>>,
                "a state needs a constructor: write state() = default");
  ignore_strangers(self);
  self->send(upstream, connect<batch>{own_sink_actor{self}});
  self->send(upstream, demand<batch>{ahead});
  return {[self, upstream](chunks<batch>& what) {
            guarded(self, [&] {
              for (auto& c : what.all) {
                for (auto& b : c.items) {
                  const auto mine = std::move(b);
                  self->state.take(mine);
                  self->send(upstream, demand<batch>{1});
                }
              }
            });
          },
          [](const unused<batch>&) {}, [](const abandoned<batch>&) {},
          [self](const end<batch>&) { guarded(self, [&] { self->state.ended(); }); },
          [self](const failed<batch>& why) { guarded(self, [&] { self->state.failed(why.reason); }); }};
}

}  // namespace troupe
