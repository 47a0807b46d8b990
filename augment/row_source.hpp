#pragma once
#include <troupe/augment/fault.hpp>
#include <troupe/augment/image.hpp>
#include <troupe/augment/transform.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace troupe {

/// One row of pixels: sample c of pixel x is `plane[c][x * step]`, uint8 RGB or grey. Nothing where decoding failed.
struct pixel_row {
  std::array<const std::uint8_t*, 3> plane{};
  int step = 3;
  bool planar = false;  ///< step 1, and `kernels::padding` readable behind each plane

  static pixel_row interleaved(const std::uint8_t* row, int channels) noexcept {
    return channels == 1 ? pixel_row{{row, row, row}, 1} : pixel_row{{row, row + 1, row + 2}, channels};
  }
  static pixel_row planes(const std::uint8_t* red, const std::uint8_t* green, const std::uint8_t* blue) noexcept {
    return {{red, green, blue}, 1, true};
  }
  explicit operator bool() const noexcept { return plane[0] != nullptr; }
};

/// Rows of a part of a picture, one after another from its top: what a decoder gives and the resampler takes.
class row_source {
 public:
  virtual ~row_source() = default;
  /// The next row, readable until the next call.
  virtual pixel_row next() noexcept = 0;
};

/// A decoder of pictures whose header was read: opened with a part, asked for its rows, and closed.
class picture_reader : public row_source {
 public:
  /// Ends the picture and says what was wrong with it, where that is a failure.
  virtual failure close() { return {}; }
  /// Whether anything was wrong with the last picture, also where it was delivered.
  virtual bool complained() const noexcept { return false; }
};

/// One that decodes all rows of its part at once, `[height, width, 3]`, and then hands them out.
class whole_part_reader : public picture_reader {
 public:
  pixel_row next() noexcept override {
    if (left_ == 0) return {};
    --left_;
    const std::uint8_t* row = row_;
    row_ += stride_;
    return pixel_row::interleaved(row, 3);
  }
  bool complained() const noexcept override { return complained_; }

 protected:
  const std::uint8_t* row_ = nullptr;  ///< the next one
  std::size_t stride_ = 0;
  int left_ = 0;  ///< rows to come
  bool complained_ = false;
};

/// Rows out of an image in memory.
class image_rows final : public row_source {
 public:
  image_rows(const image& from, const rect& part) noexcept
      : at_(from.row(part.top) + std::size_t(part.left) * std::size_t(from.shape.channels)),
        stride_(from.stride),
        channels_(from.shape.channels) {}

  pixel_row next() noexcept override { return pixel_row::interleaved(next_line(), channels_); }
  /// The same, where only its address is asked for.
  const std::uint8_t* next_line() noexcept { return std::exchange(at_, at_ + stride_); }

 private:
  const std::uint8_t* at_ = nullptr;
  std::size_t stride_ = 0;
  int channels_ = 3;
};

}  // namespace troupe
