#pragma once
#include <troupe/augment/colour.hpp>
#include <troupe/augment/generator.hpp>
#include <troupe/augment/image.hpp>
#include <troupe/augment/padding_mode.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace troupe {

/// A rectangle in pixels: rows top … top + height - 1, columns left … left + width - 1.
struct rect {
  int top = 0, left = 0, height = 0, width = 0;
  bool operator==(const rect&) const = default;
};

/// The parameters that a transform drew for one sample, as `troupe inspect` prints them: `{"op": "…", name: value, …}`.
struct drawn {
  using value = std::variant<bool, std::int64_t, double, std::string>;
  std::string op;
  std::vector<std::pair<std::string, value>> values;
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
/// a function on the pixels:
///
///     troupe::transform darken("darken", [](troupe::image& pixels, troupe::generator& g) { … });
///
/// Called on several workers at once: capture by value, keep no state.
class transform {
 public:
  /// A point of a list: what a transform is told, what it may change.
  struct step;
  class implementation;

  /// A transform of one's own. It may change every pixel, not the shape.
  transform(std::string name, std::function<void(image&, generator&)> apply);
  explicit transform(std::shared_ptr<const implementation> i) : implementation_(std::move(i)) {}

  /// As it is written: `random_resized_crop(224, scale=(0.08, 1), ratio=(0.75, 1.333))`.
  std::string to_string() const;
  const implementation& operator*() const noexcept { return *implementation_; }
  const implementation* operator->() const noexcept { return implementation_.get(); }

 private:
  std::shared_ptr<const implementation> implementation_;
};

}  // namespace troupe
