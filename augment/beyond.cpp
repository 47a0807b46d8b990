#include <troupe/augment/beyond.hpp>

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>

namespace troupe {

namespace {

/// Where the image itself is seen in one direction of the window: from `first` to before `last`.
struct seen {
  int first = 0, last = 0;

  seen(int window_from, int window_length, int length) noexcept
      : first(std::clamp(-window_from, 0, window_length)),
        last(std::clamp(length - window_from, first, window_length)) {}
  bool operator()(int at) const noexcept { return first <= at && at < last; }
};

/// `columns`: of each column of the window outside the image, the first byte of the pixel that it shows.
template <std::size_t Channels>
void show_rows(const image& from, const resampling& view, image& to, const seen& across, const std::size_t* columns) {
  const rect& window = view.window;
  const auto write = [&](int y, int shown) {
    const std::uint8_t* row = from.row(shown);
    std::uint8_t* into = to.row(y);
    const auto show = [&](int x) { std::memcpy(into + std::size_t(x) * Channels, row + columns[x], Channels); };
    for (int x = 0; x < across.first; ++x) show(x);
    if (across.first < across.last)
      std::memcpy(into + std::size_t(across.first) * Channels, row + std::size_t(window.left + across.first) * Channels,
                  std::size_t(across.last - across.first) * Channels);
    for (int x = across.last; x < window.width; ++x) show(x);
  };
  const seen down(window.top, window.height, from.shape.height);
  for (int y = down.first; y < down.last; ++y) write(y, window.top + y);
  const auto repeat = [&](int y) {
    const int shown = shown_at(window.top + y, from.shape.height, view.beyond), written = shown - window.top;
    if (down(written))
      std::memcpy(to.row(y), to.row(written), std::size_t(window.width) * Channels);
    else
      write(y, shown);
  };
  for (int y = 0; y < down.first; ++y) repeat(y);
  for (int y = down.last; y < window.height; ++y) repeat(y);
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
  const seen across(view.window.left, view.window.width, from.shape.width);
  const auto find = [&](int first, int last) {
    for (int x = first; x < last; ++x)
      columns[x] = channels * std::size_t(shown_at(view.window.left + x, from.shape.width, view.beyond));
  };
  find(0, across.first);
  find(across.last, view.window.width);
  if (channels == 3)
    show_rows<3>(from, view, to, across, columns);
  else
    show_rows<1>(from, view, to, across, columns);
}

std::size_t show_beyond_bytes(int window_width) noexcept {
  return arena::rounded(std::size_t(window_width) * sizeof(std::size_t));
}

}  // namespace troupe
