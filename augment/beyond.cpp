#include <troupe/augment/beyond.hpp>

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>

namespace troupe {

namespace {

template <std::size_t Channels>
void show_rows(const image& from, const resampling& view, image& to, const std::size_t* columns) {
  const rect& window = view.window;
  const int first = std::clamp(-window.left, 0, window.width);
  const int last = std::clamp(from.shape.width - window.left, first, window.width);
  for (int y = 0; y < window.height; ++y) {
    const std::uint8_t* row = from.row(shown_at(window.top + y, from.shape.height, view.beyond));
    std::uint8_t* into = to.row(y);
    const auto show = [&](int x) { std::memcpy(into + std::size_t(x) * Channels, row + columns[x], Channels); };
    for (int x = 0; x < first; ++x) show(x);
    if (first < last)
      std::memcpy(into + std::size_t(first) * Channels, row + columns[first], std::size_t(last - first) * Channels);
    for (int x = last; x < window.width; ++x) show(x);
  }
}

}  // namespace

std::string margins::to_string() const {
  const auto text = [](int v) { return std::to_string(v); };
  if (left != right || top != bottom)
    return "(" + text(left) + ", " + text(top) + ", " + text(right) + ", " + text(bottom) + ")";
  return left == top ? text(left) : "(" + text(left) + ", " + text(top) + ")";
}

void check_margins(const char* transform, const margins& padding) {
  for (int side : {padding.left, padding.top, padding.right, padding.bottom})
    if (side < 0 || side > 16384)
      throw std::invalid_argument(std::string(transform) + ": padding must be in 0 ... 16384, got " +
                                  std::to_string(side));
}

void show_beyond(const image& from, const resampling& view, image& to, arena& memory) {
  auto* columns = memory.take_array<std::size_t>(std::size_t(view.window.width));
  if (!columns) throw std::bad_alloc();
  const auto channels = std::size_t(from.shape.channels);
  for (int x = 0; x < view.window.width; ++x)
    columns[x] = channels * std::size_t(shown_at(view.window.left + x, from.shape.width, view.beyond));
  if (channels == 3)
    show_rows<3>(from, view, to, columns);
  else
    show_rows<1>(from, view, to, columns);
}

std::size_t show_beyond_bytes(int window_width) noexcept {
  return arena::rounded(std::size_t(window_width) * sizeof(std::size_t));
}

}  // namespace troupe
