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
/// - small_cnn, any data: AdamW 0.005, one cycle, 5 epochs of batches of 128. With a horizontal flip and normalisation
/// it
///   reaches 92 % on Fashion-MNIST (docs/design.md has the measurements).
/// - resnet18, any data: SGD 0.05 with momentum, cosine, label smoothing 0.1, 10 epochs of batches of 64.
recommendation recommended(std::string_view model, std::string_view kind);

}  // namespace troupe
