#include <troupe/pipeline/pipeline.hpp>

#include <troupe/models/options.hpp>
#include <troupe/pipeline/longest_wait.hpp>
#include <troupe/pipeline/refuse.hpp>
#include <troupe/pipeline/run_state.hpp>
#include <troupe/pipeline/thread_room.hpp>

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>

namespace troupe {

namespace {

void check(const load_options& options) {
  if (options.readers < 0 || options.readers > 64) refuse("load", "readers", "0 ... 64", options.readers);
  if (options.read_ahead_bytes == 0) refuse("load", "read_ahead_bytes", ">= 1", 0);
}

void check_samples(const char* stage, std::uint64_t samples) {
  if (samples > most_samples)
    refuse(stage, "the number of samples", ("<= " + std::to_string(most_samples)).c_str(), samples,
           "; look at what the source says its size is");
}

}  // namespace

pipeline& pipeline::load(dataset data, load_options options) {
  if (!data) throw std::invalid_argument("load: the data set is empty-handed: make one with image_folder() or idx()");
  check(options);
  check_samples("load", data.size());
  std::shared_ptr<const sampler> chosen_by;
  if (options.sampling.make && data.size() > 0) {
    chosen_by = options.sampling.make(data, options.shuffle);
    if (!chosen_by) throw std::invalid_argument("load: sampling " + options.sampling.name + " made no sampler");
  }
  chosen_by_ = std::move(chosen_by);
  data_ = std::move(data);
  stream_.reset();
  load_ = std::move(options);
  return *this;
}

pipeline& pipeline::load(stream from, load_options options) {
  check(options);
  check_samples("load", from.options().samples);
  chosen_by_.reset();
  data_ = what_is_known_of(from);
  stream_ = std::move(from);
  load_ = std::move(options);
  return *this;
}

pipeline& pipeline::seek(std::uint64_t epoch, std::uint64_t batch) {
  first_epoch_ = epoch;
  first_batch_ = batch;
  seed_of_cursor_.reset();
  return *this;
}

pipeline& pipeline::seek(const cursor& where) {
  seek(where.epoch, where.batch);
  seed_of_cursor_ = where.seed;
  return *this;
}

pipeline& pipeline::augment(std::vector<transform> list, augment_options options) {
  if (options.chunk < 0) refuse("augment", "chunk", ">= 0", options.chunk);
  constexpr std::size_t most = 65536;
  if (options.most_boxes > most) refuse("augment", "most_boxes", "<= 65536", options.most_boxes);
  if (options.most_keypoints > most) refuse("augment", "most_keypoints", "<= 65536", options.most_keypoints);
  augment_ = std::move(list);
  augment_options_ = options;
  return *this;
}

pipeline& pipeline::view(std::string name, std::vector<transform> list) {
  const auto known = [&](const described_view& v) { return v.name == name; };
  if (name.empty() || is_reserved_field(name) || std::any_of(views_.begin(), views_.end(), known))
    refuse("view", "name", "a new one, not empty, that no other field has", "\"" + name + "\"");
  views_.push_back({std::move(name), std::move(list)});
  return *this;
}

namespace {

void check_name(const char* stage, const std::string& name, const std::vector<own_stage>& others) {
  const auto named = [&](const own_stage& other) { return other.name == name; };
  const char* taken[] = {"loader",  "augmenter",  "batcher",  "trainer", "consumer",
                         "monitor", "supervisor", "finisher", "door"};
  if (name.empty() || name.find(':') != std::string::npos ||
      std::find(std::begin(taken), std::end(taken), name) != std::end(taken) ||
      std::any_of(others.begin(), others.end(), named)) {
    refuse(stage, "name", "a new one, not empty, without a colon", "\"" + name + "\"");
  }
}

}  // namespace

void pipeline::add(own_sink what) {
  check_name("sink", what.name, stages_);
  if (!what.whole) throw std::invalid_argument("sink: " + what.name + " must be a function, got nothing");
  sink_ = std::move(what);
}

void pipeline::add(own_stage what, stage_options options) {
  check_name("stage", what.name, stages_);
  if (!what.each && !what.whole)
    throw std::invalid_argument("stage: " + what.name + " must be a function, got nothing");
  what.options = options;
  stages_.push_back(std::move(what));
}

pipeline& pipeline::batch(batch_options options) {
  if (options.size < 1) refuse("batch", "size", ">= 1", options.size);
  if (options.size > (std::size_t{1} << 24)) refuse("batch", "size", "<= 16777216", options.size);
  if (options.buffers < 0 || options.buffers > 4096) refuse("batch", "buffers", "0 ... 4096", options.buffers);
  batch_ = options;
  return *this;
}

pipeline& pipeline::batch_map(std::vector<batch_transform> list) {
  batch_map_ = batch_recipe(std::move(list));
  return *this;
}

pipeline& pipeline::train(model what, train_options options) {
  check(options);
  model_ = std::move(what);
  train_ = std::move(options);
  return *this;
}

pipeline& pipeline::evaluate(dataset data, std::vector<transform> list) {
  if (!data)
    throw std::invalid_argument("evaluate: the data set is empty-handed: make one with image_folder() or idx()");
  if (data.size() == 0) throw std::invalid_argument("evaluate: the data set has no samples; leave evaluate() out");
  check_samples("evaluate", data.size());
  evaluation_data_ = std::move(data);
  evaluation_stream_.reset();
  evaluation_augment_ = std::move(list);
  return *this;
}

pipeline& pipeline::evaluate(stream from, std::vector<transform> list) {
  check_samples("evaluate", from.options().samples);
  evaluation_data_ = what_is_known_of(from);
  evaluation_stream_ = std::move(from);
  evaluation_augment_ = std::move(list);
  return *this;
}

namespace {

// A listener that hears it where an executor has it run.
template <class Value>
std::function<void(const Value&)> heard_on(const executor& on, std::function<void(const Value&)> listen) {
  if (!on || !listen) return listen;
  return [on, listen = std::move(listen)](const Value& what) { on([listen, what] { listen(what); }); };
}

}  // namespace

pipeline& pipeline::monitor(monitor_options options, std::function<void(const alert&)> listen, const executor& on) {
  if (options.interval.count() < 1) refuse("monitor", "interval", ">= 1 ms", options.interval.count());
  if (options.stall_after <= options.interval) {
    refuse("monitor", "stall_after", "longer than interval", options.stall_after.count(), " ms");
  }
  for (auto* d : {&options.interval, &options.stall_after, &options.slow_start_after}) *d = std::min(*d, longest_wait);
  monitor_ = std::move(options);
  if (listen) listeners_.push_back(heard_on(on, std::move(listen)));
  return *this;
}

pipeline& pipeline::events(std::function<void(const event&)> listen, const executor& on) {
  if (!listen) throw std::invalid_argument("events: there must be a function to call, got nothing");
  event_listeners_.push_back(heard_on(on, std::move(listen)));
  return *this;
}

pipeline& pipeline::budget(budget_options options) {
  if (options.cpus < 0 || options.cpus > 1024) refuse("budget", "cpus", "0 ... 1024", options.cpus);
  if (options.workers < 0 || options.workers > 1024) refuse("budget", "workers", "0 ... 1024", options.workers);
  if (options.trainer_threads < 0 || options.trainer_threads > 1024)
    refuse("budget", "trainer_threads", "0 ... 1024", options.trainer_threads);
  budget_ = std::move(options);
  return *this;
}

pipeline& pipeline::output(output_options options) {
  output_ = std::move(options);
  return *this;
}

pipeline& pipeline::shutdown_deadline(std::chrono::milliseconds duration) {
  if (duration.count() < 1) refuse("shutdown_deadline", "duration", ">= 1 ms", duration.count());
  shutdown_deadline_ = std::min(duration, longest_wait);
  return *this;
}

pipeline& pipeline::note(std::string key, std::string value) {
  notes_.emplace_back(std::move(key), std::move(value));
  return *this;
}

pipeline& pipeline::files(std::shared_ptr<file_layer> layer) {
  files_ = std::move(layer);
  return *this;
}

memory_plan pipeline::memory() const { return settings().memory; }

running_pipeline pipeline::start() const {
  auto s = settings();
  s.own_files = !files_;
  expect_room_for(s.threads() + (s.trained ? s.trainer_threads : 0));
  auto layer = files_ ? files_ : disk(s.knobs.start.readers, s.knobs.most.readers);
  return {std::move(s), std::move(layer)};
}

}  // namespace troupe
