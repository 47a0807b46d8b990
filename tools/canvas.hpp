#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace troupe {

/// An RGB picture to draw on, white at first.
class canvas {
 public:
  static constexpr int letter_height = 7, letter_width = 5;

  canvas(int width, int height);
  void set(int x, int y, const std::array<std::uint8_t, 3>& rgb);
  /// A line of ASCII in black, `scale` pixels a dot, cut to `width` pixels.
  void write(int x, int y, const std::string& text, int scale, int width);
  /// As a PNG file. Throws std::runtime_error naming it.
  void save(const std::string& file) const;

 private:
  int width_ = 0, height_ = 0;
  std::vector<std::uint8_t> pixels_;
};

}  // namespace troupe
