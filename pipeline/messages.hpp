#pragma once
// Everything that actors say to each other, on one page. Items go down the line, demand goes up:
//
//     loader ──chunks<encoded>──▶ augmenter ──chunks<sample>──▶ batcher ──chunks<batch>──▶ trainer, or your loop
//        ◀──demand<encoded>──        ◀──demand<sample>──           ◀──demand<batch>──
//
// Obligations of a stage, in the manner of Reactive Streams; who keeps them may stand anywhere in the line:
//   1. Never send more items than places demanded: every chunk answers a lease that came with a demand, at most once.
//   2. Never touch an item after it was sent, nor its place.
//   3. Signals of one edge are FIFO. Chunks may answer leases in any order; a lease may be answered in parts.
//   4. A finite source ends with exactly one `end`, also when it is empty or has unfilled demand. `end` comes after
//   every
//      lease was answered or abandoned, and nothing comes after it but late answers to what was abandoned.
//   5. Failure travels down at once, without demand.
//   6. `cancel` is idempotent and gives back every place: filled, or by `unused`. Then comes `end`.
//   7. A user's exception never crosses a handler: it becomes a bad sample (its `bad` says why) or `failed`.
//   8. Demand of no places, or after `cancel`, is legal: the places of the latter come back by `unused`, or by `end`.
#include <troupe/pipeline/batch.hpp>
#include <troupe/pipeline/caf.hpp>
#include <troupe/pipeline/counters.hpp>
#include <troupe/pipeline/encoded.hpp>
#include <troupe/pipeline/lease.hpp>

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

/// ↑ Places to fill with T. `last`: no demand follows; the answer to all of it is followed by `end`.
template <class T>
struct demand {
  std::vector<lease> places;
  bool last = false;
};
/// ↑ So many more batches are wanted. Places stay with the batcher.
template <>
struct demand<batch> {
  std::uint32_t batches = 1;
};
/// ↑ Give back every place; nothing more is wanted.
template <class T>
struct cancel {};

/// Items for consecutive places, one each. About a millisecond of work: often that is a single item.
template <class T>
struct chunk {  // NOLINT(bugprone-exception-escape): of T, which does not throw when it is moved
  lease places;
  boost::container::small_vector<T, 1> items;
};
/// ↓ What is finished at the same time: a message each would wake the next stage as often.
template <class T>
struct chunks {  // NOLINT(bugprone-exception-escape): as above
  boost::container::small_vector<chunk<T>, 1> all;
};
/// One chunk as a message.
template <class T>
chunks<T> alone(chunk<T>&& one) {
  chunks<T> message;
  message.all.push_back(std::move(one));
  return message;
}
/// ↓ Places that come back as they were: after `cancel`, or because a stream ended before them.
template <class T>
struct unused {
  lease places;
};
/// ↓ These places are in the hands of somebody who hangs: their memory must not be used again until they come back, if
/// ever they do. Whoever owns them issues others.
template <class T>
struct abandoned {
  lease places;
};
/// ↓ Nothing follows.
template <class T>
struct end {};
/// ↓ The run cannot go on. One sentence: stage, file, remedy.
template <class T>
struct failed {
  std::string reason;
};

/// A stage as it is seen from above: what takes T.
template <class T>
using takes = caf::typed_actor<receives<chunks<T>>, receives<unused<T>>, receives<abandoned<T>>, receives<end<T>>,
                               receives<failed<T>>>;
/// Where a stage sends its T: said once, before the first demand.
template <class T>
struct connect {
  takes<T> downstream;
};
/// A stage as it is seen from below: what gives T.
template <class T>
using gives = caf::typed_actor<receives<connect<T>>, receives<demand<T>>, receives<cancel<T>>>;
/// A whole stage, In from above, Out to below.
template <class In, class Out>
using stage_of =
    caf::typed_actor<receives<chunks<In>>, receives<unused<In>>, receives<abandoned<In>>, receives<end<In>>,
                     receives<failed<In>>, receives<connect<Out>>, receives<demand<Out>>, receives<cancel<Out>>>;

// Within the augment pool: its head deals chunks; a worker answers them to the stage below by itself.
struct done {};  ///< worker → head: look at the counters, some chunks are finished
struct room {};  ///< scratch memory → worker: what you waited for is yours
using worker_actor = caf::typed_actor<receives<chunks<encoded>>, receives<room>>;

// Between the batcher and those who change whole batches for it.
struct finish_batch {
  lease rows;
};  ///< batcher → finisher: every row is filled, the batch transforms are next
struct batch_finished {
  lease rows;
  std::string wrong;  ///< empty: all is well
};                    ///< finisher → batcher
using finisher_actor = caf::typed_actor<receives<finish_batch>>;

// What the line is told about itself.
struct read_done {  ///< reader thread → loader  // NOLINT(bugprone-exception-escape): as above
  chunks<encoded> read;
  std::vector<lease> unused;
  std::vector<lease> unread;  ///< for other readers: the workers need them sooner
  bool last = false;          ///< the job is done
  bool pulled = false;        ///< it was the one that pulls from the stream
  std::string failure;        ///< of the stream or the file layer: the run cannot go on
};
struct buffer_free {};  ///< ring → batcher
struct overdue {};      ///< its own clock → batcher: has `end` come by now, after the last batch was handed down?
struct leave {
  std::uint64_t pass = 0;
};  ///< loop → batcher: the rest of this pass is not wanted
struct taken {
  std::uint32_t batches = 0;
};                  ///< loop → outlet: so many were taken, or dropped
struct close {};    ///< supervisor → consumer: drop what you hold; `end` follows, if it has not come
struct prepare {};  ///< trainer → itself: make the learner, while the first batch is being filled
struct replace_worker {
  std::uint32_t worker = 0;
};  ///< supervisor → augmenter: this one hangs, take a spare

// What the supervisor hears.
struct drained {};    ///< batcher: every position was disposed of, `end` was sent
struct finished {};   ///< consumer: `end` arrived and everything is done
struct run_failure {  ///< anyone: the run cannot go on
  std::string reason;
  bool bad_data = false;
};
struct stop_run {};  ///< the user
struct worker_hangs {
  std::uint32_t worker = 0;
};                     ///< monitor
struct deadline {};    ///< its own clock: another part of the time for the shutdown is over
struct look_again {};  ///< its own clock: have the threads that outlived their stage come to rest?
struct tick {};        ///< the monitor's own clock
struct stand_down {};  ///< supervisor → monitor: a last look, then leave

using loader_actor = caf::typed_actor<receives<connect<encoded>>, receives<demand<encoded>>, receives<cancel<encoded>>,
                                      receives<read_done>>;
using augmenter_actor = stage_of<encoded, sample>::extend<receives<done>, receives<replace_worker>>;
using batcher_actor = stage_of<sample, batch>::extend<receives<buffer_free>, receives<leave>, receives<batch_finished>,
                                                      receives<overdue>>;
using consumer_actor = takes<batch>::extend<receives<close>>;
using outlet_actor = consumer_actor::extend<receives<taken>>;
using trainer_actor = consumer_actor::extend<receives<prepare>>;
using supervisor_actor =
    caf::typed_actor<receives<drained>, receives<finished>, receives<run_failure>, receives<stop_run>,
                     receives<worker_hangs>, receives<deadline>, receives<look_again>>;
using monitor_actor = caf::typed_actor<receives<tick>, receives<stand_down>>;

}  // namespace troupe

// In-process only: none of these is ever serialised.
namespace caf {
template <class T>
struct allowed_unsafe_message_type<troupe::demand<T>> : std::true_type {};
template <class T>
struct allowed_unsafe_message_type<troupe::cancel<T>> : std::true_type {};
template <class T>
struct allowed_unsafe_message_type<troupe::chunks<T>> : std::true_type {};
template <class T>
struct allowed_unsafe_message_type<troupe::unused<T>> : std::true_type {};
template <class T>
struct allowed_unsafe_message_type<troupe::abandoned<T>> : std::true_type {};
template <class T>
struct allowed_unsafe_message_type<troupe::end<T>> : std::true_type {};
template <class T>
struct allowed_unsafe_message_type<troupe::failed<T>> : std::true_type {};
template <class T>
struct allowed_unsafe_message_type<troupe::connect<T>> : std::true_type {};
}  // namespace caf
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::finish_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::batch_finished)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::read_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::buffer_free)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::overdue)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::leave)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::taken)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::close)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::prepare)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::replace_worker)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::drained)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::finished)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::run_failure)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::stop_run)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worker_hangs)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::deadline)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::look_again)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::stand_down)
