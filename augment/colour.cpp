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
  std::uint8_t* begin = row + std::ptrdiff_t(first) * channels;
  const std::ptrdiff_t n = std::ptrdiff_t(last - first) * channels;
  if (channels == 1 || (c[0] == c[1] && c[1] == c[2])) {
    std::fill_n(begin, n, c[0]);
    return;
  }
  for (std::ptrdiff_t k = 0; k < 3; ++k) begin[k] = c[std::size_t(k)];
  for (std::ptrdiff_t done = 3; done < n; done *= 2) std::copy_n(begin, std::min(done, n - done), begin + done);
}

}  // namespace troupe
