#include <troupe/models/zoo.hpp>

#include <stdexcept>

#include <troupe/models/resnet18.hpp>
#include <troupe/models/small_cnn.hpp>
#include <troupe/sources/nearest.hpp>

namespace troupe {

const std::vector<std::string>& model_names() {
  static const std::vector<std::string> names = {"small_cnn", "resnet18"};
  return names;
}

model named_model(std::string_view name, std::size_t classes) {
  if (name == "small_cnn") return small_cnn(classes);
  if (name == "resnet18") return resnet18(classes);
  throw std::invalid_argument("model: must be small_cnn or resnet18, got " + std::string(name) +
                              did_you_mean(name, model_names()));
}

}  // namespace troupe
