#include <troupe/models/module.hpp>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/stack.h>
#include <c10/util/Exception.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/utils.h>

#include <cmath>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <utility>
#include <vector>

#include <troupe/models/freed_memory.hpp>
#include <troupe/models/lone_row.hpp>
#include <troupe/models/options.hpp>
#include <troupe/models/safetensors.hpp>
#include <troupe/models/schedule.hpp>
#include <troupe/models/tensor.hpp>
#include <troupe/models/update_rule.hpp>

namespace troupe {
namespace {

constexpr std::int64_t weights_a_task = 1 << 16;  // of an update, so that small parameters stay on one thread

at::Tensor loss_of(const at::Tensor& logits, const at::Tensor& labels, at::Reduction::Reduction over,
                   double smoothing) {
  return at::cross_entropy_loss(logits, labels, {}, over, -100, smoothing);
}

// Of mixed labels, the class that has most counts.
std::uint64_t correct_in(const at::Tensor& logits, const at::Tensor& labels) {
  const auto classes = labels.dim() == 2 ? labels.argmax(1) : labels;
  return static_cast<std::uint64_t>(logits.argmax(1).eq(classes).sum().item<std::int64_t>());
}

/// Runs a call into LibTorch; its errors lose their C++ backtrace and gain the model's name.
template <class Function>
auto plainly(const std::string& name, Function f) {
  try {
    return f();
  } catch (const c10::Error& e) { throw std::runtime_error(name + ": " + e.what_without_backtrace()); }
}

class module_learner final : public learner {
 public:
  module_learner(std::string name, network net, const learner_setup& setup)
      : name_(std::move(name)), network_(std::move(net)), setup_(setup), rule_(prepare_parameters()) {
    buffers_ = network_.module->buffers();
    for (const auto& buffer : buffers_) kept_buffers_.push_back(buffer.clone());
    if (setup_.smallest_batch == 1) refuse_lone_row(name_, network_, setup_);
  }

  step_result step(const view& images, const view& labels) override {
    check_batch(images, labels);
    keep_buffers();
    try {
      return plainly(name_, [&] { return take_step(images, labels); });
    } catch (...) {
      restore_buffers();
      throw;
    }
  }

  evaluation_result evaluate(const view& images, const view& labels, std::int64_t views) override {
    check_batch(images, labels);
    if (views < 1 || images.shape[0] % views != 0)
      throw std::invalid_argument(name_ + ": a batch must have whole samples of " + std::to_string(views) +
                                  " views, got " + std::to_string(images.shape[0]) + " rows");
    return plainly(name_, [&] { return look_at(images, labels, views); });
  }

  void use_threads(int threads) override { at::set_num_threads(threads); }

  std::uint64_t save_checkpoint(const std::filesystem::path& file,
                                const std::map<std::string, std::string>& metadata) override {
    std::vector<at::Tensor> alive;
    auto tensors = weights("model.", alive);
    for (std::size_t k = 0; k < rule_.kept().size(); ++k)
      for (std::size_t p = 0; p < parameters_.size(); ++p)
        tensors.push_back({"optimizer." + names_[p] + "." + rule_.kept()[k],
                           {rule_.state(p, k).data(), element::float32, parameters_[p].sizes().vec()}});
    const auto steps = rule_.steps();
    tensors.push_back({"optimizer.step", {&steps, element::int64, {}}});
    auto all = metadata;
    all.emplace("format", "pt");
    all.emplace("model", name_);
    return write_safetensors(file, tensors, all);
  }

  std::uint64_t save_weights(const std::filesystem::path& file) override {
    std::vector<at::Tensor> alive;
    return write_safetensors(file, weights("", alive), {{"format", "pt"}, {"model", name_}});
  }

 private:
  step_result take_step(const view& images, const view& labels) {
    step_result result;
    result.lr = learning_rate(setup_.train, setup_.steps_per_epoch, rule_.steps());
    const auto y = tensor(labels);
    network_.module->train();
    network_.module->zero_grad(true);
    const auto logits = logits_of(images);
    check_labels(labels, logits.size(1));
    const auto loss = loss_of(logits, y, at::Reduction::Mean, setup_.train.label_smoothing);
    result.loss = loss.item<double>();
    result.correct = correct_in(logits, y);
    result.finite = std::isfinite(result.loss);
    if (result.finite) {
      loss.backward();
      result.grad_norm = gradient_norm();
      result.finite = std::isfinite(result.grad_norm) && buffers_finite();
    }
    if (result.finite)
      update(result);
    else
      restore_buffers();
    return result;
  }

  evaluation_result look_at(const view& images, const view& labels, std::int64_t views) {
    const torch::NoGradGuard no_gradients;
    network_.module->eval();
    auto y = tensor(labels);
    auto logits = logits_of(images);
    check_labels(labels, logits.size(1));
    if (views > 1) {
      logits = logits.reshape({-1, views, logits.size(1)}).mean(1);
      y = y.slice(0, 0, y.size(0), views).contiguous();
    }
    return {loss_of(logits, y, at::Reduction::Sum, 0).item<double>(), correct_in(logits, y)};
  }

  /// The parameters that are trained, contiguous, and the rule that updates them.
  update_rule prepare_parameters() {
    std::vector<std::int64_t> sizes;
    for (auto& parameter : network_.module->named_parameters()) {
      auto& p = parameter.value();
      if (!p.requires_grad()) continue;
      if (p.scalar_type() != at::kFloat || !p.device().is_cpu())
        throw std::invalid_argument(name_ + ": parameter " + parameter.key() + " must be float32 on the CPU");
      if (!p.is_contiguous()) p.set_data(p.contiguous());
      names_.push_back(parameter.key());
      parameters_.push_back(p);
      sizes.push_back(p.numel());
    }
    return {setup_.train.optimizer, sizes};
  }

  void check_batch(const view& images, const view& labels) const {
    const bool numbers = labels.type == element::int64 && labels.shape.size() == 1;
    const bool shares = labels.type == element::float32 && labels.shape.size() == 2;
    const bool right = images.type == element::float32 && images.shape.size() == 4 && (numbers || shares) &&
                       images.shape[0] == labels.shape[0] && images.shape[0] >= 1;
    if (!right)
      throw std::invalid_argument(
          name_ + ": a batch must be images [N, C, H, W] float32 and labels [N] int64 or [N, classes] float32, N >= 1");
  }

  void check_labels(const view& labels, std::int64_t classes) const {
    if (labels.shape.size() == 2) {
      if (labels.shape[1] == classes) return check_shares(labels);
      throw std::invalid_argument(name_ + ": labels must be [N, " + std::to_string(classes) + "], got [N, " +
                                  std::to_string(labels.shape[1]) + "]");
    }
    const auto* label = labels.as<std::int64_t>();
    for (std::int64_t i = 0; i < labels.elements(); ++i)
      if (label[i] < 0 || label[i] >= classes)
        throw std::invalid_argument(name_ + ": labels must be 0 to " + std::to_string(classes - 1) + ", got " +
                                    std::to_string(label[i]) + " in row " + std::to_string(i));
  }

  void check_shares(const view& labels) const {
    const auto classes = labels.shape[1];
    for (std::int64_t i = 0; i < labels.shape[0]; ++i) {
      const auto* row = labels.as<float>() + i * classes;
      const double sum = std::accumulate(row, row + classes, 0.0);
      if (!(std::abs(sum - 1) < 1e-3))
        throw std::invalid_argument(name_ + ": the label of a row must sum to 1, got " + std::to_string(sum) +
                                    " in row " + std::to_string(i));
    }
  }

  at::Tensor logits_of(const view& images) const {
    auto logits = network_.forward(tensor(images));
    if (logits.dim() != 2 || logits.size(0) != images.shape[0])
      throw std::invalid_argument(name_ + ": forward must return logits [N, classes], one row for each image");
    return logits;
  }

  /// Euclidean norm over all gradients; not finite if any of them is not.
  double gradient_norm() const {
    const torch::NoGradGuard no_gradients;
    std::vector<at::Tensor> norms;
    for (const auto& p : parameters_)
      if (p.grad().defined()) norms.push_back(at::linalg_vector_norm(p.grad(), 2, c10::nullopt, false, at::kDouble));
    return norms.empty() ? 0.0 : at::linalg_vector_norm(at::stack(norms)).item<double>();
  }

  void update(const step_result& result) {
    const auto limit = setup_.train.clip_norm;
    const auto scale = limit > 0 && result.grad_norm > limit ? static_cast<float>(limit / result.grad_norm) : 1.0F;
    rule_.begin(result.lr);
    for (std::size_t k = 0; k < parameters_.size(); ++k) {
      if (!parameters_[k].grad().defined()) continue;
      const auto gradient = parameters_[k].grad().contiguous();
      auto* weights = parameters_[k].data_ptr<float>();
      const auto* g = gradient.data_ptr<float>();
      at::parallel_for(0, gradient.numel(), weights_a_task,
                       [&](std::int64_t first, std::int64_t last) { rule_.apply(k, first, last, weights, g, scale); });
    }
  }

  /// A forward pass in training mode moves batch normalisation's running statistics before anybody knows whether the
  /// result is finite; so they are kept, and put back when it is not. They can overflow while loss and gradients stay
  /// finite: a variance of infinity makes a normalised value of 0.
  void keep_buffers() {
    const torch::NoGradGuard no_gradients;
    for (std::size_t k = 0; k < buffers_.size(); ++k) kept_buffers_[k].copy_(buffers_[k]);
  }
  bool buffers_finite() const {
    for (std::size_t k = 0; k < buffers_.size(); ++k) {
      if (buffers_[k].scalar_type() != at::kFloat || !buffers_[k].is_contiguous()) continue;
      const auto *now = buffers_[k].data_ptr<float>(), *before = kept_buffers_[k].data_ptr<float>();
      for (std::int64_t i = 0; i < buffers_[k].numel(); ++i)
        if (!std::isfinite(now[i]) && std::isfinite(before[i])) return false;
    }
    return true;
  }
  void restore_buffers() {
    const torch::NoGradGuard no_gradients;
    for (std::size_t k = 0; k < buffers_.size(); ++k) buffers_[k].copy_(kept_buffers_[k]);
  }

  /// Parameters and buffers under their names. `alive` keeps copies of those that are not contiguous.
  std::vector<named_view> weights(const std::string& prefix, std::vector<at::Tensor>& alive) const {
    std::vector<named_view> all;
    auto add = [&](const std::string& name, const at::Tensor& t) {
      const auto type = t.scalar_type() == at::kLong   ? at::kLong
                        : t.scalar_type() == at::kByte ? at::kByte
                                                       : at::kFloat;
      alive.push_back(t.detach().to(type).contiguous());
      const auto as = type == at::kLong ? element::int64 : type == at::kByte ? element::uint8 : element::float32;
      all.push_back({prefix + name, {alive.back().data_ptr(), as, t.sizes().vec()}});
    };
    for (const auto& p : network_.module->named_parameters()) add(p.key(), p.value());
    for (const auto& b : network_.module->named_buffers()) add(b.key(), b.value());
    return all;
  }

  std::string name_;
  network network_;
  learner_setup setup_;
  std::vector<std::string> names_;
  std::vector<at::Tensor> parameters_, buffers_, kept_buffers_;
  update_rule rule_;
};

}  // namespace

model from_network(std::string name, std::string about, std::function<network(const learner_setup&)> make) {
  auto start = [name, make = std::move(make)](const learner_setup& setup) -> std::unique_ptr<learner> {
    check(setup);
    static std::mutex one_at_a_time;  // LibTorch has one generator for the process; the initial weights come from it
    const std::lock_guard lock(one_at_a_time);
    at::set_num_threads(setup.threads);
    keep_freed_memory();
    at::manual_seed(setup.seed);
    auto net = plainly(name, [&] { return make(setup); });
    if (!net.module || !net.forward) throw std::invalid_argument(name + ": made no module");
    return std::make_unique<module_learner>(name, std::move(net), setup);
  };
  return {std::move(name), std::move(about), std::move(start)};
}

}  // namespace troupe
