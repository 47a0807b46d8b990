#include <troupe/augment/colour_transforms.hpp>

#include <troupe/augment/colour_operations.hpp>
#include <troupe/augment/point_operations.hpp>
#include <troupe/augment/sometimes.hpp>
#include <troupe/augment/spec_arguments.hpp>

#include <stdexcept>

namespace troupe {

namespace {

struct without_arguments {
  std::string arguments() const { return ""; }
};

using place = transform::implementation::place;

struct making_grey : without_arguments {
  static constexpr place output = place::either;
  void operator()(image& pixels, const transform::step& s) const { colours::grey(s.before(pixels), pixels); }
};

struct inverting : without_arguments {
  void operator()(lookup& table, const seen_pixels&, const transform::step&) const { points::invert(table); }
};

struct posterizing {
  int bits = 8;
  std::string arguments() const { return std::to_string(bits); }
  void operator()(lookup& table, const seen_pixels&, const transform::step&) const { points::posterize(table, bits); }
};

struct solarizing {
  double threshold = 256;
  std::string arguments() const { return spelled(threshold); }
  void operator()(lookup& table, const seen_pixels&, const transform::step&) const {
    points::solarize(table, threshold);
  }
};

struct stretching : without_arguments {
  void operator()(lookup& table, const seen_pixels& before, const transform::step&) const {
    points::autocontrast(table, before);
  }
};

struct equalizing : without_arguments {
  void operator()(lookup& table, const seen_pixels& before, const transform::step&) const {
    points::equalize(table, before);
  }
};

struct sharpening {
  double factor = 1;
  std::string arguments() const { return spelled(factor); }
  static constexpr place output = place::beside;
  void operator()(image& pixels, const transform::step& s) const { colours::sharpness(*s.from, pixels, factor); }
  std::size_t scratch_bytes(image_shape shape) const { return image_bytes(shape); }
};

class permutation final : public transform::implementation {
 public:
  permutation() : implementation(kind::pixels) {}
  std::string name() const override { return "random_channel_permutation"; }
  std::string to_string() const override { return name() + "()"; }

  void apply(image& pixels, const transform::step& s) const override {
    std::array<int, 3> order{0, 1, 2};
    for (std::uint32_t i = 2; i > 0; --i) std::swap(order[i], order[s.random.below(i + 1)]);
    if (s.report)
      s.note("permutation", std::to_string(order[0]) + " " + std::to_string(order[1]) + " " + std::to_string(order[2]));
    colours::permutation(s.before(pixels), pixels, order);
  }
  place output() const override { return place::either; }
};

}  // namespace

transform grayscale(int num_output_channels) {
  if (num_output_channels != 3)
    throw std::invalid_argument("grayscale: num_output_channels must be 3, got " + std::to_string(num_output_channels) +
                                "; rows of colour pictures keep three channels, all the same");
  return with_chance("grayscale", making_grey{});
}
transform random_grayscale(double p) { return with_chance("random_grayscale", making_grey{}, p); }
transform random_invert(double p) { return with_chance("random_invert", inverting{}, p); }
transform random_autocontrast(double p) { return with_chance("random_autocontrast", stretching{}, p); }
transform random_equalize(double p) { return with_chance("random_equalize", equalizing{}, p); }

transform random_posterize(int bits, double p) {
  if (bits < 0 || bits > 8)
    throw std::invalid_argument("random_posterize: bits must be in 0 ... 8, got " + std::to_string(bits));
  return with_chance("random_posterize", posterizing{bits}, p);
}

transform random_solarize(double threshold, double p) {
  if (!(threshold >= 0 && threshold <= 256))
    throw std::invalid_argument("random_solarize: threshold must be in 0 ... 256, got " + spelled(threshold));
  return with_chance("random_solarize", solarizing{threshold}, p);
}

transform random_adjust_sharpness(double sharpness_factor, double p) {
  if (!(sharpness_factor >= 0 && sharpness_factor <= 1000))
    throw std::invalid_argument("random_adjust_sharpness: sharpness_factor must be in 0 ... 1000, got " +
                                spelled(sharpness_factor));
  return with_chance("random_adjust_sharpness", sharpening{sharpness_factor}, p);
}

transform random_channel_permutation() { return transform(std::make_shared<permutation>()); }

transform grayscale_from(const spec_call& call) {
  call.allow({"num_output_channels"});
  return grayscale(int(call.whole("num_output_channels", 0, 3)));
}
transform random_grayscale_from(const spec_call& call) { return with_p(call, random_grayscale, 0.1); }
transform random_invert_from(const spec_call& call) { return with_p(call, random_invert); }
transform random_autocontrast_from(const spec_call& call) { return with_p(call, random_autocontrast); }
transform random_equalize_from(const spec_call& call) { return with_p(call, random_equalize); }

transform random_posterize_from(const spec_call& call) {
  call.allow({"bits", "p"});
  return random_posterize(int(call.whole("bits", 0)), call.number("p", 1, 0.5));
}

transform random_solarize_from(const spec_call& call) {
  call.allow({"threshold", "p"});
  return random_solarize(call.number("threshold", 0), call.number("p", 1, 0.5));
}

transform random_adjust_sharpness_from(const spec_call& call) {
  call.allow({"sharpness_factor", "p"});
  return random_adjust_sharpness(call.number("sharpness_factor", 0), call.number("p", 1, 0.5));
}

transform random_channel_permutation_from(const spec_call& call) {
  return call.allow({}), random_channel_permutation();
}

}  // namespace troupe
