#include <troupe/augment/normalize.hpp>

#include <troupe/augment/implementation.hpp>
#include <troupe/augment/nearest.hpp>
#include <troupe/augment/spec_call.hpp>

#include <cmath>
#include <stdexcept>

namespace troupe {

namespace {

struct statistics {
  std::string_view dataset;
  std::vector<double> mean, deviation;
};

const std::vector<statistics>& known() {
  static const std::vector<statistics> all{
      {"imagenet", {0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}},
      {"cifar", {0.4914, 0.4822, 0.4465}, {0.2470, 0.2435, 0.2616}},
      {"fashion", {0.2860}, {0.3530}},
  };
  return all;
}

std::string spelled(const std::vector<double>& values) {
  std::string text;
  for (double v : values) text += (text.empty() ? "" : ", ") + troupe::spelled(v);
  return "(" + text + ")";
}

class normalization final : public transform::implementation {
 public:
  normalization(std::vector<double> mean, std::vector<double> deviation, std::string written)
      : implementation(kind::normalization),
        mean_(std::move(mean)),
        deviation_(std::move(deviation)),
        written_(std::move(written)) {}

  bool certain() const override { return true; }
  std::string name() const override { return "normalize"; }
  std::string to_string() const override { return "normalize(" + written_ + ")"; }
  const std::vector<double>& mean() const override { return mean_; }
  const std::vector<double>& standard_deviation() const override { return deviation_; }

 private:
  std::vector<double> mean_, deviation_;
  std::string written_;
};

}  // namespace

transform normalize(std::vector<double> mean, std::vector<double> deviation) {
  const auto fits = [](const std::vector<double>& v) { return v.size() == 1 || v.size() == 3; };
  if (!fits(mean) || mean.size() != deviation.size())
    throw std::invalid_argument("normalize: mean and std must both have 1 or 3 numbers, got " +
                                std::to_string(mean.size()) + " and " + std::to_string(deviation.size()));
  for (double m : mean)
    if (!std::isfinite(m)) throw std::invalid_argument("normalize: mean must be finite, got " + troupe::spelled(m));
  for (double d : deviation)
    if (!(d > 0) || !std::isfinite(d))
      throw std::invalid_argument("normalize: std must be > 0, got " + troupe::spelled(d));
  std::string written = spelled(mean) + ", " + spelled(deviation);
  return transform(std::make_shared<normalization>(std::move(mean), std::move(deviation), std::move(written)));
}

transform normalize(std::string_view dataset) {
  std::vector<std::string_view> words;
  for (const statistics& s : known()) {
    if (s.dataset == dataset)
      return transform(std::make_shared<normalization>(s.mean, s.deviation, std::string(dataset)));
    words.push_back(s.dataset);
  }
  throw std::invalid_argument("normalize: no statistics are known for '" + std::string(dataset) + "'; " +
                              did_you_mean(dataset, words));
}

transform imagenet_normalize() { return normalize("imagenet"); }

transform normalize_from(const spec_call& call) {
  call.allow({"mean", "std"});
  if (const auto* v = call.find("mean", 0); v && !v->word.empty()) return normalize(std::string_view(v->word));
  return normalize(call.numbers("mean", 0), call.numbers("std", 1));
}

transform imagenet_normalize_from(const spec_call& call) { return call.allow({}), imagenet_normalize(); }

}  // namespace troupe
