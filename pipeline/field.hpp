#pragma once
#include <troupe/augment/image.hpp>
#include <troupe/augment/row_format.hpp>
#include <troupe/augment/view.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// One column of a batch: `images`, float32, a row of `[3, 224, 224]`.
struct field {
  std::string name;
  element type = element::float32;
  std::vector<std::int64_t> row_shape;

  /// Bytes of one row.
  std::size_t row_bytes() const noexcept {
    std::size_t n = size_of(type);
    for (auto extent : row_shape) n *= std::size_t(extent);
    return n;
  }
};

/// The fields of every batch of a run, fixed before it starts. A place is row r of every field.
class layout {
 public:
  layout() = default;
  explicit layout(std::vector<field> fields);

  /// images `[N, C, H, W]` float32, or as the format says; labels `[N]` int64, or `[N, label_values]` float32 where
  /// that is not 0 (several classes a sample, values, mixed labels); indices `[N]` int64.
  static layout of_images(const image_shape& row, row_format format = {}, std::size_t label_values = 0);
  static constexpr std::size_t images = 0, labels = 1, indices = 2;

  const std::vector<field>& fields() const noexcept { return fields_; }
  /// Adds a field behind the others: its number.
  std::size_t add(field more);
  /// The field of this name. Throws std::invalid_argument naming those there are.
  std::size_t number_of(std::string_view name) const;
  /// Bytes of one buffer for `rows` rows; every field starts on a page, so that stores can be aligned.
  std::size_t bytes(std::size_t rows) const noexcept;
  /// Where field f starts in such a buffer.
  std::size_t offset(std::size_t f, std::size_t rows) const noexcept;

 private:
  std::vector<field> fields_;
};

}  // namespace troupe
