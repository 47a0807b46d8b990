#include <troupe/augment/implementation.hpp>
#include <troupe/augment/mixing.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace troupe {

namespace {

class one_of final : public batch_transform::implementation {
 public:
  one_of(std::vector<batch_transform> parts, std::vector<double> p) : parts_(std::move(parts)), weights_(std::move(p)) {
    if (parts_.empty()) throw std::invalid_argument("random_choice: transforms must be at least one, got none");
    if (weights_.empty()) weights_.assign(parts_.size(), 1);
    const double sum = std::accumulate(weights_.begin(), weights_.end(), 0.0);
    const bool right = weights_.size() == parts_.size() && std::isfinite(sum) && sum > 0 &&
                       std::all_of(weights_.begin(), weights_.end(), [](double w) { return w >= 0; });
    if (!right) {
      throw std::invalid_argument("random_choice: p must be " + std::to_string(parts_.size()) +
                                  " weights >= 0, not all 0, got " + std::to_string(weights_.size()));
    }
  }
  std::string name() const override { return "random_choice"; }
  std::string to_string() const override {
    std::string list, p;
    for (const batch_transform& t : parts_) list += (list.empty() ? "" : ", ") + t.to_string();
    for (const double w : weights_) p += (p.empty() ? "" : ", ") + spelled(w);
    const bool alike = std::adjacent_find(weights_.begin(), weights_.end(), std::not_equal_to<>()) == weights_.end();
    return "random_choice([" + list + "]" + (alike ? "" : ", p=[" + p + "]") + ")";
  }
  bool mixes_labels() const override {
    return std::any_of(parts_.begin(), parts_.end(), [](const batch_transform& t) { return t->mixes_labels(); });
  }
  bool converts() const override {
    return std::all_of(parts_.begin(), parts_.end(), [](const batch_transform& t) { return t->converts(); });
  }
  std::size_t scratch_bytes(std::size_t row_bytes, std::size_t classes) const override {
    std::size_t most = 0;
    for (const batch_transform& t : parts_) most = std::max(most, t->scratch_bytes(row_bytes, classes));
    return most;
  }
  void apply(const batch_rows& b, const batch_transform::step& s) const override {
    double at = s.random.uniform(0, std::accumulate(weights_.begin(), weights_.end(), 0.0));
    std::size_t choice = 0;
    while (choice + 1 < parts_.size() && (at -= weights_[choice]) >= 0) ++choice;
    if (s.report) {
      s.report->values.emplace_back("choice", std::int64_t(choice));
      s.report->values.emplace_back("chosen", parts_[choice]->name());
    }
    parts_[choice]->apply(b, s);
  }

 private:
  std::vector<batch_transform> parts_;
  std::vector<double> weights_;
};

}  // namespace

batch_transform random_choice(std::vector<batch_transform> transforms, std::vector<double> p) {
  return batch_transform(std::make_shared<one_of>(std::move(transforms), std::move(p)));
}

}  // namespace troupe
