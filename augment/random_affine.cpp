#include <troupe/augment/random_affine.hpp>

#include <troupe/augment/implementation.hpp>
#include <troupe/augment/spec_arguments.hpp>

#include <cmath>
#include <stdexcept>

namespace troupe {

namespace {

class random_map final : public transform::implementation {
 public:
  random_map(angles degrees, const affine_options& o) : implementation(kind::warp), degrees_(degrees), options_(o) {
    check_angles("random_affine", "degrees", degrees, 360);
    check_angles("random_affine", "shear", o.shear, 89);
    check_angles("random_affine", "shear", o.shear_y, 89);
    check_colour("random_affine", "fill", o.fill);
    for (double t : {o.translate.first, o.translate.second})
      if (!(t >= 0 && t <= 1))
        throw std::invalid_argument("random_affine: translate must be in 0 ... 1, got " + spelled(t));
    if (!(o.scale.first > 0 && o.scale.first <= o.scale.second && o.scale.second <= 1e3))
      throw std::invalid_argument("random_affine: scale must be 0 < low <= high <= 1000, got " + pair(o.scale));
  }

  std::string name() const override { return "random_affine"; }
  std::string to_string() const override {
    const auto& o = options_;
    const std::string shear = o.shear_y.low == 0 && o.shear_y.high == 0
                                  ? o.shear.to_string()
                                  : "(" + spelled(o.shear.low) + ", " + spelled(o.shear.high) + ", " +
                                        spelled(o.shear_y.low) + ", " + spelled(o.shear_y.high) + ")";
    return "random_affine(" + degrees_.to_string() + ", translate=" + pair(o.translate) + ", scale=" + pair(o.scale) +
           ", shear=" + shear + ", interpolation=" + troupe::to_string(o.how) + ", fill=" + o.fill.to_string() +
           (o.center ? ", center=" + o.center->to_string() : "") + ")";
  }
  std::optional<warping> bend(const transform::step& s) const override {
    const auto& o = options_;
    const auto from = [&](const auto& low, const auto& high) { return s.random.uniform(low, high); };
    const auto within = [&](double most) { return std::nearbyint(from(-most, most)); };
    const double angle = from(degrees_.low, degrees_.high);
    point moved;
    moved.x = within(o.translate.first * s.shape.width);
    moved.y = within(o.translate.second * s.shape.height);
    const double scale = from(o.scale.first, o.scale.second);
    point shear;
    shear.x = from(o.shear.low, o.shear.high);
    shear.y = from(o.shear_y.low, o.shear_y.high);
    s.note("angle", angle);
    s.note("translate_x", std::int64_t(moved.x));
    s.note("translate_y", std::int64_t(moved.y));
    s.note("scale", scale);
    s.note("shear_x", shear.x);
    s.note("shear_y", shear.y);
    const point center = o.center.value_or(middle(s.shape));
    return warping{inverse_affine(center, angle, moved, scale, shear), o.how, o.fill};
  }

 private:
  static std::string pair(const std::pair<double, double>& p) {
    return "(" + spelled(p.first) + ", " + spelled(p.second) + ")";
  }

  angles degrees_;
  affine_options options_;
};

}  // namespace

transform random_affine(angles degrees, affine_options options) {
  return transform(std::make_shared<random_map>(degrees, options));
}

transform random_affine_from(const spec_call& call) {
  call.allow({"degrees", "translate", "scale", "shear", "interpolation", "fill", "center"});
  affine_options o;
  if (call.find("translate", 1)) {
    const auto v = call.numbers("translate", 1, {2});
    o.translate = {v[0], v[1]};
  }
  o.scale = call.pair("scale", 2, o.scale);
  if (call.find("shear", 3)) {
    const auto v = call.numbers("shear", 3, {1, 2, 4});
    o.shear = v.size() == 1 ? angles(v[0]) : angles(v[0], v[1]);
    if (v.size() == 4) o.shear_y = angles(v[2], v[3]);
  }
  o.how = interpolation_in(call, 4, o.how);
  o.fill = colour_in(call, "fill", 5);
  o.center = center_in(call, 6);
  return random_affine(angles_in(call, "degrees", 0), o);
}

}  // namespace troupe
