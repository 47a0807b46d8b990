// What was described, made definite: every part is checked against the others here, where all of them are known.
#include <troupe/augment/pixel_filter.hpp>
#include <troupe/pipeline/cpu_budget.hpp>
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/pipeline/reading.hpp>
#include <troupe/pipeline/refuse.hpp>
#include <troupe/pipeline/run_state.hpp>

#include <algorithm>
#include <boost/version.hpp>
#include <caf/config.hpp>
#include <sstream>
#include <stdexcept>
#include <string>

namespace troupe {

namespace {

constexpr std::size_t marks_of_a_picture = 2048;  // bytes: those of a photograph of 2,000 rows

boost::json::object versions() {
  const auto dotted = [](int major, int minor, int patch) {
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
  };
  return {{"troupe", TROUPE_VERSION},
          {"caf", dotted(CAF_VERSION / 10000, CAF_VERSION / 100 % 100, CAF_VERSION % 100)},
          {"boost", dotted(BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)}};
}

// A loop over nothing is over at once; a training on nothing would be a mistake that looks like a success.
void check_training(const run_settings& s) {
  if (!s.trained || s.training.from || s.training.data.size() > 0) return;
  throw std::invalid_argument("load: the data set has no samples to train on: " + s.training.data->describe() +
                              "; look where they should come from, and at what filter(), take() or skip() leave");
}

void check_stages(const run_settings& s) {
  if (!s.stages.empty() && s.load.cache == cached::decoded) {
    throw std::invalid_argument("load: cache must be none or encoded with stages of one's own, got decoded; " +
                                s.stages.front().name + " would be given pixels that it has made already");
  }
  if (s.sink && s.trained) throw std::invalid_argument("sink: a trainer takes the batches already; leave train() out");
}

std::string spelled(const image_shape& shape) {
  std::ostringstream text;
  text << shape.channels << " x " << shape.height << " x " << shape.width;
  return text.str();
}

// Rows of training and of its evaluation fill the same buffers and meet the same model.
void check_evaluation(const run_settings& s) {
  const auto &training = s.training.data, &data = s.evaluation.data;
  if (!s.trained)
    throw std::invalid_argument("evaluate: needs a trainer; without one, give these data a pipeline of their own");
  const auto a = s.training.prepare->shape(), b = s.evaluation.prepare->shape();
  if (!(a == b)) refuse("evaluate", "the shape of its images", (spelled(a) + ", as in training").c_str(), spelled(b));
  if (data->labels() != training->labels())
    refuse("evaluate", "labels", "of the kind of those trained on", "another kind");
}

// Half of one picture and half of another have no one mask.
void check_mixing(const run_settings& s) {
  const auto& further = s.training.further;
  if (!s.batch_map.mixes_labels() || !further.along()) return;
  const auto some = further.masks != further_fields::none   ? further.masks
                    : further.boxes != further_fields::none ? further.boxes
                                                            : further.keypoints;
  throw std::invalid_argument("batch_map: mixed pictures have no " + s.fields.fields()[some].name +
                              "; leave mixing out, or load data without them");
}

void check_views(const run_settings& s) {
  for (const auto* of : {&s.training, &s.evaluation}) {
    if (!of->prepare || s.batch.size % of->prepare->views() == 0) continue;
    refuse("batch", "size",
           ("a multiple of " + std::to_string(of->prepare->views()) + ", the views of a sample").c_str(), s.batch.size);
  }
}

std::string stateful_of(const run_settings& s) {
  std::string names;
  const auto add = [&](const std::string& name) { names += (names.empty() || name.empty() ? "" : ", ") + name; };
  for (const auto& stage : s.stages) add(stage.options.stateful ? stage.name : "");
  for (const auto* of : {&s.training, &s.evaluation}) add(of->prepare ? stateful_in(of->prepare->transforms()) : "");
  return names;
}

void check_positions(const run_settings& s) {
  const auto epoch = s.start.epoch, batch = s.start.batch;
  const auto epochs = s.positions.described().epochs, batches = s.positions.batches_per_epoch();
  if (s.training.data.size() > 0 && batches == 0) {
    refuse("batch", "size",
           ("<= " + std::to_string(s.positions.at(0).positions) + " with drop_last, the samples of an epoch").c_str(),
           s.batch.size);
  }
  if (epochs > 0 && epoch == epochs && batch == 0) return;  // the cursor of a run that is over
  if (epochs > 0 && epoch >= epochs) {
    refuse("seek", "epoch", ("< " + std::to_string(epochs) + ", the epochs of this run").c_str(), epoch);
  }
  if (batch > 0 && batch >= batches && !s.training.from) {
    refuse("seek", "batch", ("< " + std::to_string(batches) + ", the batches of an epoch").c_str(), batch);
  }
}

// The columns of a label: 0 where it is a single number.
std::size_t label_columns(const run_settings& s) {
  const auto &data = s.training.data, &evaluated = s.evaluation.data;
  const bool mixed = s.batch_map.mixes_labels();
  if (mixed && (data.size() > 0 || s.training.from) && data.classes() == 0)
    refuse("batch_map", "labels", "of one class or more, to be mixed", "data without classes");
  const auto columns = mixed || data->labels() != label_kind::classes ? data.classes() : 0;
  if (columns > 0 && evaluated && evaluated.classes() != columns)
    refuse("evaluate", "labels", (std::to_string(columns) + " columns, as in training").c_str(), evaluated.classes());
  return columns;
}

// Of evaluation data nothing is shuffled: a quarter is for what a pass has yielded last.
std::size_t window_of(const run_settings& s) {
  const auto of = [](const prepared_data& data) { return data.from ? data.from->options().window_bytes : 0; };
  return of(s.training) + of(s.evaluation) / 4;
}

memory_plan memory_of(const run_settings& s, bool in_memory) {
  // Workers x chunk / batch are being filled, one is in the consumer's hands, one at hand, one on its way back. Small
  // images come in chunks of a whole batch, photographs one by one.
  const auto filling = in_memory ? std::size_t(s.workers) : (std::size_t(s.workers) + s.batch.size - 1) / s.batch.size;
  const bool as_it_lies = in_memory && s.stages.empty();
  const auto stored = [](const prepared_data& of) {
    return of.prepare ? stored_scratch(of.data, *of.prepare, of.further) : 0;
  };
  const auto row_bytes = s.fields.fields()[layout::images].row_bytes();
  const auto marked =
      in_memory || s.augment.decoder != jpeg_decoder::fast ? 0 : s.training.data.size() + s.evaluation.data.size();
  const auto& further = s.training.further;  // masks are no JPEGs
  const auto pictures = 1 + further.companions - (further.masks != further_fields::none ? 1 : 0);
  const auto& label = s.fields.fields()[layout::labels].row_shape;
  const auto columns = label.empty() ? 0 : std::size_t(label.front());
  return plan_memory({.buffer_bytes = s.fields.bytes(s.batch.size),
                      .wanted_buffers = s.batch.buffers > 0 ? std::size_t(s.batch.buffers) : filling + 3,
                      .fixed_buffers = s.batch.buffers > 0,
                      .workers = std::size_t(s.workers),
                      .read_ahead_bytes = as_it_lies ? 0 : s.load.read_ahead_bytes,
                      .window_bytes = window_of(s),
                      .scratch_bytes = as_it_lies ? std::max(stored(s.training), stored(s.evaluation)) : 0,
                      .batch_scratch_bytes = std::size_t(s.finishers) * s.batch_map.scratch_bytes(row_bytes, columns),
                      .marks_bytes = marks_of_a_picture * marked * pictures,
                      .cache = !in_memory && s.load.cache != cached::none,
                      .limit_bytes = s.budget.memory_bytes});
}

constexpr int usual_readers = 4, most_readers = 32;

// What may be moved: nothing that was given as a number.
knob_range knobs_of(const run_settings& s, const budget_options& asked, const file_layer* own_files, bool in_memory) {
  const bool moves = asked.tune != tuned::none;
  const bool reads = reads_files(s.training) || reads_files(s.evaluation);
  const int at_once = own_files ? own_files->most() : most_readers;
  knobs start{.workers = s.workers, .trainer_threads = s.trainer_threads};
  start.readers = !reads                ? 1
                  : s.load.readers > 0  ? s.load.readers
                  : own_files && !moves ? own_files->most()
                                        : usual_readers;
  if (own_files) start.readers = std::min(start.readers, at_once);
  // Nobody knows how far away a store is: as many are asked for as fit.
  const bool keys = has_keys(s.training);
  start.read_ahead_bytes =
      keys ? s.memory.read_ahead_bytes : std::min(usual_read_ahead_bytes, s.memory.read_ahead_bytes);
  knob_range range{start, start, start};
  if (!moves) return range;
  if (asked.workers == 0) range.least.workers = 1;
  if (asked.tune == tuned::all && s.trained && asked.trainer_threads == 0) range.least.trainer_threads = 1;
  if (!in_memory) {
    if (s.load.readers == 0 && reads) range.most.readers = std::max(start.readers, at_once);
    range.most.read_ahead_bytes = s.memory.read_ahead_bytes;
  }
  if (s.augment.chunk == 0) {
    range.least.chunk_us = start.chunk_us / 4;
    range.most.chunk_us = start.chunk_us * 4;
  }
  return range;
}

}  // namespace

const char* to_string(tuned what) noexcept {
  return what == tuned::none ? "none" : what == tuned::input ? "input" : "all";
}

run_settings pipeline::settings() const {
  if (!data_) throw std::invalid_argument("load: nothing to load; say .load(data) first");
  run_settings s;
  s.load = load_;
  s.load.seed = seed_of_cursor_.value_or(load_.seed);
  s.start = {.seed = s.load.seed, .epoch = first_epoch_, .batch = first_batch_};
  s.augment = augment_options_;
  s.batch = batch_;
  s.batch_map = batch_map_;
  s.monitor = monitor_;
  s.budget = budget_;
  s.output = output_;
  s.train = train_;
  s.trained = model_;
  s.sink = sink_;
  s.stages = stages_;
  for (std::size_t n = 0; n < stages_.size(); ++n) {
    if (stages_[n].whole) s.stages_in_line = n + 1;
  }
  s.listeners = listeners_;
  s.event_listeners = event_listeners_;
  s.shutdown_deadline = shutdown_deadline_;
  s.versions = versions();
  s.notes = notes_;
  check_stages(s);

  const decode_options decode{.strict = augment_options_.strict,
                              .decoder = augment_options_.decoder,
                              .scaled = load_.cache != cached::decoded,
                              .also = augment_options_.also};
  const row_format format{batch_.type, batch_.channels_last};
  if (model_ && !views_.empty())
    throw std::invalid_argument("view: a trainer takes images and labels alone; leave view(\"" + views_.front().name +
                                "\") out, or take the batches in a loop of your own");
  if (model_ && (format.type != element::float32 || format.channels_last)) {
    refuse("batch", "images", "float32, channels first, for a trainer",
           std::string(to_string(format.type)) + (format.channels_last ? ", channels last" : ""));
  }
  s.training = {data_, recipe(augment_.value_or(std::vector<transform>{}), decode, data_->shape(), format)};
  if (batch_map_.converts() && format.type != element::uint8)
    s.training.unconverted = s.training.prepare->unconverted();
  s.training.from = stream_;
  check_training(s);
  if (evaluation_data_) {
    s.evaluation = {evaluation_data_, recipe(*evaluation_augment_, decode, evaluation_data_->shape())};
    s.evaluation.from = evaluation_stream_;
    check_evaluation(s);
  }
  check_views(s);
  for (auto* of : {&s.training, &s.evaluation}) {
    if (of->prepare) of->filters = filters_in(of->prepare->transforms());
  }
  s.stateful = stateful_of(s);
  const auto add = [](std::string& names, const std::string& more) {
    names += (names.empty() || more.empty() ? "" : ", ") + more;
  };
  for (const auto& view : views_) {
    add(s.training.filters, filters_in(view.list));
    add(s.stateful, stateful_in(view.list));
  }

  s.positions =
      plan({.samples = stream_ ? stream_->options().samples : data_.size(),
            .open_ended = stream_.has_value(),
            .evaluation_samples = evaluation_stream_ ? evaluation_stream_->options().samples : evaluation_data_.size(),
            .evaluation_open_ended = evaluation_stream_.has_value(),
            .views = s.training.prepare->views(),
            .evaluation_views = s.evaluation.prepare ? s.evaluation.prepare->views() : 1,
            .batch_size = batch_.size,
            .limit = std::min(load_.limit, most_samples),
            .epochs = model_ ? train_.epochs : load_.epochs,
            .seed = s.load.seed,
            .shuffle = load_.shuffle,
            .drop_last = batch_.drop_last,
            .chosen_by = chosen_by_});
  check_positions(s);

  s.share = budget_.share || budget_.cpus > 0 ? budget_.share : cpu_share::of_process();
  const auto cpus = budget_.cpus > 0 ? budget_.cpus : s.share.cpus();
  s.workers = budget_.workers > 0 ? budget_.workers : cpus;
  s.trainer_threads = budget_.trainer_threads > 0 ? budget_.trainer_threads : openmp_waits_passively() ? cpus : 1;
  s.finishers = batch_map_.empty() ? 0 : s.workers;
  const bool in_memory = data_->in_memory() && (!evaluation_data_ || evaluation_data_->in_memory());
  s.fields = layout::of_images(s.training.prepare->shape(), format, label_columns(s));
  if (!model_)
    s.training.further = plan_further(data_, *s.training.prepare, decode, views_, augment_options_, s.fields);
  check_mixing(s);
  check_keys(s);
  s.memory = memory_of(s, in_memory);
  check_stream(s);
  s.knobs = knobs_of(s, budget_, files_.get(), in_memory);
  return s;
}

}  // namespace troupe
