#pragma once
#include <cstddef>
#include <cstdint>

namespace troupe {

/// Height, width and channels of an image, in pixels. Channels: 1 grey, 3 RGB.
struct image_shape {
  int height = 0;
  int width = 0;
  int channels = 3;

  std::size_t bytes() const noexcept { return std::size_t(height) * std::size_t(width) * std::size_t(channels); }
  bool operator==(const image_shape&) const = default;
};

/// Pixels that somebody else owns (the decode scratch): `[height, width, channels]` uint8, grey or RGB, 0 … 255, rows
/// `stride` bytes apart. A transform may write them.
struct image {
  std::uint8_t* data = nullptr;
  image_shape shape;
  std::size_t stride = 0;

  std::uint8_t* row(int y) noexcept { return data + std::size_t(y) * stride; }
  const std::uint8_t* row(int y) const noexcept { return data + std::size_t(y) * stride; }
};

}  // namespace troupe
