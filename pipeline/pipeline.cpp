#include <troupe/pipeline/pipeline.hpp>

#include <troupe/models/options.hpp>
#include <troupe/pipeline/cpu_budget.hpp>
#include <troupe/pipeline/run_state.hpp>

#include <algorithm>
#include <boost/version.hpp>
#include <caf/config.hpp>
#include <iterator>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace troupe {

namespace {

template <class T>
[[noreturn]] void refuse(const char* stage, const char* option, const char* allowed, const T& got,
                         const char* remedy = "") {
  std::ostringstream text;
  text << stage << ": " << option << " must be " << allowed << ", got " << got << remedy;
  throw std::invalid_argument(text.str());
}

void check_start(const run_settings& s) {
  const auto epoch = s.start.epoch, batch = s.start.batch;
  const auto epochs = s.positions.described().epochs, batches = s.positions.batches_per_epoch();
  if (epochs > 0 && epoch == epochs && batch == 0) return;  // the cursor of a run that is over
  if (epochs > 0 && epoch >= epochs) {
    refuse("seek", "epoch", ("< " + std::to_string(epochs) + ", the epochs of this run").c_str(), epoch);
  }
  if (batch > 0 && batch >= batches) {
    refuse("seek", "batch", ("< " + std::to_string(batches) + ", the batches of an epoch").c_str(), batch);
  }
}

constexpr std::size_t marks_of_a_picture = 2048;  // bytes: those of a photograph of 2,000 rows

}  // namespace

pipeline& pipeline::load(dataset data, load_options options) {
  if (!data) throw std::invalid_argument("load: the data set is empty-handed: make one with image_folder() or idx()");
  if (options.readers < 1 || options.readers > 64) refuse("load", "readers", "1 ... 64", options.readers);
  if (options.read_ahead_bytes == 0) refuse("load", "read_ahead_bytes", ">= 1", 0);
  std::shared_ptr<const sampler> chosen_by;
  if (options.sampling.make && data.size() > 0) {
    chosen_by = options.sampling.make(data, options.shuffle);
    if (!chosen_by) throw std::invalid_argument("load: sampling " + options.sampling.name + " made no sampler");
  }
  chosen_by_ = std::move(chosen_by);
  data_ = std::move(data);
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
  augment_ = std::move(list);
  augment_options_ = options;
  return *this;
}

namespace {

void check_name(const char* stage, const std::string& name, const std::vector<own_stage>& others) {
  const auto named = [&](const own_stage& other) { return other.name == name; };
  const char* taken[] = {"loader", "augmenter", "batcher", "trainer", "consumer", "monitor", "supervisor"};
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

void pipeline::add(own_stage what) {
  check_name("stage", what.name, stages_);
  if (!what.each && !what.whole)
    throw std::invalid_argument("stage: " + what.name + " must be a function, got nothing");
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
  evaluation_data_ = std::move(data);
  evaluation_augment_ = std::move(list);
  return *this;
}

pipeline& pipeline::monitor(monitor_options options, std::function<void(const alert&)> listen) {
  if (options.interval.count() < 1) refuse("monitor", "interval", ">= 1 ms", options.interval.count());
  if (options.stall_after <= options.interval) {
    refuse("monitor", "stall_after", "longer than interval", options.stall_after.count(), " ms");
  }
  monitor_ = std::move(options);
  if (listen) listeners_.push_back(std::move(listen));
  return *this;
}

pipeline& pipeline::budget(budget_options options) {
  if (options.cpus < 0 || options.cpus > 1024) refuse("budget", "cpus", "0 ... 1024", options.cpus);
  budget_ = options;
  return *this;
}

pipeline& pipeline::output(output_options options) {
  output_ = std::move(options);
  return *this;
}

pipeline& pipeline::shutdown_deadline(std::chrono::milliseconds duration) {
  if (duration.count() < 1) refuse("shutdown_deadline", "duration", ">= 1 ms", duration.count());
  shutdown_deadline_ = duration;
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

run_settings pipeline::settings() const {
  if (!data_) throw std::invalid_argument("load: nothing to load; say .load(data) first");
  run_settings s;
  s.load = load_;
  s.load.seed = seed_of_cursor_.value_or(load_.seed);
  s.start = {.seed = s.load.seed, .epoch = first_epoch_, .batch = first_batch_};
  s.augment = augment_options_;
  s.batch = batch_;
  s.monitor = monitor_;
  s.budget = budget_;
  s.output = output_;
  s.train = train_;
  s.trained = model_;
  s.listeners = listeners_;
  s.shutdown_deadline = shutdown_deadline_;
  const auto dotted = [](int major, int minor, int patch) {
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
  };
  s.versions = {{"troupe", TROUPE_VERSION},
                {"caf", dotted(CAF_VERSION / 10000, CAF_VERSION / 100 % 100, CAF_VERSION % 100)},
                {"boost", dotted(BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)}};
  s.notes = notes_;
  const decode_options decode{.strict = augment_options_.strict,
                              .decoder = augment_options_.decoder,
                              .scaled = load_.cache != cached::decoded,
                              .also = augment_options_.also};
  if (!stages_.empty() && load_.cache == cached::decoded) {
    throw std::invalid_argument("load: cache must be none or encoded with stages of one's own, got decoded; " +
                                stages_.front().name + " would be given pixels that it has made already");
  }
  if (sink_ && model_) throw std::invalid_argument("sink: a trainer takes the batches already; leave train() out");
  s.sink = sink_;
  s.stages = stages_;
  for (std::size_t n = 0; n < stages_.size(); ++n) {
    if (stages_[n].whole) s.stages_in_line = n + 1;
  }
  const row_format format{batch_.type, batch_.channels_last};
  if (model_ && (format.type != element::float32 || format.channels_last)) {
    refuse("batch", "images", "float32, channels first, for a trainer",
           std::string(to_string(format.type)) + (format.channels_last ? ", channels last" : ""));
  }
  s.training = {data_, recipe(augment_.value_or(std::vector<transform>{}), decode, data_->shape(), format)};
  if (evaluation_data_) {
    if (!model_)
      throw std::invalid_argument("evaluate: needs a trainer; without one, give these data a pipeline of their own");
    s.evaluation = {evaluation_data_, recipe(*evaluation_augment_, decode, evaluation_data_->shape())};
    const auto a = s.training.prepare->shape(), b = s.evaluation.prepare->shape();
    if (!(a == b)) {
      std::ostringstream got;
      got << b.channels << " x " << b.height << " x " << b.width;
      std::ostringstream wanted;
      wanted << a.channels << " x " << a.height << " x " << a.width << ", as in training";
      refuse("evaluate", "the shape of its images", wanted.str().c_str(), got.str());
    }
  }
  for (const auto* of : {&s.training, &s.evaluation}) {
    if (!of->prepare || batch_.size % of->prepare->views() == 0) continue;
    refuse("batch", "size",
           ("a multiple of " + std::to_string(of->prepare->views()) + ", the views of a sample").c_str(), batch_.size);
  }
  s.positions = plan({.samples = data_.size(),
                      .evaluation_samples = evaluation_data_.size(),
                      .views = s.training.prepare->views(),
                      .evaluation_views = s.evaluation.prepare ? s.evaluation.prepare->views() : 1,
                      .batch_size = batch_.size,
                      .limit = load_.limit,
                      .epochs = model_ ? train_.epochs : load_.epochs,
                      .seed = s.load.seed,
                      .shuffle = load_.shuffle,
                      .drop_last = batch_.drop_last,
                      .chosen_by = chosen_by_});
  if (data_.size() > 0 && s.positions.batches_per_epoch() == 0) {
    refuse("batch", "size",
           ("<= " + std::to_string(s.positions.at(0).positions) + " with drop_last, the samples of an epoch").c_str(),
           batch_.size);
  }
  check_start(s);
  s.workers = budget_.cpus > 0 ? budget_.cpus : cpu_budget();
  s.trainer_threads = openmp_waits_passively() ? s.workers : 1;

  const bool in_memory = data_->in_memory() && (!evaluation_data_ || evaluation_data_->in_memory());
  if (in_memory) s.load.readers = 1;
  // Workers x chunk / batch are being filled, one is in the consumer's hands, one at hand, one on its way back. Small
  // images come in chunks of a whole batch, photographs one by one.
  const auto filling = in_memory ? std::size_t(s.workers) : (std::size_t(s.workers) + batch_.size - 1) / batch_.size;
  s.batch_map = batch_map_;
  s.finishers = batch_map_.empty() ? 0 : s.workers;
  if (batch_map_.mixes_labels() && data_.size() > 0 && data_.classes() == 0)
    refuse("batch_map", "labels", "of one class or more, to be mixed", "data without classes");
  const auto classes = batch_map_.mixes_labels() || data_->labels() != label_kind::classes ? data_.classes() : 0;
  if (evaluation_data_ && evaluation_data_->labels() != data_->labels())
    refuse("evaluate", "labels", "of the kind of those trained on", "another kind");
  if (classes > 0 && evaluation_data_ && evaluation_data_.classes() != classes)
    refuse("evaluate", "labels", (std::to_string(classes) + " columns, as in training").c_str(),
           evaluation_data_.classes());
  s.fields = layout::of_images(s.training.prepare->shape(), format, classes);
  s.memory = plan_memory(
      {.buffer_bytes = s.fields.bytes(batch_.size),
       .wanted_buffers = batch_.buffers > 0 ? std::size_t(batch_.buffers) : filling + 3,
       .fixed_buffers = batch_.buffers > 0,
       .workers = std::size_t(s.workers),
       .read_ahead_bytes = in_memory && stages_.empty() ? 0 : load_.read_ahead_bytes,
       .scratch_bytes = in_memory && stages_.empty()
                            ? std::max(s.training.prepare->stored_scratch_bytes(),
                                       s.evaluation.prepare ? s.evaluation.prepare->stored_scratch_bytes() : 0)
                            : 0,
       .batch_scratch_bytes =
           std::size_t(s.finishers) * batch_map_.scratch_bytes(s.fields.fields()[layout::images].row_bytes(), classes),
       .marks_bytes = in_memory || augment_options_.decoder != jpeg_decoder::fast
                          ? 0
                          : marks_of_a_picture * (data_.size() + evaluation_data_.size()),
       .cache = !in_memory && load_.cache != cached::none,
       .limit_bytes = budget_.memory_bytes});
  return s;
}

memory_plan pipeline::memory() const { return settings().memory; }

running_pipeline pipeline::start() const {
  auto s = settings();
  s.own_files = !files_;
  auto layer = files_ ? files_ : disk(s.load.readers);
  return {std::move(s), std::move(layer)};
}

}  // namespace troupe
