#pragma once
#include <troupe/augment/batch_transform.hpp>
#include <troupe/augment/transform.hpp>
#include <troupe/models/learner.hpp>
#include <troupe/observe/event.hpp>
#include <troupe/pipeline/alert.hpp>
#include <troupe/pipeline/cursor.hpp>
#include <troupe/pipeline/executor.hpp>
#include <troupe/pipeline/further_fields.hpp>
#include <troupe/pipeline/memory_plan.hpp>
#include <troupe/pipeline/options.hpp>
#include <troupe/pipeline/own_stage.hpp>
#include <troupe/pipeline/running_pipeline.hpp>
#include <troupe/sources/file_layer.hpp>
#include <troupe/sources/generated.hpp>
#include <troupe/sources/source.hpp>

#include <chrono>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

struct run_settings;

/// What a pipeline is: a value. Describe it, copy it, print it, start it as often as you like.
///
///     auto run = troupe::pipeline{}
///                    .load(photos, {.shuffle = true, .seed = 7})
///                    .augment({troupe::random_resized_crop(224), troupe::random_flip(0.5),
///                    troupe::imagenet_normalize()}) .batch({.size = 64}) .train(troupe::resnet18(photos.classes()),
///                    {.epochs = 10, .optimizer = troupe::sgd(0.1)}) .start();
///
/// Wrong options throw std::invalid_argument from the call that received them; what only shows when everything is known
/// (memory, shapes) throws from start() or from printing.
class pipeline {
 public:
  /// The training data and the order of their samples.
  pipeline& load(dataset data, load_options options = {});
  /// Training data without random access. With `shuffle`, samples are drawn from the stream's window.
  pipeline& load(stream from, load_options options = {});
  /// The run begins at this batch of this epoch, at once: what it delivers is what a run from the beginning delivers
  /// from there on, and `epochs` counts from the beginning. With a cursor, its seed holds instead of `load()`'s. A
  /// trainer begins with its first weights all the same.
  pipeline& seek(std::uint64_t epoch, std::uint64_t batch = 0);
  pipeline& seek(const cursor& where);
  /// What becomes of a sample, in order, on every processor of the budget.
  pipeline& augment(std::vector<transform> list, augment_options options = {});
  /// Every sample once more, by another list: a field of images of this name in each batch, with random numbers of its
  /// own, so that `images` are what they are without it. Where the data have a second picture of this name (`zip`), it
  /// is that one that the list is for.
  ///
  ///     .augment({random_resized_crop(224), normalize("imagenet")})
  ///     .view("clean", {resize(256), center_crop(224), normalize("imagenet")})   // b.field("clean")
  pipeline& view(std::string name, std::vector<transform> list);
  /// A stage of one's own between reading and decoding, in the order of the calls: a function `encoded(encoded)`, or,
  /// with <troupe/actors/stage.hpp>, whatever spawns a whole actor. The name is that of its counters and alerts.
  template <class Stage>
  pipeline& stage(std::string name, Stage&& what, stage_options options = {}) {
    using from = stage_from<std::decay_t<Stage>>;
    static_assert(from::known,
                  "pipeline::stage takes a function encoded(encoded), or, with <troupe/actors/stage.hpp>, a function "
                  "stage_of<encoded, encoded>(caf::actor_system&, gives<encoded>); what was given is neither");
    if constexpr (from::known) add(from::make(std::move(name), std::forward<Stage>(what)), options);
    return *this;
  }
  /// How rows make a batch.
  pipeline& batch(batch_options options = {});
  /// What is done to whole batches of training, in order, on worker threads, before they are delivered: `mixup`,
  /// `cutmix`, functions of one's own. Where one of them mixes labels, those are `[N, C]` float32.
  pipeline& batch_map(std::vector<batch_transform> list);
  /// Weights, updated by one trainer on a thread of its own. Without it, batches go to a loop: `run.epoch()`. Data
  /// without a sample are refused by start(), where a loop over them is over at once. A trainer
  /// takes images and labels: masks, boxes and second pictures that the data have are left unread, `view()` is refused.
  pipeline& train(model what, train_options options = {});
  /// A whole actor that takes the batches, in place of a trainer or a loop: a writer, an evaluator. With
  /// <troupe/actors/sink.hpp>, a function that spawns it.
  template <class Sink>
  pipeline& sink(std::string name, Sink&& what) {
    using from = sink_from<std::decay_t<Sink>>;
    static_assert(from::known,
                  "pipeline::sink takes, with <troupe/actors/sink.hpp>, a function "
                  "takes<batch>(caf::actor_system&, gives<batch>); what was given is none");
    if constexpr (from::known) add(from::make(std::move(name), std::forward<Sink>(what)));
    return *this;
  }
  /// Data to evaluate on after each epoch, in their own order, with transforms of their own (no random ones, as a
  /// rule).
  pipeline& evaluate(dataset data, std::vector<transform> list);
  /// The same on what a generator yields: all of it, in its order, from its beginning each time (as in epoch 0). What
  /// is bad is skipped. A generator that yields nothing ends the run.
  pipeline& evaluate(stream from, std::vector<transform> list);
  /// What to watch for, and whom to tell: `listen` is called on the monitor's thread, or where `on` has it run.
  /// It returns soon, the monitor waits for it; `wait()` of the run throws there.
  pipeline& monitor(monitor_options options, std::function<void(const alert&)> listen = {}, const executor& on = {});
  /// Who hears of everything that happens, alerts among it, whether or not there is an `output`: one event after the
  /// other, on the monitor's thread, or where `on` has it run. All of them were told when `wait()` returns (with `on`:
  /// were handed over); of a run that wedged, none is told after that. As for alerts, `listen` returns soon.
  pipeline& events(std::function<void(const event&)> listen, const executor& on = {});
  /// Processors and memory.
  pipeline& budget(budget_options options);
  /// Files that the run leaves behind.
  pipeline& output(output_options options);
  /// How long a run may take to end, from stop(), its failure or its last batch on; after that it is `wedged`. A stage
  /// of one's own that has not handed on `end` so long after the last batch fails the run. Default 30 s, at most a
  /// year.
  pipeline& shutdown_deadline(std::chrono::milliseconds duration);
  /// Words that go into every checkpoint: the configuration, a fingerprint of the data.
  pipeline& note(std::string key, std::string value);
  /// Another way to read files: a test's, or one's own; it is not stopped with the run. Default: disk(readers).
  pipeline& files(std::shared_ptr<file_layer> layer);

  /// Starts the actors and returns at once; they do the rest.
  running_pipeline start() const;

  /// The memory that a run will hold at most. Throws as start() does.
  memory_plan memory() const;
  /// The diagram, threads and memory bound, as start() would make them.
  std::string describe() const;
  /// All of it, checked and made definite (`<troupe/pipeline/run_state.hpp>`): for tools and tests.
  run_settings settings() const;

 private:
  void add(own_stage what, stage_options options);
  void add(own_sink what);

  dataset data_, evaluation_data_;
  std::optional<stream> stream_, evaluation_stream_;  // the data sets say then what is known of them
  load_options load_;
  std::shared_ptr<const sampler> chosen_by_;
  std::uint64_t first_epoch_ = 0, first_batch_ = 0;
  std::optional<std::uint64_t> seed_of_cursor_;
  std::vector<own_stage> stages_;
  std::optional<own_sink> sink_;
  std::optional<std::vector<transform>> augment_, evaluation_augment_;
  augment_options augment_options_;
  std::vector<described_view> views_;
  batch_options batch_;
  batch_recipe batch_map_;
  std::optional<model> model_;
  train_options train_;
  monitor_options monitor_;
  std::vector<std::function<void(const alert&)>> listeners_;
  std::vector<std::function<void(const event&)>> event_listeners_;
  budget_options budget_;
  output_options output_;
  std::chrono::milliseconds shutdown_deadline_{30'000};
  std::vector<std::pair<std::string, std::string>> notes_;
  std::shared_ptr<file_layer> files_;
};

/// As describe().
std::ostream& operator<<(std::ostream& out, const pipeline& p);

}  // namespace troupe
