#include <troupe/augment/target_rendition.hpp>

#include <troupe/augment/moved_point.hpp>

#include <algorithm>
#include <cmath>
#include <new>

namespace troupe {

namespace {

/// Cut off at the edges of an image of this size.
box clipped(const box& b, extent size) noexcept {
  if (b.empty()) return {};
  const box cut{std::max(b.x0, 0.0), std::max(b.y0, 0.0), std::min(b.x1, double(size.width)),
                std::min(b.y1, double(size.height))};
  return cut.empty() ? box{} : cut;
}

bool holds(extent size, point p) noexcept { return p.x >= 0 && p.x < size.width && p.y >= 0 && p.y < size.height; }

template <class Move>
box hull(const box& b, Move move) {
  box h{HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};
  for (const point corner : {point{b.x0, b.y0}, {b.x1, b.y0}, {b.x1, b.y1}, {b.x0, b.y1}}) {
    const point p = move(corner);
    if (!std::isfinite(p.x) || !std::isfinite(p.y)) return {};
    h = {std::min(h.x0, p.x), std::min(h.y0, p.y), std::max(h.x1, p.x), std::max(h.y1, p.y)};
  }
  return h;
}

/// The sample of one axis whose pixel lies under the centre of an output; -1: none.
int nearest(int output, int full, int first, int length, padding_mode beyond) noexcept {
  const int shown = shown_at(output, full, beyond);
  return shown < 0 ? -1 : first + int((2 * std::int64_t(shown) + 1) * length / (2 * std::int64_t(full)));
}

image turned(const image& from, arena& memory) {
  image to = image_in(memory, {from.shape.width, from.shape.height, 1});
  for (int y = 0; y < to.shape.height; ++y)
    for (int x = 0; x < to.shape.width; ++x) to.row(y)[x] = from.row(x)[y];
  return to;
}

}  // namespace

target_rendition::target_rendition(targets& along, const decode_options& decode) noexcept : along_(along) {
  if (along.masked()) source_ = mask_source(along.mask, decode);
}

failure target_rendition::check(image_shape stored) const {
  if (!along_.masked()) return {};
  if (!along_.mask_row) return {fault::unsupported, "the mask has no mask_row to go to"};
  failure bad = source_.check(stored);
  along_.mask_failed = bool(bad);
  return bad;
}

failure target_rendition::prepare(image_shape upright, const picture_header& picture, png_reader& reader,
                                  arena& memory) {
  memory_ = &memory;
  size_ = {upright.height, upright.width};
  if (along_.masked()) {
    if (failure bad = source_.read(mask_, reader, memory)) {
      along_.mask_failed = true;
      return bad;
    }
    if (picture.turned()) mask_ = turned(mask_, memory);
  }
  view_ = whole(size_);
  if (picture.turned()) {
    for (box& b : along_.boxes) b = {b.y0, b.x0, b.y1, b.x1};
    for (keypoint& k : along_.keypoints) std::swap(k.x, k.y);
  }
  for (box& b : along_.boxes) b = clipped(b, size_);
  for (keypoint& k : along_.keypoints) k.inside = k.inside && holds(size_, {k.x, k.y});
  resampling view = whole(size_);
  view.mirror = picture.mirrored();
  view.upside_down = picture.upside_down();
  look(view);
  return {};
}

template <class Move>
void target_rendition::move_points(extent after, Move move) {
  for (box& b : along_.boxes)
    if (!b.empty()) b = clipped(hull(b, move), after);
  for (keypoint& k : along_.keypoints) {
    const point p = move(point{k.x, k.y});
    k = {p.x, p.y, k.inside && holds(after, p)};
  }
  size_ = after;
}

void target_rendition::look(resampling view) {
  view.fill = 0;  // the mask has its own
  if (view == whole(size_)) return;
  move_points({view.window.height, view.window.width}, [&](point p) { return moved(p, view); });
  if (!mask_.data) return;
  auto both = compose(view_, view);
  if (!both) keep();
  view_ = both ? *both : view;
}

void target_rendition::bend(const warping& by) {
  move_points(size_, [&](point p) { return moved(p, by, size_); });
  if (!mask_.data) return;
  keep();
  warp(mask_, {by.map, interpolation::nearest, along_.mask_fill}, *memory_);
}

void target_rendition::keep() {
  if (const auto part = part_shown(view_)) {
    mask_ = part_of(mask_, *part);
  } else {
    image to = image_in(*memory_, {view_.window.height, view_.window.width, 1});
    show(to.data);
    mask_ = to;
  }
  view_ = whole({mask_.shape.height, mask_.shape.width});
}

// What the view shows, pixel by pixel the nearest.
void target_rendition::show(std::uint8_t* to) const {
  const rect& window = view_.window;
  const auto width = std::size_t(window.width);
  auto* columns = memory_->take_array<int>(width);
  if (!columns) throw std::bad_alloc();
  for (int x = 0; x < window.width; ++x)
    columns[view_.mirror ? window.width - 1 - x : x] =
        nearest(window.left + x, view_.full_width, view_.source.left, view_.source.width, view_.beyond);
  for (int y = 0; y < window.height; ++y) {
    std::uint8_t* row = to + width * std::size_t(view_.upside_down ? window.height - 1 - y : y);
    const int from = nearest(window.top + y, view_.full_height, view_.source.top, view_.source.height, view_.beyond);
    for (std::size_t x = 0; x < width; ++x)
      row[x] = from < 0 || columns[x] < 0 ? along_.mask_fill : mask_.row(from)[columns[x]];
  }
}

void target_rendition::finish() {
  if (mask_.data) show(along_.mask_row);
}

}  // namespace troupe
