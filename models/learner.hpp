#pragma once
#include <troupe/augment/view.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace troupe {

/// How weights are updated. `lr` is the rate after warm-up.
struct optimizer {
  std::string name = "sgd";    ///< sgd, adam or adamw
  double lr = 0.1;             ///< learning rate, > 0
  double momentum = 0.9;       ///< sgd only, 0 … 1
  double weight_decay = 5e-4;  ///< >= 0; decoupled for adamw
};

optimizer sgd(double lr, double momentum = 0.9, double weight_decay = 5e-4);
optimizer adam(double lr, double weight_decay = 0);
optimizer adamw(double lr, double weight_decay = 0.01);

/// How training goes.
struct train_options {
  std::uint32_t epochs = 1;           ///< passes over the data, >= 1
  troupe::optimizer optimizer = {};   ///< see there
  std::string schedule = "constant";  ///< constant, cosine (to 0 at the end) or one_cycle (Smith and Topin 2018)
  double warmup_epochs = 0;           ///< linear warm-up of the rate, in epochs (fractions allowed)
  double label_smoothing = 0;         ///< 0 … 1 (Szegedy et al. 2016)
  double clip_norm = 0;               ///< largest gradient norm, 0: not clipped
};

/// What a learner is made for. Filled in by the trainer, which knows the data.
struct learner_setup {
  train_options train = {};
  std::int64_t channels = 3, height = 224, width = 224;  ///< of one image, `[C, H, W]` float32
  std::int64_t steps_per_epoch = 0;                      ///< weight updates in one epoch
  /// Rows of the smallest batch of an epoch; 0: not known. Where it is 1, a module is tried with one row when it is
  /// made, and refused where it cannot be trained on that.
  std::int64_t smallest_batch = 0;
  std::uint64_t seed = 0;  ///< of the initial weights
  int threads = 1;         ///< intra-op threads, set in the calling thread
};

/// One weight update, seen from outside.
struct step_result {
  double loss = 0;            ///< mean over the batch, before the update
  double grad_norm = 0;       ///< Euclidean norm over all gradients
  double lr = 0;              ///< the rate that was used
  std::uint64_t correct = 0;  ///< rows whose largest logit is the label
  bool finite = true;         ///< false: loss or gradient was NaN or infinite, and the weights were left alone
};

/// One batch of an evaluation.
struct evaluation_result {
  double loss_sum = 0;        ///< sum over the rows
  std::uint64_t correct = 0;  ///< rows whose largest logit is the label
};

/// What the trainer actor drives: a model with its optimizer. Made, used and destroyed on one thread; nothing else
/// touches the weights.
class learner {
 public:
  learner() = default;
  learner(const learner&) = delete;
  learner& operator=(const learner&) = delete;
  virtual ~learner() = default;

  /// One weight update. images `[N, C, H, W]` float32 normalised, labels `[N]` int64, or `[N, classes]` float32 that
  /// sum to 1. Not applied if anything is not finite.
  virtual step_result step(const view& images, const view& labels) = 0;
  /// A forward pass without an update, in evaluation mode. `views` rows in a row show one sample: its logits are the
  /// mean over them, and it counts once.
  virtual evaluation_result evaluate(const view& images, const view& labels, std::int64_t views = 1) = 0;
  /// Intra-op threads from the next step on, instead of `learner_setup::threads`; called between two steps, on the same
  /// thread. A learner that has none ignores it.
  virtual void use_threads(int threads) { (void)threads; }
  /// Weights, optimizer and `metadata` into one safetensors file: written to a temporary beside it, synchronised,
  /// renamed. Returns its bytes. Throws std::runtime_error naming the file.
  virtual std::uint64_t save_checkpoint(const std::filesystem::path& file,
                                        const std::map<std::string, std::string>& metadata) = 0;
  /// The weights alone, torchvision's tensor names, same care. `safetensors.torch.load_file` reads it.
  virtual std::uint64_t save_weights(const std::filesystem::path& file) = 0;
};

/// A recipe for a learner: a value that can be copied, printed and started many times. It is handed options that
/// `train()` has checked: what stands above each of them holds for every learner.
///
///     .train(troupe::resnet18(photos.classes()), {.epochs = 10, .optimizer = troupe::sgd(0.1)})
class model {
 public:
  using factory = std::function<std::unique_ptr<learner>(const learner_setup&)>;

  model(std::string name, std::string about, factory make)
      : name_(std::move(name)), about_(std::move(about)), make_(std::move(make)) {}

  const std::string& name() const noexcept { return name_; }    ///< resnet18
  const std::string& about() const noexcept { return about_; }  ///< one line: "ResNet-18, 11.2 M parameters"
  std::unique_ptr<learner> make(const learner_setup& setup) const { return make_(setup); }

 private:
  std::string name_, about_;
  factory make_;
};

}  // namespace troupe
