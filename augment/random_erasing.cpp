#include <troupe/augment/random_erasing.hpp>

#include <troupe/augment/implementation.hpp>
#include <troupe/augment/spec_arguments.hpp>

#include <cmath>
#include <stdexcept>

namespace troupe {

namespace {

class erasing final : public transform::implementation {
 public:
  erasing(double p, std::pair<double, double> scale, std::pair<double, double> ratio, std::optional<colour> value)
      : implementation(kind::pixels), p_(p), scale_(scale), ratio_(ratio), value_(value) {
    check_probability("random_erasing", p);
    if (!(scale.first >= 0 && scale.first <= scale.second && scale.second <= 1))
      throw std::invalid_argument("random_erasing: scale must be 0 <= low <= high <= 1, got " + pair(scale));
    if (!(ratio.first > 0 && ratio.first <= ratio.second && ratio.second <= 1e3))
      throw std::invalid_argument("random_erasing: ratio must be 0 < low <= high <= 1000, got " + pair(ratio));
    if (value) check_colour("random_erasing", "value", *value);
  }

  std::string name() const override { return "random_erasing"; }
  std::string to_string() const override {
    return "random_erasing(" + spelled(p_) + ", scale=" + pair(scale_) + ", ratio=" + pair(ratio_) +
           ", value=" + (value_ ? value_->to_string() : "random") + ")";
  }
  void apply(image& pixels, const transform::step& s) const override {
    const rect part = s.random.chance(p_) ? draw({s.shape.height, s.shape.width}, s.random) : rect{};
    s.note("erased", part.height > 0);
    if (part.height == 0) return;
    s.note("i", std::int64_t(part.top));
    s.note("j", std::int64_t(part.left));
    s.note("h", std::int64_t(part.height));
    s.note("w", std::int64_t(part.width));
    auto* field = value_ ? nullptr : s.field("value", {part.height, part.width, s.shape.channels});
    for (int y = part.top; y < part.top + part.height; ++y) {
      if (value_)
        paint(pixels.row(y), part.left, part.left + part.width, pixels.shape.channels, *value_);
      else
        scatter(pixels.row(y) + part.left * pixels.shape.channels, part.width * pixels.shape.channels, s.random);
    }
    if (field) copy(pixels, part, *field);
  }

 private:
  static std::string pair(const std::pair<double, double>& p) {
    return "(" + spelled(p.first) + ", " + spelled(p.second) + ")";
  }

  /// Empty where ten tries found no rectangle that is smaller than the image in both directions.
  rect draw(extent size, generator& random) const {
    for (int attempt = 0; attempt < 10; ++attempt) {
      const double area = double(size.height) * size.width * random.uniform(scale_.first, scale_.second);
      const double ratio = std::exp(random.uniform(std::log(ratio_.first), std::log(ratio_.second)));
      const int height = int(std::nearbyint(std::sqrt(area * ratio)));
      const int width = int(std::nearbyint(std::sqrt(area / ratio)));
      if (height >= size.height || width >= size.width) continue;
      const int top = int(random.below(std::uint32_t(size.height - height) + 1));
      const int left = int(random.below(std::uint32_t(size.width - width) + 1));
      return width > 0 ? rect{top, left, height, width} : rect{};
    }
    return {};
  }

  static void copy(const image& pixels, const rect& part, std::vector<float>& to) {
    auto at = to.begin();
    for (int y = part.top; y < part.top + part.height; ++y) {
      const std::uint8_t* row = pixels.row(y) + part.left * pixels.shape.channels;
      for (int x = 0; x < part.width * pixels.shape.channels; ++x) *at++ = float(row[x]) / 255;
    }
  }

  static void scatter(std::uint8_t* to, int n, generator& random) {
    std::uint32_t bits = 0;
    for (int i = 0; i < n; ++i, bits >>= 8) {
      if (i % 4 == 0) bits = random();
      to[i] = std::uint8_t(bits);
    }
  }

  double p_ = 0.5;
  std::pair<double, double> scale_, ratio_;
  std::optional<colour> value_;
};

}  // namespace

transform random_erasing(double p, std::pair<double, double> scale, std::pair<double, double> ratio,
                         std::optional<colour> value) {
  return transform(std::make_shared<erasing>(p, scale, ratio, value));
}

transform random_erasing_from(const spec_call& call) {
  call.allow({"p", "scale", "ratio", "value"});
  const auto* v = call.find("value", 3);
  const bool random = v && v->word == "random";
  return random_erasing(call.number("p", 0, 0.5), call.pair("scale", 1, {0.02, 0.33}),
                        call.pair("ratio", 2, {0.3, 3.3}),
                        random ? std::nullopt : std::optional(colour_in(call, "value", 3)));
}

}  // namespace troupe
