#include "options.hpp"

#include "exit_code.hpp"
#include "values.hpp"

#include <troupe/augment/mixing.hpp>
#include <troupe/models/recommended.hpp>
#include <troupe/models/zoo.hpp>
#include <troupe/sources/open.hpp>

#include <algorithm>
#include <limits>
#include <sstream>
#include <utility>

namespace troupe {

namespace {

constexpr double above_zero = std::numeric_limits<double>::min(), endless = std::numeric_limits<double>::infinity();

template <class T>
arguments::taker whole(T& to, std::uint64_t least, std::uint64_t most) {
  return [&to, least, most](const std::string& text) { to = T(whole_number(text, least, most)); };
}

arguments::taker number(std::optional<double>& to, double least, double below) {
  return [&to, least, below](const std::string& text) { to = number_from(text, least, below); };
}

arguments::taker word(std::optional<std::string>& to, std::vector<std::string> words) {
  return [&to, words = std::move(words)](const std::string& text) { to = one_of(text, words); };
}

arguments::taker text_of(std::string& to) {
  return [&to](const std::string& text) {
    if (text.empty()) throw usage_error("must not be empty");
    to = text;
  };
}

/// "[5 for small_cnn, 10 for resnet18]", as the measured recipes have it.
template <class T>
std::string by_model(const T& small, const T& large) {
  std::ostringstream text;
  if (small == large) {
    text << "[" << small << "]";
  } else {
    text << "[" << small << " for small_cnn, " << large << " for resnet18]";
  }
  return text.str();
}

/// As it is written: "gif,tiff".
std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& w : words) text += (text.empty() ? "" : ",") + w;
  return text;
}

template <class T>
boost::json::value known(const std::optional<T>& v) {
  return v ? boost::json::value(*v) : boost::json::value(nullptr);
}

}  // namespace

void declare_format(arguments& line, run_options& o) {
  line.option("--format", "WORD",
              "fashion-mnist, idx, cifar, cifar-coarse (the 20 groups of CIFAR-100), folder, npy, pairs (images and "
              "masks), csv, jsonl or tar, where the guess is wrong [recognised]",
              [&o](const std::string& text) { o.format = one_of(text, data_formats()); });
}

void declare_data(arguments& line, run_options& o) {
  line.operand("DATA", "data",
               "fashion-mnist; a folder of class folders, of images/ and masks/, of IDX, CIFAR or .npy files; a .csv "
               "or .jsonl manifest; or tar shards: shards-{0000..0009}.tar, \"shards-*.tar\", a folder of them",
               text_of(o.data));
  line.group("Data");
  declare_format(line, o);
  line.option("--root", "DIR", "where Fashion-MNIST lies [where Debian's package puts it]", text_of(o.root));
  line.option("--skip", "N", "training samples: all but the first N, in the order of the data [0]",
              whole(o.skip, 0, UINT64_MAX));
  line.option("--take", "N", "training samples: the first N of what --skip leaves; 0: all [0]",
              whole(o.take, 0, UINT64_MAX));
  line.option("--shard", "I/N", "training samples: every N-th of these, from the I-th on, 0/N to N-1/N [0/1]",
              [&o](const std::string& text) { o.shard = part_from(text); });
  line.flag("--balance", "every class as often as any other, in epochs of as many samples [each sample once]",
            o.balance);
  line.option("--limit", "N", "samples: the first N of each epoch's order, with --balance N of them; 0: all [0]",
              whole(o.limit, 0, UINT64_MAX));
  line.option("--seed", "N", "of the order, of every random transform and of the first weights [0]",
              whole(o.seed, 0, UINT64_MAX));
}

void declare_images(arguments& line, run_options& o) {
  line.group("Images");
  line.option("--batch", "N",
              "rows in a batch " +
                  by_model(recommended("small_cnn", "fashion-mnist").batch, recommended("resnet18", "folder").batch),
              whole(o.batch, 1, 1 << 24));
  line.flag("--drop-last", "leave the incomplete last batch of an epoch out [it is delivered]", o.drop_last);
  line.option(
      "--image-size", "N",
      "pixels: height and width in the presets of --augment [the shorter side of the data, where all have one shape; "
      "otherwise 224]",
      whole(o.image_size, 1, 16384));
  line.option(
      "--augment", "SPEC",
      "a preset (imagenet, cifar, fashion, eval, none) or a list in torchvision's names: \"random_resized_crop(224), "
      "random_horizontal_flip(0.5), normalize(imagenet)\" [fashion for Fashion-MNIST, cifar for CIFAR, none for IDX "
      "and .npy, imagenet for the others]",
      [&o](const std::string& text) { o.augment = text; });
  line.option(
      "--mixup", "ALPHA",
      "every image is blended with another one of its batch, labels as well; the share from Beta(ALPHA, ALPHA); "
      "0: not. With --cutmix, one of the two for each batch [0]",
      number(o.mixup, 0, endless));
  line.option("--cutmix", "ALPHA",
              "a rectangle of every image comes from another one of its batch, as much of the label; 0: not [0]",
              number(o.cutmix, 0, endless));
  line.flag("--strict", "a damaged image counts as bad [so it is]", o.strict, "--lenient",
            "damaged images are delivered as far as they can be decoded");
  line.option("--decoder", "NAME",
              "of JPEG: fast, or portable for libjpeg-turbo alone; both give the same pixels [fast]",
              word(o.decoder, {"fast", "portable"}));
  line.option("--cache", "WHAT",
              "what later epochs find in memory, as far as --memory has room: none, encoded files, or decoded pictures "
              "(which are never decoded at a fraction of their size) [none]",
              word(o.cache, {"none", "encoded", "decoded"}));
  line.option("--also", "FORMATS",
              "of gif (its first frame), bmp, tiff (its first page), with commas between: read beside JPEG, PNG and "
              "WebP [none]",
              [&o](const std::string& text) {
                o.also = several_of(text, {"bmp", "tiff", "gif"});
              });
}

void declare_budget(arguments& line, run_options& o) {
  line.group("Machine");
  line.option("--cpus", "N", "threads of work, also more than there are processors [cgroup quota and affinity]",
              whole(o.cpus, 1, 1024));
  line.option("--workers", "N", "that decode and augment [as many as --cpus, of which tuning lets some rest]",
              whole(o.workers, 1, 1024));
  line.option("--memory", "SIZE",
              "what the line may allocate: 512MiB, 2GiB, bytes; less means fewer batches in memory [2GiB]",
              [&o](const std::string& text) { o.memory_bytes = byte_count(text); });
  line.option("--readers", "N", "threads that read files; more for disks with long latency [4, and up to 32 by tuning]",
              whole(o.readers, 1, 64));
  line.option("--buffers", "N", "batches in memory; 1 runs, without overlap [as many as overlap needs]",
              whole(o.buffers, 1, 4096));
  line.option("--order", "WORD",
              "of delivery: in_order, or ready for whichever batch of an epoch is finished first: the same batches, in "
              "an order that depends on time [in_order]",
              word(o.order, {"in_order", "ready"}));
  line.option("--chunk", "N", "samples a message [as many as take a millisecond]", whole(o.chunk, 1, 1 << 20));
  line.option("--tune", "WHAT",
              "what is not given as a number may move while the run goes on, to where it is fastest: none; input, on "
              "which no bit of a batch or a weight depends; or all, LibTorch's threads as well, which change the last "
              "bits of weights [input]",
              word(o.tune, {"none", "input", "all"}));
}

void declare_training(arguments& line, run_options& o) {
  const auto small = recommended("small_cnn", "fashion-mnist").train, large = recommended("resnet18", "folder").train;
  const auto usual = [&](auto of) { return by_model(of(small), of(large)); };
  line.group("Training: what is not given follows a measured recipe for the model");
  line.option("--model", "NAME", "small_cnn or resnet18 [small_cnn for pixels of at most 64 x 64, resnet18 for files]",
              word(o.model, model_names()));
  line.option("--epochs", "N", "passes over the data " + usual([](const train_options& t) { return t.epochs; }),
              whole(o.epochs, 1, 1'000'000));
  line.option("--optimizer", "NAME",
              "sgd, adam or adamw " + usual([](const train_options& t) { return t.optimizer.name; }),
              word(o.optimizer, {"sgd", "adam", "adamw"}));
  line.option("--lr", "X",
              "learning rate after warm-up " + usual([](const train_options& t) { return t.optimizer.lr; }),
              number(o.lr, above_zero, endless));
  line.option("--momentum", "X", "of sgd [0.9]", number(o.momentum, 0, 1));
  line.option("--weight-decay", "X", "pulls weights towards 0, decoupled in adamw " + usual([](const train_options& t) {
                                       return t.optimizer.weight_decay;
                                     }),
              number(o.weight_decay, 0, endless));
  line.option(
      "--schedule", "NAME",
      "of the learning rate: constant, cosine or one_cycle " + usual([](const train_options& t) { return t.schedule; }),
      word(o.schedule, {"constant", "cosine", "one_cycle"}));
  line.option(
      "--warmup", "EPOCHS",
      "linear warm-up of the rate, fractions allowed " + usual([](const train_options& t) { return t.warmup_epochs; }),
      number(o.warmup, 0, endless));
  line.option("--clip-norm", "X",
              "largest gradient norm; 0: not clipped " + usual([](const train_options& t) { return t.clip_norm; }),
              number(o.clip_norm, 0, endless));
  line.option("--label-smoothing", "X",
              "share of the label given to the other classes " +
                  usual([](const train_options& t) { return t.label_smoothing; }),
              number(o.label_smoothing, 0, 1));
  line.option("--trainer-threads", "N", "of LibTorch; the same number gives the same weights [as many as --cpus]",
              whole(o.trainer_threads, 1, 1024));
  declare_validation(line, o);
}

void declare_validation(arguments& line, run_options& o) {
  line.option(
      "--val", "DATA|X",
      "evaluate after each epoch: on these data, or on a fraction held out of DATA, 0.1, which is the same files "
      "in every run [the data's own test split, if there is one]",
      text_of(o.val));
}

std::optional<double> validation_fraction(const run_options& o) {
  const bool number = o.val.find_first_of("0123456789") != std::string::npos;  // ".." is a folder
  if (!number || o.val.find_first_not_of("0123456789.") != std::string::npos) return std::nullopt;
  try {
    return number_from(o.val, above_zero, 1);
  } catch (const usage_error& e) {
    throw usage_error(std::string("--val: a fraction ") + e.what() + "; a folder of this name is ./" + o.val);
  }
}

void declare_output(arguments& line, run_options& o, const std::string& value, const std::string& about_out) {
  line.group("Output");
  line.option("--out", value, about_out, text_of(o.out));
  line.flag("--json", "one JSON object on stdout at the end, nothing else there", o.json);
  line.flag("--quiet", "say nothing but warnings and errors", o.quiet);
  line.option("--config", "FILE.json", "the same options by name, {\"batch\": 64}; the command line wins",
              [](const std::string&) {});
}

jpeg_decoder decoder_of(const run_options& o) {
  return o.decoder == "portable" ? jpeg_decoder::portable : jpeg_decoder::fast;
}

cached cache_of(const run_options& o) {
  return o.cache == "encoded" ? cached::encoded : o.cache == "decoded" ? cached::decoded : cached::none;
}

std::vector<batch_transform> batch_map_of(const run_options& o) {
  std::vector<batch_transform> mixes;
  if (o.mixup.value_or(0) > 0) mixes.push_back(mixup(*o.mixup));
  if (o.cutmix.value_or(0) > 0) mixes.push_back(cutmix(*o.cutmix));
  if (mixes.size() < 2) return mixes;
  return {random_choice(std::move(mixes))};
}

further_formats formats_of(const run_options& o) {
  const auto named = [&](const char* word) { return std::find(o.also.begin(), o.also.end(), word) != o.also.end(); };
  return {.gif = named("gif"), .bmp = named("bmp"), .tiff = named("tiff")};
}

boost::json::object to_json(const run_options& o, bool training) {
  boost::json::object j;
  j["data"] = o.data;
  if (!o.format.empty()) j["format"] = o.format;
  if (!o.root.empty()) j["root"] = o.root;
  j["skip"] = o.skip;
  j["take"] = o.take;
  j["shard"] = std::to_string(o.shard.i) + "/" + std::to_string(o.shard.n);
  j["balance"] = o.balance;
  j["limit"] = o.limit;
  j["seed"] = o.seed;
  j["batch"] = known(o.batch);
  j["drop-last"] = o.drop_last;
  j["image-size"] = known(o.image_size);
  j["augment"] = known(o.augment);
  j["mixup"] = o.mixup.value_or(0);
  j["cutmix"] = o.cutmix.value_or(0);
  j["strict"] = o.strict;
  j["decoder"] = o.decoder.value_or("fast");
  j["cache"] = o.cache.value_or("none");
  j["also"] = o.also.empty() ? boost::json::value(nullptr) : boost::json::value(joined(o.also));
  const auto given = [](int n) { return n > 0 ? boost::json::value(n) : boost::json::value(nullptr); };
  j["cpus"] = given(o.cpus);
  j["memory"] = o.memory_bytes;
  j["workers"] = given(o.workers);
  j["readers"] = given(o.readers);
  j["tune"] = o.tune.value_or("input");
  j["buffers"] = given(o.buffers);
  j["order"] = o.order.value_or("in_order");
  j["chunk"] = given(o.chunk);
  j["digest"] = o.digest;
  j["epochs"] = known(o.epochs);
  if (!training) return j;
  j["model"] = known(o.model);
  j["trainer-threads"] = given(o.trainer_threads);
  j["optimizer"] = known(o.optimizer);
  j["lr"] = known(o.lr);
  j["momentum"] = known(o.momentum);
  j["weight-decay"] = known(o.weight_decay);
  j["schedule"] = known(o.schedule);
  j["warmup"] = known(o.warmup);
  j["clip-norm"] = known(o.clip_norm);
  j["label-smoothing"] = known(o.label_smoothing);
  if (!o.val.empty()) j["val"] = o.val;
  return j;
}

}  // namespace troupe
