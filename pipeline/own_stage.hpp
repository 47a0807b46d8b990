#pragma once
#include <troupe/pipeline/encoded.hpp>

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace troupe {

/// A function from sample to sample, between reading and decoding: it decrypts, unpacks, repairs, or decodes a format
/// of one's own to pixels (`raw`). Called by several workers at once, so it must not write what others read; what it
/// returns follows from what it was given alone, or batches are no longer the same for any number of workers.
///
/// What it makes belongs to the item: `item.hold(std::move(bytes))`. Who throws, returns no bytes or sets `bad` makes a
/// bad sample, which names the stage: another one takes its place. `item.leave_out()` leaves a sample out that is not
/// bad. Neither kind comes here again. `index` is not its to change. Masks and further pictures come along as
/// `companions`, to be handed on or changed; who makes a new item need not copy them, nor its `key`.
///
/// Of `keyed` data the first stage gets items without bytes, and brings them by `item.key`.
using item_handler = std::function<encoded(encoded)>;

struct actor_stage;  ///< a whole actor: <troupe/actors/stage.hpp>

/// What a stage of one's own is.
struct stage_options {
  /// It drops or changes by memory of what it saw, and guards that memory itself. What it saw depends on time and on
  /// the number of workers, and so do the batches then: the run says that its digest is not guaranteed.
  bool stateful = false;
};

/// One stage of one's own, as it was described: either a function or a whole actor.
struct own_stage {
  std::string name;
  item_handler each = {};
  std::shared_ptr<const actor_stage> whole = {};
  stage_options options = {};
};

/// What is wrong with a sample where a stage says so: the detail begins with the name of the stage.
shared_failure refused_by(const std::string& stage, failure why);

/// Does what a handler shall do with one item: whatever it throws or leaves out becomes a bad sample.
encoded handled(const std::string& stage, const item_handler& each, encoded item);

/// What pipeline::stage takes: functions; with <troupe/actors/stage.hpp>, whole actors.
template <class What, class = void>
struct stage_from {
  static constexpr bool known = false;
};
template <class What>
struct stage_from<What, std::enable_if_t<std::is_convertible_v<What, item_handler>>> {
  static constexpr bool known = true;
  static own_stage make(const std::string& name, const What& what) { return {.name = name, .each = what}; }
};

struct actor_sink;  ///< a whole actor that takes batches: <troupe/actors/sink.hpp>

/// A consumer of one's own, as it was described.
struct own_sink {
  std::string name;
  std::shared_ptr<const actor_sink> whole = {};
};

/// What pipeline::sink takes.
template <class What, class = void>
struct sink_from {
  static constexpr bool known = false;
};

}  // namespace troupe
