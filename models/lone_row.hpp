#pragma once
#include <troupe/models/module.hpp>

#include <string>

namespace troupe {

/// Tries a network with one row, because an epoch ends with a batch of one: batch normalisation of 1 x 1 maps needs
/// two, and it is better to hear that now than in the last step. Throws std::invalid_argument with a remedy where one
/// row is refused and two are not. Buffers and LibTorch's random numbers are afterwards what they were.
void refuse_lone_row(const std::string& name, const network& net, const learner_setup& setup);

}  // namespace troupe
