#include <troupe/sources/source.hpp>

#include <stdexcept>

namespace troupe {

const std::vector<companion>& source::companions() const noexcept {
  static const std::vector<companion> none;
  return none;
}

sample_of source::companion_of(std::uint64_t, std::size_t n) const {
  throw std::out_of_range(describe() + ": its samples have no companion " + std::to_string(n));
}

const std::vector<std::string>& source::box_class_names() const noexcept {
  static const std::vector<std::string> none;
  return none;
}

}  // namespace troupe
