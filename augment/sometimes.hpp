#pragma once
#include <troupe/augment/implementation.hpp>

#include <string>
#include <utility>

namespace troupe {

/// A transform that happens with probability p, or always where it has none, and reports which it was. What it does is
/// `Operation`: a type with `arguments()`, as they are written before p, and one of
///
///     void operator()(lookup& table, const seen_pixels& before, const transform::step& s) const;  // points
///     void operator()(image& pixels, const transform::step& s) const;                             // pixels
///
/// the latter with `output`, a constant, where that is not `over`.
template <class Operation>
class sometimes final : public transform::implementation {
 public:
  sometimes(std::string name, Operation operation, std::optional<double> p)
      : implementation(on_points ? kind::points : kind::pixels),
        name_(std::move(name)),
        operation_(std::move(operation)),
        p_(p) {
    if (p) check_probability(name_.c_str(), *p);
  }

  std::string name() const override { return name_; }
  std::string to_string() const override {
    std::string inner = operation_.arguments();
    if (p_) inner += (inner.empty() ? "p=" : ", p=") + spelled(*p_);
    return name_ + "(" + inner + ")";
  }
  void tabulate(lookup& table, const transform::step& s, const seen_pixels& before) const override {
    if constexpr (on_points) {
      if (happens(s)) operation_(table, before, s);
    }
  }
  void apply(image& pixels, const transform::step& s) const override {
    if constexpr (!on_points) {
      if (happens(s))
        operation_(pixels, s);
      else
        pixels = s.before(pixels);
    }
  }
  place output() const override {
    if constexpr (requires { Operation::output; })
      return Operation::output;
    else
      return place::over;
  }
  std::size_t scratch_bytes(image_shape shape) const override {
    if constexpr (requires { operation_.scratch_bytes(shape); })
      return operation_.scratch_bytes(shape);
    else
      return 0;
  }
  bool certain() const override { return !p_; }

 private:
  static constexpr bool on_points =
      requires(const Operation& o, lookup& t, const seen_pixels& b, const transform::step& s) {
    o(t, b, s);
  };
  bool happens(const transform::step& s) const {
    if (!p_) return true;
    const bool now = s.random.chance(*p_);
    s.note("applied", now);
    return now;
  }

  std::string name_;
  Operation operation_;
  std::optional<double> p_;
};

template <class Operation>
transform with_chance(std::string name, Operation operation, std::optional<double> p = {}) {
  return transform(std::make_shared<sometimes<Operation>>(std::move(name), std::move(operation), p));
}

}  // namespace troupe
