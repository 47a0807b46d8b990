#pragma once
#include <troupe/augment/tiff_page.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace troupe {

/// Makes RGB of the decoded samples of one page.
class tiff_samples {
 public:
  tiff_samples() = default;
  explicit tiff_samples(const tiff_page& page);

  /// Pixels [from, to) of row y of a unit, as `[to - from, 3]` uint8 RGB. `unit`: its first plane, the others follow.
  void convert(const std::uint8_t* unit, int y, int from, int to, std::uint8_t* rgb) const noexcept;

 private:
  /// Sample c of pixel x: its upper 8 bits, or all where there are fewer.
  std::uint8_t sample(const std::uint8_t* row, std::size_t x, std::size_t c) const noexcept;
  void chroma(const std::uint8_t* unit, int y, int x, std::uint8_t* rgb) const noexcept;

  tiff_colours colours_ = tiff_colours::rgb;
  bool subsampled_ = false, planar_ = false, premultiplied_ = false;
  std::size_t bits_ = 8, samples_ = 3, row_bytes_ = 0, unit_bytes_ = 0;
  std::array<int, 2> subsampling_{1, 1};
  std::array<std::array<std::uint8_t, 3>, 256> by_index_{};  ///< of grey and palette
};

}  // namespace troupe
