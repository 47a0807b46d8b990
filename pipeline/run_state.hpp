#pragma once
#include <troupe/augment/batch_transform.hpp>
#include <troupe/augment/recipe.hpp>
#include <troupe/models/learner.hpp>
#include <troupe/observe/event_log.hpp>
#include <troupe/pipeline/alert.hpp>
#include <troupe/pipeline/batch.hpp>
#include <troupe/pipeline/block_pool.hpp>
#include <troupe/pipeline/byte_budget.hpp>
#include <troupe/pipeline/counters.hpp>
#include <troupe/pipeline/cursor.hpp>
#include <troupe/pipeline/digest.hpp>
#include <troupe/pipeline/expected_bytes.hpp>
#include <troupe/pipeline/further_fields.hpp>
#include <troupe/pipeline/ledger.hpp>
#include <troupe/pipeline/memory_plan.hpp>
#include <troupe/pipeline/options.hpp>
#include <troupe/pipeline/outcome.hpp>
#include <troupe/pipeline/own_stage.hpp>
#include <troupe/pipeline/passed_batches.hpp>
#include <troupe/pipeline/sample_store.hpp>
#include <troupe/pipeline/stream_feed.hpp>
#include <troupe/pipeline/tuning_state.hpp>
#include <troupe/pipeline/turns.hpp>
#include <troupe/sources/file_layer.hpp>
#include <troupe/sources/source.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace troupe {

/// One data set with the way its samples become rows.
struct prepared_data {
  dataset data;
  std::optional<recipe> prepare;
  std::optional<recipe> unconverted = {};  ///< fills the rows, where the batch map converts them
  further_fields further{};
  std::string filters = {};         ///< the names of the filters on pixels in it
  std::optional<stream> from = {};  ///< what samples are pulled from, where they have no random access
};

/// All that a run was asked for, checked and made definite. Nothing in it changes once the run has started.
struct run_settings {
  load_options load;
  augment_options augment;
  batch_options batch;
  monitor_options monitor;
  budget_options budget;
  output_options output;
  std::chrono::milliseconds shutdown_deadline{30'000};
  bool own_files = true;  ///< the file layer was made for this run, and ends with it
  train_options train;
  std::optional<model> trained;  ///< absent: batches go to a loop of the user's own
  prepared_data training, evaluation;
  batch_recipe batch_map;         ///< what is done to whole batches of training
  int finishers = 0;              ///< those who do it
  std::vector<own_stage> stages;  ///< of one's own, in the order of the walk
  /// How many of them are actors in the line: all up to the last whole actor. The others run in the augment workers.
  std::size_t stages_in_line = 0;
  std::optional<own_sink> sink;  ///< takes the batches, where there is no trainer and no loop

  /// Actors of one's own on the scheduler: each has a thread more, so that one that hangs holds up nobody else.
  std::size_t own_actors() const noexcept { return stages_in_line + (sink ? 1 : 0); }
  /// What the last stage is called.
  std::string consumer_name() const { return trained ? "trainer" : sink ? sink->name : "consumer"; }
  plan positions;
  layout fields;  ///< of every batch
  cursor start;   ///< the batch that comes first
  memory_plan memory;
  int workers = 1;          ///< that exist
  int trainer_threads = 1;  ///< of LibTorch, at the start
  knob_range knobs;         ///< what may be moved while it runs
  cpu_share share;          ///< whose processors its workers take in turns; none: its own
  std::string stateful;     ///< the stages and filters that are, with commas: the digest is not guaranteed then
  /// Threads that a run begins with besides the caller's and LibTorch's own: `describe()` says which.
  int threads() const noexcept {
    const int scheduled = workers + int(own_actors()) + 1 + (finishers > 0 ? 1 : 0);
    return scheduled + knobs.start.readers + (trained ? 1 : 0) + 5;  // monitor, supervisor, watchdog, two of CAF
  }
  std::vector<std::function<void(const alert&)>> listeners;        ///< called on the monitor's thread, one at a time
  std::vector<std::function<void(const event&)>> event_listeners;  ///< the same
  std::vector<std::pair<std::string, std::string>> notes;          ///< into the checkpoint: recipe, data, fingerprint
  boost::json::object versions;                                    ///< of Troupe and what it is built on
};

/// What the actors of one run share: what it was asked for, its memory, its counters, its ledger. Every part has one
/// writer or is made of atomics; the monitor reads it all and asks nobody.
class run_state {
 public:
  using clock = event_log::clock;

  run_state(run_settings s, std::shared_ptr<file_layer> layer, clock now);

  const run_settings settings;
  const std::shared_ptr<file_layer> files;
  const clock now;
  const steady_time started;
  const std::shared_ptr<ring> memory;
  byte_budget read_ahead;
  tuning_state tuning;
  block_pool file_blocks;     ///< the memory of what is read ahead
  byte_budget large_scratch;  ///< for images that need more scratch than a worker's own share
  sample_store cache;         ///< files or pixels, by sample()
  sample_store marks;         ///< `scan_mark`s of JPEGs, by sample()
  const std::shared_ptr<troupe::ledger> books;
  const std::unique_ptr<stream_feed> training_feed, evaluation_feed;  ///< null where samples have random access
  counters loader, augmenter, batcher, consumer;
  std::deque<counters> own;  ///< of the stages of one's own
  event_log events;

  /// The data that a pass runs over.
  const prepared_data& data(std::uint64_t pass) const noexcept;
  /// The number of a picture of a sample (0, or that of a companion + 1) among all those of training and evaluation.
  std::uint64_t sample(std::uint64_t pass, std::uint64_t index, std::size_t picture = 0) const noexcept;
  /// Whether samples of a pass may be left out when they are looked at.
  bool may_filter(std::uint64_t pass) const noexcept { return !settings.stages.empty() || !data(pass).filters.empty(); }
  /// A pass of the plan.
  pass at(std::uint64_t number) const {
    auto p = settings.positions.at(number);
    if (const auto* f = feed(number)) f->bound(p);
    return p;
  }
  /// What is known of the stream that the samples of a pass come from; null where they have random access.
  stream_feed* feed(std::uint64_t pass) const noexcept {
    return (&data(pass) == &settings.training ? training_feed : evaluation_feed).get();
  }
  bool streams(std::uint64_t pass) const noexcept { return feed(pass) != nullptr; }
  /// What the samples of a pass will take that a stage of one's own brings.
  expected_bytes& expected(std::uint64_t pass) noexcept {
    return &data(pass) == &settings.training ? brought_training_ : brought_evaluation_;
  }
  /// Whether any data are a stream.
  bool streams() const noexcept { return training_feed || evaluation_feed; }
  /// As of every feed.
  void on_news(const std::function<void()>& call) const;
  void clear_feeds() const;
  /// What a person can open, or a sample of a stream is called; empty where there is no such sample. A source that
  /// throws is said not to know it.
  std::string path(std::uint64_t pass, std::uint64_t index) const;
  /// Whether the workers have enough encoded samples before them, so that reading may take its time.
  bool well_supplied() const noexcept;
  /// Whether a sentence begins with the name of a stage of one's own.
  bool names_stage(const std::string& sentence) const;
  /// An augment worker does nothing any more, of whatever stage.
  void rests(std::uint32_t worker) noexcept;
  /// What a sample costs a worker, measured so far; 0: not yet.
  double sample_ns() const noexcept;
  /// Rows of a chunk: so many that one message carries about a millisecond of work, or as much as tuning says.
  std::uint32_t chunk_rows() const noexcept;
  /// The samples that a pass draws from; of a stream, those that were seen or that it says it has.
  std::uint64_t samples(std::uint64_t pass) const {
    return streams(pass) ? feed(pass)->samples() : data(pass).data.size();
  }
  /// Distinct bad samples of the data of a pass that a run survives: 10, or 1 % where that is more.
  std::uint64_t error_budget(std::uint64_t pass) const { return std::max<std::uint64_t>(10, samples(pass) / 100); }

  /// A consumer has a batch in hand: counted as delivered, hashed where that was asked for.
  void accept(const batch& b);

  /// The batch behind the one that a consumer accepted last; or where a loop that was left goes on.
  cursor stands_at() const;
  void stand_at(std::uint64_t epoch, std::uint64_t batch);

  /// What a tuner decided: into the events, and to those who ask.
  void note_tuning(std::vector<tuning_move> moves, const tuner& by);

  /// An alert, from any thread: into the events now, to the listeners when the monitor looks next.
  void raise(alert a);
  /// Tells the listeners what was raised. For the monitor.
  void tell_listeners();

  /// The newest figures of training, for progress.
  struct training_figures {
    std::atomic<std::uint64_t> epoch{0}, step{0};
    std::atomic<double> loss{0}, lr{0}, grad_norm{0};
  } training;
  /// What the monitor must know and its successor, where it died: times in which nobody looked, since the start, and
  /// whether lost events were told of. One of them at a time reads and writes it.
  struct pause {
    std::chrono::duration<double> begin{0}, end{0};
  };
  std::vector<pause> pauses;
  bool lost_events_said = false;
  std::atomic<std::uint64_t> resident_bytes{0}, peak_resident_bytes{0};
  std::atomic<std::int64_t> monitor_cpu_ns{0};                          ///< processor time of the monitor's thread
  std::atomic<std::int64_t> listener_since_ns{0};                       ///< one is being called since then; 0: none
  std::atomic<std::thread::id> listener_thread{};                       ///< on that thread
  std::atomic<std::uint64_t> monitor_looks{0};                          ///< so often has it looked
  std::atomic<double> images_per_s{0};                                  ///< lately, by the monitor
  std::atomic<std::uint64_t> epoch_now{0}, pass_now{0};                 ///< of the batch that a consumer accepted last
  std::atomic<std::int64_t> first_delivery_ns{0}, last_delivery_ns{0};  ///< after `started`; 0: none yet
  std::atomic<bool> consumer_waits{false};                              ///< somebody wants a batch and has none
  std::atomic<std::uint32_t> open_batches{0};  ///< buffers that are being filled or wait for delivery
  std::atomic<std::size_t> window_bytes{0};    ///< in the window of a stream
  std::atomic<std::uint64_t> served{0};        ///< rows that came out of the cache
  std::atomic<std::uint64_t> damaged{0};       ///< rows that were filled although their file is damaged
  std::atomic<std::uint64_t> lost_rows{0};     ///< handed to workers that died or hang, and to be read once more
  std::atomic<bool> head_waits{false};         ///< the augment pool's head wants to hear of finished chunks
  std::atomic<bool> cancelled{false};          ///< workers give back what they have not begun
  std::atomic<bool> ending{false};             ///< the run is being shut down: silence is no stall

  /// The turns that workers take on shared processors, by their numbers, spares included.
  turns::account cpu_used{0};
  std::deque<turns::seat> seats;

  /// What the run ends with; filled in by those who know, published by the supervisor.
  std::mutex result_mutex;
  outcome result;
  /// What a stage crashed of last, for whoever sees its actor go down; empty where it did not.
  void note_crash(const std::string& stage, const std::string& what);
  std::string crash(const std::string& stage) const;
  std::string digest_text() const { return settings.output.digest ? digest_.text() : std::string(); }

 private:
  void pass_by(const batch& b);
  template <class Said>
  void call(const std::function<void(const Said&)>& listener, const Said& what);
  void listener_failed(const char* why);

  expected_bytes brought_training_, brought_evaluation_;
  troupe::digest digest_;
  mutable std::mutex cursor_mutex_;
  cursor cursor_;
  passed_batches passed_;  // of the epoch of the cursor
  std::mutex alerts_mutex_;
  std::vector<alert> alerts_;  // raised, and not yet told
  std::atomic<bool> said_listener_failed_{false};
  mutable std::mutex crash_mutex_;
  std::map<std::string, std::string> crashes_;  // by stage
};

}  // namespace troupe
