#pragma once
#include "arguments.hpp"
#include "values.hpp"

#include <troupe/augment/batch_transform.hpp>
#include <troupe/pipeline/options.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// What the command line says. What it leaves open follows from the data and the model, in assembly.hpp.
struct run_options {
  std::string data = {}, format = {}, root = {};
  std::optional<std::uint64_t> batch = {}, epochs = {};
  std::optional<std::string> augment = {}, decoder = {}, cache = {}, order = {}, tune = {};
  std::vector<std::string> also = {};
  std::optional<int> image_size = {};
  std::uint64_t seed = 0, limit = 0, memory_bytes = std::uint64_t{2} << 30;
  std::uint64_t take = 0, skip = 0;  ///< samples of the training data; take 0: all
  one_part shard = {};
  bool balance = false;
  int cpus = 0, workers = 0, trainer_threads = 0, readers = 0, buffers = 0, chunk = 0;
  std::optional<double> mixup = {}, cutmix = {};
  bool drop_last = false, strict = true, digest = false, json = false, quiet = false;
  std::string out = {};

  // Training.
  std::string val = {};
  std::optional<std::string> model = {}, optimizer = {}, schedule = {};
  std::optional<double> lr = {}, momentum = {}, weight_decay = {}, warmup = {}, clip_norm = {}, label_smoothing = {};
};

/// --format.
void declare_format(arguments& line, run_options& o);
/// DATA, what is taken from it and in which order: --format, --root, --skip, --take, --shard, --balance, --limit,
/// --seed.
void declare_data(arguments& line, run_options& o);
/// What a batch is made of: --batch, --drop-last, --image-size, --augment, --mixup, --cutmix, --strict, --decoder,
/// --cache, --also.
void declare_images(arguments& line, run_options& o);
/// What a run may use: --cpus, --workers, --memory, --readers, --buffers, --order, --chunk, --tune.
void declare_budget(arguments& line, run_options& o);
/// --val, as `train` and `inspect` take it.
void declare_validation(arguments& line, run_options& o);
/// The fraction of the training data that --val holds out; nothing where it names data.
std::optional<double> validation_fraction(const run_options& o);
/// The model and its recipe.
void declare_training(arguments& line, run_options& o);
/// What is said and kept: --out, --json, --quiet, --config. `out` says what --out is here.
void declare_output(arguments& line, run_options& o, const std::string& value, const std::string& about_out);

/// Who decodes JPEGs, by --decoder.
jpeg_decoder decoder_of(const run_options& o);

/// What is kept for later epochs, by --cache.
cached cache_of(const run_options& o);

/// What is done to whole batches, by --mixup and --cutmix.
std::vector<batch_transform> batch_map_of(const run_options& o);

/// What is read beside JPEG, PNG and WebP, by --also.
further_formats formats_of(const run_options& o);

/// The effective options, by their names: what goes into run.json, and what --config would take.
boost::json::object to_json(const run_options& o, bool training);

}  // namespace troupe
