#include <troupe/augment/implementation.hpp>
#include <troupe/augment/mixing.hpp>

#include <algorithm>
#include <stdexcept>

namespace troupe {

namespace {

class smoothing final : public batch_transform::implementation {
 public:
  explicit smoothing(double epsilon) : epsilon_(epsilon) {
    if (!(epsilon >= 0 && epsilon < 1))
      throw std::invalid_argument("label_smoothing: epsilon must be at least 0 and below 1, got " + spelled(epsilon));
  }
  std::string name() const override { return "label_smoothing"; }
  std::string to_string() const override { return "label_smoothing(" + spelled(epsilon_) + ")"; }
  bool mixes_labels() const override { return true; }
  void apply(const batch_rows& b, const batch_transform::step&) const override {
    const auto kept = float(1 - epsilon_), everywhere = float(epsilon_ / double(std::max<std::size_t>(b.classes, 1)));
    for (std::size_t i = 0; i < b.rows * b.classes; ++i) b.labels[i] = kept * b.labels[i] + everywhere;
  }

 private:
  double epsilon_;
};

}  // namespace

batch_transform label_smoothing(double epsilon) { return batch_transform(std::make_shared<smoothing>(epsilon)); }

}  // namespace troupe
