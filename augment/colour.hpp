#pragma once
#include <array>
#include <cstdint>
#include <string>

namespace troupe {

/// What stands where an image says nothing: pixel values 0 … 255, before `normalize`; a grey image takes the first.
struct colour {
  colour(int grey) : of{grey, grey, grey} {}  // NOLINT(google-explicit-constructor)
  colour(int red, int green, int blue) : of{red, green, blue} {}

  std::array<int, 3> of;

  std::uint8_t operator[](std::size_t channel) const noexcept { return std::uint8_t(of[channel]); }
  bool operator==(const colour&) const = default;
  /// `0`, or `(124, 116, 104)`.
  std::string to_string() const {
    if (of[0] == of[1] && of[1] == of[2]) return std::to_string(of[0]);
    return "(" + std::to_string(of[0]) + ", " + std::to_string(of[1]) + ", " + std::to_string(of[2]) + ")";
  }
};

/// Throws std::invalid_argument unless all values are in 0 … 255: `pad: fill must be in 0 ... 255, got 300`.
void check_colour(const char* transform, const char* option, const colour& c);

/// Pixels first … last - 1 of a row become that colour.
void paint(std::uint8_t* row, int first, int last, int channels, const colour& c) noexcept;

}  // namespace troupe
