#include <troupe/augment/implementation.hpp>

namespace troupe {

namespace {

bool covers(const rect& window, int height, int width) noexcept {
  return window.top <= 0 && window.left <= 0 && window.top + window.height >= height &&
         window.left + window.width >= width;
}

bool inside(const rect& r, int height, int width) noexcept {
  return r.top >= 0 && r.left >= 0 && r.top + r.height <= height && r.left + r.width <= width;
}

/// A rectangle of what the view shows, as a rectangle of the view's full image.
rect seen(const resampling& view, const rect& r) noexcept {
  return {view.window.top + (view.upside_down ? view.window.height - r.top - r.height : r.top),
          view.window.left + (view.mirror ? view.window.width - r.left - r.width : r.left), r.height, r.width};
}

}  // namespace

resampling whole(extent size) noexcept {
  return {.source = {0, 0, size.height, size.width},
          .full_height = size.height,
          .full_width = size.width,
          .window = {0, 0, size.height, size.width}};
}

std::optional<resampling> compose(const resampling& first, const resampling& second) noexcept {
  const int height = first.window.height, width = first.window.width;
  resampling both = second;
  both.mirror = first.mirror != second.mirror;
  both.upside_down = first.upside_down != second.upside_down;
  if (unscaled(second)) {  // a crop, perhaps beyond the edges
    const rect crop{second.source.top + second.window.top, second.source.left + second.window.left,
                    second.window.height, second.window.width};
    const bool beyond = !inside(crop, height, width);
    if (beyond && !covers(first.window, first.full_height, first.full_width)) return {};
    both.source = first.source;
    both.full_height = first.full_height;
    both.full_width = first.full_width;
    both.window = seen(first, crop);
    both.antialias = first.antialias;
    return both;
  }
  if (!unscaled(first)) return {};
  const rect source = seen(first, second.source);
  if (!inside(source, first.full_height, first.full_width)) return {};
  both.source = {first.source.top + source.top, first.source.left + source.left, source.height, source.width};
  if (first.mirror) both.window.left = second.full_width - second.window.left - second.window.width;
  if (first.upside_down) both.window.top = second.full_height - second.window.top - second.window.height;
  return both;
}

}  // namespace troupe
