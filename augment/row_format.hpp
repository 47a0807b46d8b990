#pragma once
#include <troupe/augment/view.hpp>

#include <array>

namespace troupe {

/// What the pixels of a finished row are: of every row of a batch alike.
struct row_format {
  /// float32 or bfloat16: value * scale + bias, which `normalize` says (bfloat16 is that float32, rounded to nearest,
  /// ties to even). uint8: the value as it is, 0 … 255.
  element type = element::float32;
  bool channels_last = false;  ///< `[H, W, C]`, channels beside each other; otherwise `[C, H, W]`
};

/// Where pixels go: one row of a batch, and what they become on the way.
struct row_target {
  void* data = nullptr;
  row_format format;
  std::array<float, 3> scale{1, 1, 1}, bias{0, 0, 0};  ///< by channel
};

}  // namespace troupe
