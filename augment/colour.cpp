#include <troupe/augment/colour.hpp>

#include <algorithm>
#include <stdexcept>

namespace troupe {

void check_colour(const char* transform, const char* option, const colour& c) {
  for (int v : c.of)
    if (v < 0 || v > 255)
      throw std::invalid_argument(std::string(transform) + ": " + option + " must be in 0 ... 255, got " +
                                  std::to_string(v));
}

void paint(std::uint8_t* row, int first, int last, int channels, const colour& c) noexcept {
  if (first >= last) return;
  if (channels == 1) {
    std::fill(row + first, row + last, c[0]);
    return;
  }
  for (std::uint8_t* at = row + 3 * std::ptrdiff_t(first); at != row + 3 * std::ptrdiff_t(last); at += 3)
    for (std::size_t k = 0; k < 3; ++k) at[k] = c[k];
}

}  // namespace troupe
