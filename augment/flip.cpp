#include <troupe/augment/flip.hpp>

#include <troupe/augment/implementation.hpp>
#include <troupe/augment/spec_arguments.hpp>

namespace troupe {

namespace {

class flip final : public transform::implementation {
 public:
  flip(bool horizontal, double p) : implementation(kind::geometry), horizontal_(horizontal), p_(p) {
    check_probability(horizontal ? "random_horizontal_flip" : "random_vertical_flip", p);
  }

  std::string name() const override { return horizontal_ ? "random_horizontal_flip" : "random_vertical_flip"; }
  std::string to_string() const override { return name() + "(" + spelled(p_) + ")"; }

  resampling arrange(const transform::step& s) const override {
    const bool flipped = s.random.chance(p_);
    s.note("flipped", flipped);
    resampling view = whole({s.shape.height, s.shape.width});
    (horizontal_ ? view.mirror : view.upside_down) = flipped;
    return view;
  }

 private:
  bool horizontal_ = true;
  double p_ = 0.5;
};

}  // namespace

transform random_horizontal_flip(double p) { return transform(std::make_shared<flip>(true, p)); }
transform random_vertical_flip(double p) { return transform(std::make_shared<flip>(false, p)); }

transform random_horizontal_flip_from(const spec_call& call) { return with_p(call, random_horizontal_flip); }
transform random_flip_from(const spec_call& call) { return with_p(call, random_horizontal_flip); }
transform random_vertical_flip_from(const spec_call& call) { return with_p(call, random_vertical_flip); }

}  // namespace troupe
