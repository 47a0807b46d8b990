#include <troupe/pipeline/field.hpp>

#include <troupe/augment/pages.hpp>

#include <stdexcept>
#include <utility>

namespace troupe {

namespace {
std::size_t rounded(std::size_t bytes) { return (bytes + page_bytes - 1) / page_bytes * page_bytes; }
}  // namespace

layout::layout(std::vector<field> fields) : fields_(std::move(fields)) {}

layout layout::of_images(const image_shape& row, row_format format, std::size_t label_values) {
  std::vector<std::int64_t> shape{row.channels, row.height, row.width};
  if (format.channels_last) shape = {row.height, row.width, row.channels};
  field labels{"labels", element::int64, {}};
  if (label_values > 0) labels = {"labels", element::float32, {std::int64_t(label_values)}};
  return layout({{"images", format.type, std::move(shape)}, std::move(labels), {"indices", element::int64, {}}});
}

std::size_t layout::add(field more) {
  fields_.push_back(std::move(more));
  return fields_.size() - 1;
}

std::size_t layout::number_of(std::string_view name) const {
  std::string all;
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    if (fields_[f].name == name) return f;
    all += (f > 0 ? ", " : "") + fields_[f].name;
  }
  throw std::invalid_argument("batch: there is no field " + std::string(name) + ", its fields are " + all);
}

std::size_t layout::offset(std::size_t f, std::size_t rows) const noexcept {
  std::size_t at = 0;
  for (std::size_t i = 0; i < f; ++i) at += rounded(fields_[i].row_bytes() * rows);
  return at;
}

std::size_t layout::bytes(std::size_t rows) const noexcept { return offset(fields_.size(), rows); }

}  // namespace troupe
