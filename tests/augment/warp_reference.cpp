#include "warp_reference.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

pixels warped(const pixels& p, const std::function<std::array<double, 2>(double, double)>& back,
              troupe::interpolation how, int fill) {
  const auto [height, width, channels] = p.shape;
  pixels out(p.shape);
  const auto at = [&, h = height, w = width](int y, int x, int c) {
    return double(p.at(std::clamp(y, 0, h - 1), std::clamp(x, 0, w - 1), c));
  };
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < channels; ++c) {
        const auto [u, v] = back(x + 0.5, y + 0.5);
        double value = fill;
        if (u >= 0 && u < width && v >= 0 && v < height) {
          if (how == troupe::interpolation::nearest) {
            value = p.at(int(v), int(u), c);
          } else {
            const int left = int(std::floor(u - 0.5)), top = int(std::floor(v - 0.5));
            const double right = u - 0.5 - left, low = v - 0.5 - top;
            value = (at(top, left, c) * (1 - right) + at(top, left + 1, c) * right) * (1 - low) +
                    (at(top + 1, left, c) * (1 - right) + at(top + 1, left + 1, c) * right) * low;
          }
        }
        out.at(y, x, c) = std::uint8_t(value);
      }
  return out;
}

double number_of(const std::vector<troupe::drawn>& report, const std::string& name) {
  for (const auto& [key, value] : report.at(0).values)
    if (key == name) {
      if (const auto* whole = std::get_if<std::int64_t>(&value)) return double(*whole);
      if (const auto* flag = std::get_if<bool>(&value)) return *flag;
      return std::get<double>(value);
    }
  throw std::out_of_range("nothing is reported as " + name);
}

std::vector<pixels> test_images(int height, int width, int channels) {
  return {photograph(height, width, channels, 3), zone_plate(height, width, channels),
          checkerboard(height, width, channels), white_pixel(height, width, channels)};
}

pixels result_of(const troupe::transform& t, const pixels& p, std::uint64_t offset,
                 std::vector<troupe::drawn>* report) {
  const troupe::recipe r({t}, {}, p.shape);
  troupe::scratch memory;
  std::vector<float> row(r.shape().bytes());
  if (const auto bad = r.run(raw(p), {.seed = 5, .offset = offset}, row.data(), memory, report))
    throw std::runtime_error(bad.detail);
  if (memory.bytes() > r.inspect(raw(p)).scratch_bytes) throw std::logic_error(t.to_string() + " took too much");
  return as_bytes(row, r.shape());
}

difference compare(const pixels& got, const pixels& want) {
  difference d;
  for (std::size_t i = 0; i < want.data.size(); ++i) {
    const double error = std::abs(int(got.data.at(i)) - int(want.data[i]));
    d.mean += error / double(want.data.size());
    d.most = std::max(d.most, error);
  }
  return d;
}

std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::invalid_argument& e) { return e.what(); }
  return "nothing was thrown";
}
