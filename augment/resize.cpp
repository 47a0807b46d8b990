#include <troupe/augment/resize.hpp>

#include <troupe/augment/implementation.hpp>
#include <troupe/augment/spec_call.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace troupe {

namespace {

resampling resampled(const rect& source, extent to, bool antialias) {
  return {.source = source,
          .full_height = to.height,
          .full_width = to.width,
          .window = {0, 0, to.height, to.width},
          .antialias = antialias};
}

class whole_image final : public transform::implementation {
 public:
  whole_image(sides size, bool antialias) : implementation(kind::geometry), size_(size), antialias_(antialias) {
    check_sides("resize", size);
  }

  bool certain() const override { return true; }
  std::string name() const override { return "resize"; }
  std::string to_string() const override {
    return "resize(" + size_.to_string() + (antialias_ ? "" : ", antialias=false") + ")";
  }
  resampling arrange(const transform::step& s) const override {
    const extent to = target({s.shape.height, s.shape.width});
    s.note("height", std::int64_t(to.height));
    s.note("width", std::int64_t(to.width));
    return resampled({0, 0, s.shape.height, s.shape.width}, to, antialias_);
  }
  resampling widest(extent size) const override {
    return resampled({0, 0, size.height, size.width}, target(size), antialias_);
  }
  bool scales() const override { return true; }
  std::optional<extent> result(std::optional<extent> size) const override {
    if (!size_.square) return extent{size_.height, size_.width};
    return size ? std::optional(target(*size)) : std::nullopt;
  }

 private:
  // torchvision: the longer side is int(size * longer / shorter), cut, not rounded
  extent target(extent size) const {
    if (!size_.square) return {size_.height, size_.width};
    const std::int64_t side = size_.height;
    const auto longer = [&](int l, int s) { return int(std::min<std::int64_t>(side * l / std::max(s, 1), 1 << 20)); };
    return size.height <= size.width ? extent{size_.height, longer(size.width, size.height)}
                                     : extent{longer(size.height, size.width), size_.height};
  }

  sides size_;
  bool antialias_ = true;
};

class random_part final : public transform::implementation {
 public:
  random_part(sides size, std::pair<double, double> scale, std::pair<double, double> ratio, bool antialias)
      : implementation(kind::geometry), size_(size), scale_(scale), ratio_(ratio), antialias_(antialias) {
    check_sides("random_resized_crop", size);
    check("scale", scale, 1.0);
    check("ratio", ratio, 1e3);
    log_low_ = std::log(ratio.first);
    log_high_ = std::log(ratio.second);
  }

  std::string name() const override { return "random_resized_crop"; }
  std::string to_string() const override {
    const auto pair = [](auto p) { return "(" + spelled(p.first) + ", " + spelled(p.second) + ")"; };
    return "random_resized_crop(" + size_.to_string() + ", scale=" + pair(scale_) + ", ratio=" + pair(ratio_) +
           (antialias_ ? ")" : ", antialias=false)");
  }
  resampling arrange(const transform::step& s) const override {
    const rect part = draw({s.shape.height, s.shape.width}, s.random);
    s.note("top", std::int64_t(part.top));
    s.note("left", std::int64_t(part.left));
    s.note("height", std::int64_t(part.height));
    s.note("width", std::int64_t(part.width));
    return resampled(part, {size_.height, size_.width}, antialias_);
  }
  resampling widest(extent size) const override {
    return resampled({0, 0, size.height, size.width}, {size_.height, size_.width}, antialias_);
  }
  bool scales() const override { return true; }
  std::optional<extent> result(std::optional<extent>) const override { return extent{size_.height, size_.width}; }

 private:
  static void check(const char* option, std::pair<double, double> range, double most) {
    if (!(range.first > 0 && range.first <= range.second && range.second <= most))
      throw std::invalid_argument(std::string("random_resized_crop: ") + option +
                                  " must be 0 < low <= high <= " + spelled(most) + ", got (" + spelled(range.first) +
                                  ", " + spelled(range.second) + ")");
  }

  rect draw(extent size, generator& random) const {
    const double area = double(size.height) * size.width;
    for (int attempt = 0; attempt < 10; ++attempt) {
      const double target = area * random.uniform(scale_.first, scale_.second);
      const double ratio = std::exp(random.uniform(log_low_, log_high_));
      const int width = int(std::nearbyint(std::sqrt(target * ratio)));
      const int height = int(std::nearbyint(std::sqrt(target / ratio)));
      if (width < 1 || height < 1 || width > size.width || height > size.height) continue;
      const int top = int(random.below(std::uint32_t(size.height - height) + 1));
      const int left = int(random.below(std::uint32_t(size.width - width) + 1));
      return {top, left, height, width};
    }
    extent part = size;
    const double ratio = double(size.width) / size.height;
    if (ratio < ratio_.first)
      part.height = std::clamp(int(std::nearbyint(size.width / ratio_.first)), 1, size.height);
    else if (ratio > ratio_.second)
      part.width = std::clamp(int(std::nearbyint(size.height * ratio_.second)), 1, size.width);
    return {(size.height - part.height) / 2, (size.width - part.width) / 2, part.height, part.width};
  }

  sides size_;
  std::pair<double, double> scale_, ratio_;
  double log_low_ = 0, log_high_ = 0;
  bool antialias_ = true;
};

}  // namespace

transform resize(sides size, bool antialias) { return transform(std::make_shared<whole_image>(size, antialias)); }

transform random_resized_crop(sides size, std::pair<double, double> scale, std::pair<double, double> ratio,
                              bool antialias) {
  return transform(std::make_shared<random_part>(size, scale, ratio, antialias));
}

transform resize_from(const spec_call& call) {
  call.allow({"size", "antialias"});
  return resize(call.size("size", 0), call.flag("antialias", 1, true));
}

transform random_resized_crop_from(const spec_call& call) {
  call.allow({"size", "scale", "ratio", "antialias"});
  return random_resized_crop(call.size("size", 0), call.pair("scale", 1, {0.08, 1.0}),
                             call.pair("ratio", 2, {3.0 / 4, 4.0 / 3}), call.flag("antialias", 3, true));
}

}  // namespace troupe
