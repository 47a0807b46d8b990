#pragma once
#include <troupe/models/learner.hpp>

namespace troupe {

/// Refuses what cannot be trained with: throws std::invalid_argument naming the option, what is allowed and what was
/// given.
void check(const optimizer& o);
void check(const train_options& o);
/// The same for what the trainer fills in: shape, steps an epoch, threads.
void check(const learner_setup& s);

}  // namespace troupe
