#pragma once
#include <troupe/augment/extent.hpp>
#include <troupe/augment/transform.hpp>

#include <string_view>

namespace troupe {

/// A point of a list: what a transform is told. `shape` is the image as the transforms before have left it; `report`,
/// where given, receives the drawn parameters.
struct transform::step {
  image_shape shape;
  generator& random;
  drawn* report = nullptr;

  /// Notes a parameter under torchvision's name for it.
  template <class T>
  void note(const char* name, T value) const {
    if (report) report->values.emplace_back(name, drawn::value(value));
  }
};

/// What a transform does. One of three kinds: `geometry` answers with the view of the image that it wants and never
/// touches pixels, `pixels` changes them in place, `normalization` closes the list. Immutable: called by several
/// workers at once.
class transform::implementation {
 public:
  enum class kind { geometry, pixels, normalization };

  explicit implementation(kind k) noexcept : what(k) {}
  virtual ~implementation() = default;

  /// The name, and the call as it is written with all arguments.
  virtual std::string name() const = 0;
  virtual std::string to_string() const = 0;

  /// geometry: draws, and says which part of the image becomes what. Throws std::runtime_error where the image cannot
  /// be served: `random_crop: wants 32x32 out of 28x28`.
  virtual resampling arrange(const step& s) const;
  /// geometry: the view that needs most memory of all that `arrange` may draw for this size.
  virtual resampling widest(extent size) const;
  /// geometry: it may change the size of what is seen, not only cut or mirror it.
  virtual bool scales() const { return false; }
  /// geometry: the size of the result where it follows; `size` is empty where images differ.
  virtual std::optional<extent> result(std::optional<extent> size) const;
  /// pixels: changes `pixels` in place.
  virtual void apply(image& pixels, const step& s) const;
  /// normalization: value / 255 - mean, divided by std; one number a channel, or one for all.
  virtual const std::vector<double>& mean() const;
  virtual const std::vector<double>& standard_deviation() const;

  const kind what;
};

/// The whole image as it is.
resampling whole(extent size) noexcept;

/// One view after another as a single one, where one resampling pass gives the same pixels: crops and mirrors always,
/// one scaling after any crops that stay inside the image. Empty where it must be two passes.
std::optional<resampling> compose(const resampling& first, const resampling& second) noexcept;

/// True where no pixel is interpolated: only cropped and mirrored.
inline bool unscaled(const resampling& r) noexcept {
  return r.source.height == r.full_height && r.source.width == r.full_width;
}

/// Throws std::invalid_argument unless both sides are in 1 ... 16384: `resize: size must be >= 1, got 0`.
void check_sides(const char* transform, const sides& size);

/// A number as a user writes it: `0.08`, `224`.
std::string spelled(double value);

}  // namespace troupe
