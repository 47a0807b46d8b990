#pragma once
#include <troupe/models/learner.hpp>

#include <cstdint>

namespace troupe {

/// The learning rate of one weight update; `step` counts from 0 over the whole run of epochs x steps_per_epoch updates.
///
/// - constant: lr.
/// - cosine: from lr along half a cosine to 0 at the end (Loshchilov and Hutter 2017, one period).
/// - one_cycle: from lr / 25 up to lr in the first 30 % of the run, then down to lr / 250,000, along half cosines
/// (Smith and
///   Topin 2018, with the constants of PyTorch's OneCycleLR; momentum stays).
///
/// Warm-up: in the first `warmup_epochs` the rate grows in equal steps up to lr; the cosine begins after it.
double learning_rate(const train_options& options, std::int64_t steps_per_epoch, std::int64_t step);

}  // namespace troupe
