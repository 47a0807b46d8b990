#include <troupe/augment/resize.hpp>

#include <troupe/augment/implementation.hpp>
#include <troupe/augment/spec_arguments.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace troupe {

namespace {

void check_bilinear(const char* transform, interpolation how) {
  if (how != interpolation::bilinear)
    throw std::invalid_argument(std::string(transform) + ": interpolation must be bilinear, got " +
                                troupe::to_string(how));
}

interpolation bilinear_in(const spec_call& call, std::size_t position) {
  call.word("interpolation", position, {"bilinear"}, "bilinear");
  return interpolation::bilinear;
}

resampling resampled(const rect& source, extent to, bool antialias) {
  return {.source = source,
          .full_height = to.height,
          .full_width = to.width,
          .window = {0, 0, to.height, to.width},
          .antialias = antialias};
}

class whole_image final : public transform::implementation {
 public:
  whole_image(sides size, interpolation how, std::optional<int> max_size, bool antialias)
      : implementation(kind::geometry), size_(size), max_size_(max_size), antialias_(antialias) {
    check_sides("resize", size);
    check_bilinear("resize", how);
    if (max_size && (!size.square || *max_size <= size.height || *max_size > 16384))
      throw std::invalid_argument("resize: max_size must be above a size of one number and at most 16384, got " +
                                  std::to_string(*max_size) + " for " + size.to_string());
  }

  bool certain() const override { return true; }
  std::string name() const override { return "resize"; }
  std::string to_string() const override {
    return "resize(" + size_.to_string() + (max_size_ ? ", max_size=" + std::to_string(*max_size_) : "") +
           (antialias_ ? "" : ", antialias=false") + ")";
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
    const auto [shorter, longer] = std::minmax(size.height, size.width);
    std::int64_t side = size_.height, other = side * longer / std::max(shorter, 1);
    if (max_size_ && other > *max_size_) {
      side = std::max<std::int64_t>(*max_size_ * side / other, 1);
      other = *max_size_;
    }
    other = std::min<std::int64_t>(other, 1 << 20);
    return size.height <= size.width ? extent{int(side), int(other)} : extent{int(other), int(side)};
  }

  sides size_;
  std::optional<int> max_size_;
  bool antialias_ = true;
};

class random_part final : public transform::implementation {
 public:
  random_part(sides size, std::pair<double, double> scale, std::pair<double, double> ratio, interpolation how,
              bool antialias)
      : implementation(kind::geometry), size_(size), scale_(scale), ratio_(ratio), antialias_(antialias) {
    check_sides("random_resized_crop", size);
    check_bilinear("random_resized_crop", how);
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

transform resize(sides size, interpolation how, std::optional<int> max_size, bool antialias) {
  return transform(std::make_shared<whole_image>(size, how, max_size, antialias));
}

transform random_resized_crop(sides size, std::pair<double, double> scale, std::pair<double, double> ratio,
                              interpolation how, bool antialias) {
  return transform(std::make_shared<random_part>(size, scale, ratio, how, antialias));
}

transform resize_from(const spec_call& call) {
  call.allow({"size", "interpolation", "max_size", "antialias"});
  const auto most = call.find("max_size", 2) ? std::optional(int(call.whole("max_size", 2))) : std::nullopt;
  return resize(call.size("size", 0), bilinear_in(call, 1), most, call.flag("antialias", 3, true));
}

transform random_resized_crop_from(const spec_call& call) {
  call.allow({"size", "scale", "ratio", "interpolation", "antialias"});
  return random_resized_crop(call.size("size", 0), call.pair("scale", 1, {0.08, 1.0}),
                             call.pair("ratio", 2, {3.0 / 4, 4.0 / 3}), bilinear_in(call, 3),
                             call.flag("antialias", 4, true));
}

}  // namespace troupe
