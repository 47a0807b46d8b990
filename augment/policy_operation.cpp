#include <troupe/augment/policy_operation.hpp>

#include <troupe/augment/affine.hpp>
#include <troupe/augment/colour_operations.hpp>
#include <troupe/augment/point_operations.hpp>

#include <algorithm>
#include <cmath>

namespace troupe {

const char* to_string(policy_operation o) noexcept {
  constexpr const char* names[] = {"Identity",  "ShearX",     "ShearY",       "TranslateX", "TranslateY",
                                   "Rotate",    "Brightness", "Color",        "Contrast",   "Sharpness",
                                   "Posterize", "Solarize",   "AutoContrast", "Equalize",   "Invert"};
  return names[std::size_t(o)];
}

double policy_strength::magnitude(policy_operation o, int bin, extent size) const noexcept {
  const double share = double(bin) / (bins - 1);
  switch (o) {
    case policy_operation::shear_x:
    case policy_operation::shear_y: return share * shear;
    case policy_operation::translate_x: return share * translate * (translate_pixels ? 1 : size.width);
    case policy_operation::translate_y: return share * translate * (translate_pixels ? 1 : size.height);
    case policy_operation::rotate: return share * degrees;
    case policy_operation::brightness:
    case policy_operation::color:
    case policy_operation::contrast:
    case policy_operation::sharpness: return share * enhance;
    case policy_operation::posterize: return posterize_from - std::nearbyint(share * posterize_by);
    case policy_operation::solarize: return 255 - share * 255;
    default: return 0;
  }
}

void note_operation(const transform::step& s, policy_operation o, double magnitude) {
  if (!s.report) return;
  auto& values = s.report->values;
  const auto before =
      std::count_if(values.begin(), values.end(), [](const auto& v) { return v.first.rfind("op_", 0) == 0; });
  const auto number = std::to_string(before + 1);
  values.emplace_back("op_" + number, std::string(to_string(o)));
  values.emplace_back("magnitude_" + number, magnitude);
}

policy_options checked(const char* transform, const policy_options& options) {
  check_colour(transform, "fill", options.fill);
  return options;
}

std::string written(const policy_options& options, const policy_options& usual) {
  std::string text;
  if (options.how != usual.how) text += ", interpolation=" + std::string(to_string(options.how));
  if (!(options.fill == usual.fill)) text += ", fill=" + options.fill.to_string();
  return text;
}

bool policy_strength::either_way(policy_operation o) noexcept {
  return o >= policy_operation::shear_x && o <= policy_operation::sharpness;
}

void policy_canvas::settle() {
  if (gathered_) points_.apply(pixels_);
  points_ = lookup();
  gathered_ = false;
}

void policy_canvas::sharpen(double factor) {
  image sharp = image_in(*step_.memory, pixels_.shape);
  colours::sharpness(pixels_, sharp, factor);
  pixels_ = sharp;
}

void policy_canvas::apply(policy_operation o, double magnitude) {
  const auto warped = [&](const affine_map& map) {
    settle();
    step_.move(pixels_, {map, options_.how, options_.fill});
  };
  const point middle = troupe::middle(pixels_.shape);
  const auto sheared = [&](point by) { warped(inverse_affine({}, 0, {}, 1, by)); };
  const auto moved = [&](point by) { warped(inverse_affine(middle, 0, by, 1, {})); };
  const double lean = std::atan(magnitude) * 180 / 3.14159265358979323846;
  const seen_pixels before(pixels_, points_);
  switch (o) {
    case policy_operation::identity: return;
    case policy_operation::shear_x: return sheared({lean, 0});
    case policy_operation::shear_y: return sheared({0, lean});
    case policy_operation::translate_x: return moved({std::trunc(magnitude), 0});
    case policy_operation::translate_y: return moved({0, std::trunc(magnitude)});
    case policy_operation::rotate: return warped(inverse_rotation(middle, magnitude));
    case policy_operation::color: return settle(), colours::saturation(pixels_, pixels_, 1 + magnitude);
    case policy_operation::sharpness: return settle(), sharpen(1 + magnitude);
    case policy_operation::brightness: points::brightness(points_, 1 + magnitude); break;
    case policy_operation::contrast: points::contrast(points_, 1 + magnitude, before); break;
    case policy_operation::posterize: points::posterize(points_, int(magnitude)); break;
    case policy_operation::solarize: points::solarize(points_, magnitude); break;
    case policy_operation::autocontrast: points::autocontrast(points_, before); break;
    case policy_operation::equalize: points::equalize(points_, before); break;
    case policy_operation::invert: points::invert(points_); break;
  }
  gathered_ = true;
}

}  // namespace troupe
