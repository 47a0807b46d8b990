#include <troupe/models/update_rule.hpp>

#include <cmath>

namespace troupe {
namespace {

constexpr double beta1 = 0.9, beta2 = 0.999;  // Adam's, as in the paper
constexpr float epsilon = 1e-8F;

}  // namespace

update_rule::update_rule(const optimizer& o, const std::vector<std::int64_t>& sizes) : options_(o) {
  if (o.name != "sgd")
    kept_ = {"exp_avg", "exp_avg_sq"};
  else if (o.momentum > 0)
    kept_ = {"momentum_buffer"};
  state_.resize(kept_.size());
  for (auto& of_parameters : state_)
    for (auto size : sizes) of_parameters.emplace_back(static_cast<std::size_t>(size), 0.0F);
}

void update_rule::begin(double lr) {
  ++steps_;
  const auto t = static_cast<double>(steps_);
  lr_ = static_cast<float>(lr);
  decay_ = static_cast<float>(options_.name == "adamw" ? 1 - lr * options_.weight_decay : options_.weight_decay);
  step_size_ = static_cast<float>(lr / (1 - std::pow(beta1, t)));
  root_correction_ = static_cast<float>(1 / std::sqrt(1 - std::pow(beta2, t)));
}

void update_rule::apply(std::size_t parameter, std::int64_t first, std::int64_t last, float* weights,
                        const float* gradient, float scale) noexcept {
  const auto lr = lr_, decay = decay_;
  if (kept_.empty()) {
    for (auto i = first; i < last; ++i) weights[i] -= lr * (gradient[i] * scale + decay * weights[i]);
    return;
  }
  if (options_.name == "sgd") {
    const auto momentum = static_cast<float>(options_.momentum);
    auto* kept = state_[0][parameter].data();
    for (auto i = first; i < last; ++i) {
      kept[i] = momentum * kept[i] + (gradient[i] * scale + decay * weights[i]);
      weights[i] -= lr * kept[i];
    }
    return;
  }
  const bool decoupled = options_.name == "adamw";
  const auto shrink = decoupled ? decay : 1.0F, added = decoupled ? 0.0F : decay;
  const auto b1 = static_cast<float>(beta1), b2 = static_cast<float>(beta2);
  const auto step_size = step_size_, root_correction = root_correction_;
  auto *mean = state_[0][parameter].data(), *square = state_[1][parameter].data();
  for (auto i = first; i < last; ++i) {
    const auto g = gradient[i] * scale + added * weights[i];
    mean[i] = b1 * mean[i] + (1 - b1) * g;
    square[i] = b2 * square[i] + (1 - b2) * g * g;
    weights[i] = shrink * weights[i] - step_size * mean[i] / (std::sqrt(square[i]) * root_correction + epsilon);
  }
}

}  // namespace troupe
