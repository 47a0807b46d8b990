#include "along.hpp"

#include <algorithm>
#include <stdexcept>

went_along run_along(const troupe::recipe& r, const troupe::picture& p, const troupe::targets& given,
                     std::uint64_t offset) {
  const troupe::image_shape shape = r.shape();
  went_along w{pixels(shape), pixels({shape.height, shape.width, 1}), {}, {}, {}};
  troupe::targets along = given;
  if (!given.mask.bytes.empty()) along.mask_row = w.mask.data.data();
  troupe::scratch memory;
  std::vector<float> row(shape.bytes());
  const std::size_t announced = r.inspect(p, along).scratch_bytes;
  if (const auto bad = r.run(p, {.seed = 5, .offset = offset}, row.data(), along, memory, &w.report))
    throw std::runtime_error(bad.detail);
  if (memory.bytes() > announced)
    throw std::logic_error("took " + std::to_string(memory.bytes()) + " bytes of scratch");
  if (run(r, p, {.seed = 5, .offset = offset}) != row) throw std::logic_error("targets change their picture");
  w.picture = as_bytes(row, shape);
  w.boxes = along.boxes;
  w.keypoints = along.keypoints;
  return w;
}

went_along run_along(const std::vector<troupe::transform>& list, const pixels& p, const troupe::targets& given,
                     std::uint64_t offset) {
  return run_along(troupe::recipe(list, {}, p.shape), raw(p), given, offset);
}

pixels threshold(const pixels& p) {
  pixels t({p.shape.height, p.shape.width, 1});
  for (int y = 0; y < p.shape.height; ++y)
    for (int x = 0; x < p.shape.width; ++x) t.at(y, x, 0) = p.at(y, x, 0) >= 128 ? 255 : 0;
  return t;
}

bool even_around(const pixels& p, int y, int x) {
  for (int v = std::max(y - 1, 0); v <= std::min(y + 1, p.shape.height - 1); ++v)
    for (int u = std::max(x - 1, 0); u <= std::min(x + 1, p.shape.width - 1); ++u)
      if (p.at(v, u, 0) != p.at(y, x, 0)) return false;
  return true;
}

troupe::box hull_of(const pixels& p, int value) {
  troupe::box b{1e9, 1e9, -1e9, -1e9};
  for (int y = 0; y < p.shape.height; ++y)
    for (int x = 0; x < p.shape.width; ++x)
      if (p.at(y, x, 0) == value)
        b = {std::min<double>(b.x0, x), std::min<double>(b.y0, y), std::max(b.x1, x + 1.0), std::max(b.y1, y + 1.0)};
  return b.empty() ? troupe::box{} : b;
}

troupe::point middle_of(const pixels& p, int value) {
  troupe::point sum;
  int n = 0;
  for (int y = 0; y < p.shape.height; ++y)
    for (int x = 0; x < p.shape.width; ++x)
      if (p.at(y, x, 0) == value) sum = {sum.x + x + 0.5, sum.y + y + 0.5}, ++n;
  return {sum.x / n, sum.y / n};
}

pixels drawn_part(int height, int width, const troupe::rect& part, int channels, int value) {
  pixels p({height, width, channels});
  for (int y = part.top; y < part.top + part.height; ++y)
    for (int x = part.left; x < part.left + part.width; ++x)
      for (int c = 0; c < channels; ++c) p.at(y, x, c) = std::uint8_t(value);
  return p;
}
