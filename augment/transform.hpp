#pragma once
#include <troupe/augment/colour.hpp>
#include <troupe/augment/generator.hpp>
#include <troupe/augment/image.hpp>
#include <troupe/augment/padding_mode.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace troupe {

/// A rectangle in pixels: rows top … top + height - 1, columns left … left + width - 1.
struct rect {
  int top = 0, left = 0, height = 0, width = 0;
  bool operator==(const rect&) const = default;
};

/// Random numbers that a transform drew for every pixel, `shape` as the transform says: `noise` of gaussian_noise,
/// `displacement` of elastic_transform, `value` of random_erasing.
struct drawn_field {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// The parameters that a transform drew for one sample, as `troupe inspect` prints them: `{"op": "…", name: value, …}`.
struct drawn {
  using value = std::variant<bool, std::int64_t, double, std::string>;
  std::string op;
  std::vector<std::pair<std::string, value>> values;
  std::vector<drawn_field> fields = {};  ///< where they were asked for
};

/// Where a transform of one's own says what it drew: `note("by", 0.25)`. Where nobody asked, nothing happens.
class notes {
 public:
  explicit notes(drawn* report) noexcept : report_(report) {}

  /// A truth value, a whole number, a real one or a word, under a name of its own.
  template <class T>
  void operator()(std::string name, const T& value) const {
    if (!report_) return;
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
      report_->values.emplace_back(std::move(name), std::int64_t(value));
    else
      report_->values.emplace_back(std::move(name), drawn::value(value));
  }

 private:
  drawn* report_ = nullptr;
};

/// Which pixels of the source become which pixels of the result: the source rectangle, resampled to `full`, of which
/// the `window` is kept, mirrored or not; where that lies beyond the full image stands `fill`, or what `beyond` shows
/// of the image. Axis-aligned transforms in a row compose into one such view, so that only
/// what is needed is decoded and one resampling pass writes the result.
struct resampling {
  rect source;
  int full_height = 0, full_width = 0;
  rect window;
  bool mirror = false, upside_down = false;
  bool antialias = true;
  colour fill = 0;
  padding_mode beyond = padding_mode::constant;
  bool operator==(const resampling&) const = default;
};

/// One augmentation. Most are made by the functions of this room (`random_resized_crop(224)`); one's own is a name and
/// a function on the pixels, and takes its place in text by `register_transform`:
///
///     troupe::transform darken("darken", [](troupe::image& pixels, troupe::generator& g) { … });
///     troupe::transform darken("darken(0.5)", [](troupe::image& pixels, troupe::generator& g, const troupe::notes&
///     note) {
///       const double by = g.uniform(0, 0.5);
///       note("by", by);  // for `troupe inspect` and whoever else asks
///       …
///     });
///
/// Called on several workers at once: capture by value, keep no state.
class transform {
 public:
  /// A point of a list: what a transform is told, what it may change.
  struct step;
  class implementation;

  /// A transform of one's own. It may change every pixel, but neither their shape nor where they lie: a sample with
  /// which it does that, or at which it throws, is a bad one, and the detail begins with the transform as it prints
  /// itself. `written` is its name, or the whole call as it is to be printed; reports carry the name. Throws
  /// std::invalid_argument where either is missing.
  transform(std::string written, std::function<void(image&, generator&)> apply);
  transform(std::string written, std::function<void(image&, generator&, const notes&)> apply);
  explicit transform(std::shared_ptr<const implementation> i) : implementation_(std::move(i)) {}

  /// As it is written: `random_resized_crop(224, scale=(0.08, 1), ratio=(0.75, 1.3333333333333333))`.
  std::string to_string() const;
  const implementation& operator*() const noexcept { return *implementation_; }
  const implementation* operator->() const noexcept { return implementation_.get(); }

 private:
  std::shared_ptr<const implementation> implementation_;
};

}  // namespace troupe
