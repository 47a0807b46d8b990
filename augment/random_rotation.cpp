#include <troupe/augment/random_rotation.hpp>

#include <troupe/augment/implementation.hpp>

#include <stdexcept>

namespace troupe {

namespace {

class random_turn final : public transform::implementation {
 public:
  random_turn(angles degrees, interpolation how, bool expand, std::optional<point> center, colour fill)
      : implementation(kind::warp), degrees_(degrees), how_(how), center_(center), fill_(fill) {
    check_angles("random_rotation", "degrees", degrees, 360);
    check_colour("random_rotation", "fill", fill);
    if (expand)
      throw std::invalid_argument(
          "random_rotation: expand must be false, got true; the size would differ from image to image");
  }

  std::string name() const override { return "random_rotation"; }
  std::string to_string() const override {
    return "random_rotation(" + degrees_.to_string() + ", interpolation=" + troupe::to_string(how_) +
           (center_ ? ", center=" + center_->to_string() : "") + ", fill=" + fill_.to_string() + ")";
  }
  std::optional<warping> bend(const transform::step& s) const override {
    const double angle = s.random.uniform(degrees_.low, degrees_.high);
    s.note("angle", angle);
    return warping{inverse_rotation(center_.value_or(middle(s.shape)), angle), how_, fill_};
  }

 private:
  angles degrees_;
  interpolation how_;
  std::optional<point> center_;
  colour fill_;
};

}  // namespace

transform random_rotation(angles degrees, interpolation how, bool expand, std::optional<point> center, colour fill) {
  return transform(std::make_shared<random_turn>(degrees, how, expand, center, fill));
}

}  // namespace troupe
