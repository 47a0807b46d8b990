#pragma once
#include <troupe/models/learner.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace troupe {

/// How gradients become new weights: the formulas of SGD with momentum, Adam (Kingma and Ba 2015) and AdamW (Loshchilov
/// and Hutter 2019), as torch::optim has them, with the state that they keep. One pass over a parameter does
/// everything, and the state is plain numbers with PyTorch's names, the same for every version of LibTorch.
///
///     update_rule rule(troupe::sgd(0.1), {432, 16});     // two parameters with so many weights
///     rule.begin(lr);                                    // one weight update …
///     rule.apply(0, 0, 432, weights, gradient, 1.0F);    // … of every parameter, or of parts of it on several threads
class update_rule {
 public:
  update_rule(const optimizer& o, const std::vector<std::int64_t>& sizes);

  /// Begins one update at this rate.
  void begin(double lr);
  /// Updates weights first … last - 1 of a parameter from its gradient times `scale`. Parts do not overlap: several
  /// threads may share one parameter.
  void apply(std::size_t parameter, std::int64_t first, std::int64_t last, float* weights, const float* gradient,
             float scale) noexcept;

  /// Updates made so far.
  std::int64_t steps() const noexcept { return steps_; }
  /// What is kept for each weight: {"momentum_buffer"}, {} (sgd without momentum) or {"exp_avg", "exp_avg_sq"}.
  const std::vector<std::string>& kept() const noexcept { return kept_; }
  /// The numbers kept under kept()[which] for one parameter, float32 of its size.
  const std::vector<float>& state(std::size_t parameter, std::size_t which) const { return state_[which][parameter]; }

 private:
  optimizer options_;
  std::vector<std::string> kept_;
  std::vector<std::vector<std::vector<float>>> state_;  ///< [what is kept][parameter][weight]
  std::int64_t steps_ = 0;
  float lr_ = 0, decay_ = 0;                   ///< of this update
  float step_size_ = 0, root_correction_ = 1;  ///< Adam's bias corrections of this update
};

}  // namespace troupe
