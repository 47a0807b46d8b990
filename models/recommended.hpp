#pragma once
#include <troupe/models/learner.hpp>

#include <cstddef>
#include <string_view>

namespace troupe {

/// A recipe that was measured: what `troupe train` uses where nothing else is said.
struct recommendation {
  train_options train;
  std::size_t batch = 64;  ///< samples in one weight update
};

/// The recipe for a model on a kind of data (`opened_data::kind`).
///
/// - small_cnn, or any model on Fashion-MNIST: AdamW 0.005, one cycle, label smoothing 0.1, 4 epochs of batches of 128.
/// With
///   nothing but a horizontal flip and normalisation small_cnn reaches 91.9 to 92.3 % on Fashion-MNIST in 55 to 80 CPU
///   seconds; random crops cost a percent in so few epochs (docs/design.md).
/// - Everything else: SGD 0.05 with momentum, half an epoch of warm-up, cosine, label smoothing 0.1, 10 epochs of
/// batches of
///   64 (torchvision's reference recipe, its rate scaled to the batch, shortened).
recommendation recommended(std::string_view model, std::string_view kind);

}  // namespace troupe
