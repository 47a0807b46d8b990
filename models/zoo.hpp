#pragma once
#include <troupe/models/learner.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// The names of the models that come with the library: small_cnn, resnet18.
const std::vector<std::string>& model_names();

/// A model by its name. Throws std::invalid_argument with the nearest right name.
model named_model(std::string_view name, std::size_t classes);

}  // namespace troupe
