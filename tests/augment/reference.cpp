#include "reference.hpp"

#include <troupe/augment/implementation.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace {

std::vector<double> weights(int length, int full, int output, bool antialias) {
  const double scale = double(length) / full, support = antialias ? std::max(1.0, scale) : 1.0;
  const double center = (output + 0.5) * scale;
  std::vector<double> w(std::size_t(length), 0.0);
  double sum = 0;
  for (int x = 0; x < length; ++x) sum += w[std::size_t(x)] = std::max(0.0, 1 - std::abs(x + 0.5 - center) / support);
  for (double& v : w) v /= sum;
  return w;
}

class exact_part final : public troupe::transform::implementation {
 public:
  exact_part(troupe::rect part, int height, int width, bool antialias)
      : implementation(kind::geometry), part_(part), height_(height), width_(width), antialias_(antialias) {}
  std::string name() const override { return "resized_part"; }
  std::string to_string() const override { return "resized_part()"; }
  troupe::resampling arrange(const troupe::transform::step&) const override {
    return {part_, height_, width_, {0, 0, height_, width_}, false, false, antialias_};
  }
  troupe::resampling widest(troupe::extent) const override {
    return {part_, height_, width_, {0, 0, height_, width_}, false, false, antialias_};
  }
  bool scales() const override { return true; }
  std::optional<troupe::extent> result(std::optional<troupe::extent>) const override {
    return troupe::extent{height_, width_};
  }

 private:
  troupe::rect part_;
  int height_ = 0, width_ = 0;
  bool antialias_ = true;
};

}  // namespace

exact resampled(const pixels& p, const troupe::rect& part, int height, int width, bool antialias) {
  const int channels = p.shape.channels;
  std::vector<double> across(std::size_t(part.height * width * channels), 0.0);
  for (int x = 0; x < width; ++x) {
    const auto w = weights(part.width, width, x, antialias);
    for (int y = 0; y < part.height; ++y)
      for (int k = 0; k < part.width; ++k)
        if (w[std::size_t(k)] > 0)
          for (int c = 0; c < channels; ++c)
            across[std::size_t((y * width + x) * channels + c)] +=
                w[std::size_t(k)] * p.at(part.top + y, part.left + k, c);
  }
  exact e{{height, width, channels}, std::vector<double>(std::size_t(height * width * channels), 0.0)};
  for (int y = 0; y < height; ++y) {
    const auto w = weights(part.height, height, y, antialias);
    for (int k = 0; k < part.height; ++k)
      if (w[std::size_t(k)] > 0)
        for (int i = 0; i < width * channels; ++i)
          e.data[std::size_t(y * width * channels + i)] +=
              w[std::size_t(k)] * across[std::size_t(k * width * channels + i)];
  }
  return e;
}

difference compare(const std::vector<float>& row, const exact& e) {
  difference d;
  const auto [height, width, channels] = e.shape;
  for (int c = 0; c < channels; ++c)
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        const double error = std::abs(double(row[std::size_t((c * height + y) * width + x)]) * 255 - e.at(y, x, c));
        d.mean += error / double(e.data.size());
        d.most = std::max(d.most, error);
      }
  return d;
}

std::vector<float> run(const troupe::recipe& r, const troupe::picture& p, const troupe::sample_key& key,
                       std::vector<troupe::drawn>* report) {
  static thread_local troupe::scratch memory;
  std::vector<float> row(r.shape().bytes(), -1.0f);
  if (const auto bad = r.run(p, key, row.data(), memory, report))
    throw std::runtime_error(std::string(to_string(bad.reason)) + ": " + bad.detail);
  return row;
}

pixels as_bytes(const std::vector<float>& row, troupe::image_shape shape) {
  pixels p(shape);
  for (int y = 0; y < shape.height; ++y)
    for (int x = 0; x < shape.width; ++x)
      for (int c = 0; c < shape.channels; ++c)
        p.at(y, x, c) = std::uint8_t(std::lround(row[std::size_t((c * shape.height + y) * shape.width + x)] * 255));
  return p;
}

troupe::transform resized_part(troupe::rect part, int height, int width, bool antialias) {
  return troupe::transform(std::make_shared<exact_part>(part, height, width, antialias));
}
