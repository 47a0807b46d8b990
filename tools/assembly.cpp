#include "assembly.hpp"

#include "exit_code.hpp"

#include <troupe/augment/spec.hpp>
#include <troupe/models/recommended.hpp>
#include <troupe/models/zoo.hpp>
#include <troupe/observe/json_text.hpp>
#include <troupe/observe/visible_text.hpp>
#include <troupe/sources/hold_out.hpp>
#include <troupe/sources/image_folder.hpp>
#include <troupe/sources/slice.hpp>

#include <algorithm>
#include <cstdio>
#include <map>
#include <stdexcept>
#include <utility>

namespace troupe {

namespace {

constexpr int photograph_side = 224;

/// Small images that are in memory go to the small network, photographs to the large one.
std::string usual_model(const dataset& data) {
  const auto shape = data->shape();
  return shape && shape->height <= 64 && shape->width <= 64 ? "small_cnn" : "resnet18";
}

std::string usual_augment(const opened_data& data) {
  if (data.kind == "fashion-mnist") return "fashion";
  return data.kind == "idx" || data.kind == "npy" ? "none" : data.kind == "cifar" ? "cifar" : "imagenet";
}

/// Samples of one shape keep their size; photographs come in all sizes.
int usual_image_size(const dataset& data) {
  const auto shape = data->shape();
  return shape ? std::min(shape->height, shape->width) : photograph_side;
}

/// The learning rate and weight decay for an optimizer that the recipe does not use.
optimizer usual_optimizer(const std::string& name) {
  if (name == "sgd") return sgd(0.05, 0.9, 1e-4);
  return name == "adam" ? adam(0.001) : adamw(0.001);
}

/// The data that are evaluated on: those of --val, or the data's own test split.
std::optional<dataset> evaluation_of(const run_options& o, const opened_data& data) {
  if (o.val.empty()) return data.test;
  auto other = open_data(o.val, {.class_names = data.train.class_names()});
  const auto& split = other.test ? *other.test : other.train;
  if (split->labels() != data.train->labels())
    throw std::runtime_error(o.val + ": its labels are of another kind than those of " + o.data +
                             "; train needs one class each");
  if (split.classes() == 0)
    throw std::runtime_error(o.val + ": its samples have no labels; --val needs one class each");
  if (other.test) return other.test;
  if (other.train.classes() > data.train.classes()) {
    throw std::runtime_error(o.val + " has " + std::to_string(other.train.classes()) + " classes, " + o.data + " has " +
                             std::to_string(data.train.classes()) + "; --val needs data with the classes of DATA");
  }
  return other.train;
}

/// What is trained on of the data: without what --val holds out of all of them, then --skip, --take and --shard.
/// Returns what was held out.
std::optional<dataset> cut(const run_options& o, opened_data& data) {
  std::optional<dataset> held_out;
  auto& train = data.train;
  if (const auto fraction = validation_fraction(o)) {
    auto parts = hold_out(train, *fraction);  // by one seed, whatever --seed: what is held out is never trained on
    if (parts.held_out.size() == 0 || parts.rest.size() == 0) {
      throw std::runtime_error(o.data + ": of " + std::to_string(train.size()) + " samples --val " + o.val +
                               " leaves " + (parts.rest.size() == 0 ? "none to train on" : "none to evaluate on"));
    }
    train = parts.rest;
    held_out = parts.held_out;
  }
  if (o.skip > 0) train = skip(train, o.skip);
  if (o.take > 0) train = take(train, o.take);
  if (o.shard.n > 1) train = shard(train, o.shard.i, o.shard.n);
  if (train.size() == 0) throw std::runtime_error(train->describe() + "; nothing is left to train on");
  data.described = train->describe() + (data.test ? "\n" + (*data.test)->describe() : "");
  return held_out;
}

train_options recipe_of(run_options& o, const train_options& usual) {
  auto t = usual;
  if (o.optimizer && *o.optimizer != usual.optimizer.name) t.optimizer = usual_optimizer(*o.optimizer);
  if (o.momentum && t.optimizer.name != "sgd")
    throw usage_error("--momentum is for sgd, the optimizer is " + t.optimizer.name);
  if (o.schedule && *o.schedule != usual.schedule) t.warmup_epochs = 0;
  t.schedule = o.schedule.value_or(t.schedule);
  t.epochs = std::uint32_t(o.epochs.value_or(t.epochs));
  t.optimizer.lr = o.lr.value_or(t.optimizer.lr);
  t.optimizer.momentum = o.momentum.value_or(t.optimizer.momentum);
  t.optimizer.weight_decay = o.weight_decay.value_or(t.optimizer.weight_decay);
  t.warmup_epochs = o.warmup.value_or(t.warmup_epochs);
  t.clip_norm = o.clip_norm.value_or(t.clip_norm);
  t.label_smoothing = o.label_smoothing.value_or(t.label_smoothing);
  if (t.warmup_epochs > t.epochs)
    throw usage_error("--warmup must be at most --epochs, which is " + std::to_string(t.epochs));
  if (t.schedule == "one_cycle" && t.warmup_epochs > 0)
    throw usage_error("--warmup must be 0 with one_cycle, which warms up by itself");

  o.epochs = t.epochs;
  o.optimizer = t.optimizer.name;
  o.schedule = t.schedule;
  o.lr = t.optimizer.lr;
  if (t.optimizer.name == "sgd") o.momentum = t.optimizer.momentum;
  o.weight_decay = t.optimizer.weight_decay;
  o.warmup = t.warmup_epochs;
  o.clip_norm = t.clip_norm;
  o.label_smoothing = t.label_smoothing;
  return t;
}

tuned tuned_of(const run_options& o) {
  return o.tune == "none" ? tuned::none : o.tune == "all" ? tuned::all : tuned::input;
}

std::string hexadecimal(std::uint64_t n) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(n));
  return text;
}

}  // namespace

assembly assemble(run_options& o, bool training) {
  assembly a;
  // Options first: a wrong one should not wait for the listing of a large folder.
  if (o.augment) (void)parse_transforms(*o.augment, o.image_size.value_or(photograph_side));
  (void)validation_fraction(o);
  a.data = open_data(o.data, {o.format, o.root});
  auto held_out = cut(o, a.data);
  if (!o.model) o.model = usual_model(a.data.train);
  const auto usual = recommended(*o.model, a.data.kind);
  if (!o.batch) o.batch = usual.batch;
  if (!o.augment) o.augment = usual_augment(a.data);
  if (!o.image_size) o.image_size = usual_image_size(a.data.train);
  a.transforms = parse_transforms(*o.augment, *o.image_size);

  if (training) {
    if (a.data.train.classes() == 0)
      throw std::runtime_error(o.data + ": the samples have no labels; train needs one class each");
    if (a.data.train->labels() != label_kind::classes)
      throw std::runtime_error(
          o.data + ": the samples have " +
          (a.data.train->labels() == label_kind::values ? "values" : "several classes") +
          "; train needs one class each. A loop of your own takes them: labels [N, columns] float32");
    const auto train = recipe_of(o, usual.train);
    a.evaluation = held_out ? std::move(held_out) : evaluation_of(o, a.data);
    a.line.train(named_model(*o.model, a.data.train.classes()), train);
    if (a.evaluation)
      a.line.evaluate(*a.evaluation, parse_transforms(evaluation_counterpart(*o.augment), *o.image_size));
    a.line.note("configuration", json_text(to_json(o, true)));
    a.line.note("data", a.data.described);
    a.line.note("fingerprint", hexadecimal(fingerprint(a.data.train)));
  } else if (!o.epochs) {
    o.epochs = 1;
  }
  a.line
      .load(a.data.train,
            {.shuffle = true,
             .seed = o.seed,
             .sampling = o.balance ? by_class() : sampling{},
             .epochs = *o.epochs,
             .limit = o.limit,
             .read_ahead_bytes = std::max(load_options().read_ahead_bytes, std::size_t(o.memory_bytes) / 64),
             .readers = o.readers,
             .cache = cache_of(o)})
      .augment(a.transforms, {.chunk = o.chunk, .strict = o.strict, .decoder = decoder_of(o), .also = formats_of(o)})
      .batch({.size = std::size_t(*o.batch),
              .drop_last = o.drop_last,
              .order = o.order == "ready" ? delivery::ready : delivery::in_order,
              .buffers = o.buffers})
      .batch_map(batch_map_of(o))
      .budget({.cpus = o.cpus,
               .memory_bytes = std::size_t(o.memory_bytes),
               .workers = o.workers,
               .trainer_threads = o.trainer_threads,
               .tune = tuned_of(o)});
  return a;
}

std::string taken_for(const std::string& kind) {
  static const std::map<std::string, std::string> words = {{"fashion-mnist", "Fashion-MNIST"},
                                                           {"idx", "a folder of IDX files"},
                                                           {"cifar", "CIFAR"},
                                                           {"folder", "a folder of class folders"},
                                                           {"npy", "a folder of .npy files"},
                                                           {"pairs", "a folder of images and their masks"},
                                                           {"csv", "a manifest of comma-separated values"},
                                                           {"jsonl", "a manifest of JSON lines"},
                                                           {"tar", "tar shards"}};
  return words.at(kind);
}

std::string described(const opened_data& data) {
  const auto train = visible(data.train->describe());
  return data.test ? train + "\n" + visible((*data.test)->describe()) : train;
}

std::string recognised(const run_options& o, const assembly& a) {
  if (a.data.kind == "fashion-mnist") return "data: Fashion-MNIST";
  return "data: " + o.data + " is taken for " + taken_for(a.data.kind) +
         (o.format.empty() ? " (--format corrects a wrong guess)" : "");
}

}  // namespace troupe
