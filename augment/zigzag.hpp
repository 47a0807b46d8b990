#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace troupe {

/// `row * 8 + column` of the coefficient at each zigzag position (ITU-T T.81, figure A.6).
inline constexpr std::array<std::uint8_t, 64> zigzag = [] {
  std::array<std::uint8_t, 64> places{};
  for (int i = 0, row = 0, column = 0; i < 64; ++i) {
    places[std::size_t(i)] = std::uint8_t(row * 8 + column);
    const bool up = (row + column) % 2 == 0;
    if (up) {
      if (column == 7)
        ++row;
      else
        row -= row > 0, ++column;
    } else {
      if (row == 7)
        ++column;
      else
        column -= column > 0, ++row;
    }
  }
  return places;
}();

}  // namespace troupe
