#pragma once
#include <troupe/augment/image.hpp>
#include <troupe/augment/transform.hpp>

#include <cstddef>
#include <cstdint>

namespace troupe {

/// Rows of a part of a picture, one after another from its top: what a decoder gives and the resampler takes.
class row_source {
 public:
  virtual ~row_source() = default;
  /// The next row: `[width, channels]` uint8 RGB or grey, readable until the next call; nullptr where decoding failed.
  virtual const std::uint8_t* next() noexcept = 0;
};

/// Rows out of an image in memory.
class image_rows final : public row_source {
 public:
  image_rows(const image& from, const rect& part) noexcept
      : at_(from.row(part.top) + std::size_t(part.left) * std::size_t(from.shape.channels)), stride_(from.stride) {}

  const std::uint8_t* next() noexcept override {
    const std::uint8_t* row = at_;
    at_ += stride_;
    return row;
  }

 private:
  const std::uint8_t* at_ = nullptr;
  std::size_t stride_ = 0;
};

}  // namespace troupe
