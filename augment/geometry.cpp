#include <troupe/augment/implementation.hpp>

#include <cmath>

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

std::optional<rect> part_shown(const resampling& view) noexcept {
  if (!unscaled(view) || view.mirror || view.upside_down) return {};
  if (!inside(view.window, view.full_height, view.full_width)) return {};
  return rect{view.source.top + view.window.top, view.source.left + view.window.left, view.window.height,
              view.window.width};
}

std::optional<resampling> as_view(const warping& by, extent size) noexcept {
  const auto* map = std::get_if<affine_map>(&by.map);
  if (!map || map->b != 0 || map->d != 0) return {};
  // 0 … n are shown from `offset` on, or back from it
  const auto start = [](double step, double offset, int n) -> std::optional<int> {
    const double first = step == 1 ? offset : offset - n;
    if (std::abs(step) != 1 || std::abs(first) > 1e6 || first != std::nearbyint(first)) return {};
    return int(first);
  };
  const auto left = start(map->a, map->c, size.width), top = start(map->e, map->f, size.height);
  if (!left || !top) return {};
  resampling view = whole(size);
  view.window = {*top, *left, size.height, size.width};
  view.mirror = map->a < 0;
  view.upside_down = map->e < 0;
  view.fill = by.fill;
  return view;
}

std::optional<resampling> compose(const resampling& first, const resampling& second) noexcept {
  if (first.beyond != padding_mode::constant || second.beyond != padding_mode::constant) return {};
  const int height = first.window.height, width = first.window.width;
  resampling both = second;
  both.mirror = first.mirror != second.mirror;
  both.upside_down = first.upside_down != second.upside_down;
  if (unscaled(second)) {  // a crop, perhaps beyond the edges
    const rect crop{second.source.top + second.window.top, second.source.left + second.window.left,
                    second.window.height, second.window.width};
    const bool beyond = !inside(crop, height, width);
    const bool margins = !inside(first.window, first.full_height, first.full_width);
    if (beyond && !covers(first.window, first.full_height, first.full_width)) return {};
    if (beyond && margins && !(first.fill == second.fill)) return {};
    if (margins) both.fill = first.fill;
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
