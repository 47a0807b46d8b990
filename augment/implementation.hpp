#pragma once
#include <troupe/augment/arena.hpp>
#include <troupe/augment/extent.hpp>
#include <troupe/augment/lookup.hpp>
#include <troupe/augment/transform.hpp>
#include <troupe/augment/warp.hpp>

#include <span>
#include <string_view>
#include <vector>

namespace troupe {

class target_rendition;

/// A point of a list: what a transform is told. `shape` is the image as the transforms before have left it; `report`,
/// where given, receives the drawn parameters.
struct transform::step {
  image_shape shape;
  generator& random;
  drawn* report = nullptr;
  arena* memory = nullptr;            ///< for `apply` and `bend`, as much as `scratch_bytes` announced
  const image* from = nullptr;        ///< for `apply`, where what it changes is not in the image itself
  target_rendition* along = nullptr;  ///< mask, boxes and keypoints of the image, where it has any
  bool fields = false;                ///< fields are to be reported as well
  std::uint32_t view = 0;             ///< which of `views()` it is

  /// Where `apply` finds the pixels that become those of `made`.
  const image& before(const image& made) const noexcept { return from ? *from : made; }
  /// Warps the pixels, and what goes along with them: for transforms that touch pixels in other ways, too.
  void move(image& pixels, const warping& by) const;
  /// What goes along with the pixels goes through a view that `apply` shows in its own way.
  void follow(const resampling& view) const;

  /// Notes a parameter under torchvision's name for it.
  template <class T>
  void note(const char* name, T value) const {
    if (report) report->values.emplace_back(name, drawn::value(value));
  }
  /// Where to note numbers for every pixel, zeros at first; nullptr where nobody asked for them.
  std::vector<float>* field(const char* name, std::vector<std::int64_t> extents) const {
    if (!report || !fields) return nullptr;
    std::size_t n = 1;
    for (const std::int64_t e : extents) n *= std::size_t(e);
    return &report->fields.emplace_back(drawn_field{name, std::move(extents), std::vector<float>(n)}).values;
  }
};

/// What a transform does. `geometry` answers with the view of the image that it wants and `warp` with the map that it
/// is to be looked at through, and neither touches pixels: whatever belongs to the image takes the same view or map.
/// `points` answers with what becomes of a value, wherever it stands; `pixels` changes the image itself; `filter` looks
/// at it and says whether the sample is kept; `several` says which of its own transforms come next; `normalization`
/// closes the list. Immutable: called by several workers at once.
class transform::implementation {
 public:
  enum class kind { geometry, warp, points, pixels, filter, several, normalization };

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
  /// warp: draws, and says which map the image is looked at through; nothing where it stays as it is. The size stays.
  virtual std::optional<warping> bend(const step& s) const;
  /// The size of the result where it follows; `size` is empty where images differ.
  virtual std::optional<extent> result(std::optional<extent> size) const;
  /// points: puts itself behind what others before it make of a value.
  virtual void tabulate(lookup& table, const step& s, const seen_pixels& before) const;
  /// pixels: changes `pixels` in place, or puts another image there, out of `s.memory`. Where `s.from` is given, which
  /// follows from `output`, it fills `pixels` instead, of the size of its result; or says `pixels = *s.from`.
  virtual void apply(image& pixels, const step& s) const;
  /// filter: whether the sample is kept. The pixels may be the data set's own, and are not to be written.
  virtual bool keeps(const image& pixels, const step& s) const;
  /// What it does depends on what it saw before, not on the sample alone.
  virtual bool stateful() const { return false; }
  /// pixels: where it can write: over what it reads, in other memory only, or as it is told. So an image that may not
  /// be written is not copied first.
  enum class place { over, beside, either };
  virtual place output() const { return place::over; }
  /// pixels, warp: what `apply` or `bend` takes out of `s.memory`, at most.
  virtual std::size_t scratch_bytes(image_shape shape) const;
  /// several: all that it may choose from; and draws which of them come next, by their numbers, in order.
  virtual std::span<const transform> parts() const noexcept;
  virtual void choose(const step& s, std::vector<std::size_t>& next) const;
  /// several: what may be chosen, as far as the memory that it takes depends on it.
  using outcome_list = std::vector<std::vector<std::size_t>>;
  virtual outcome_list outcomes() const;
  /// Parts of the picture end up in several places, so that there is no one place for a mask, a box or a keypoint.
  virtual bool scatters() const { return false; }
  /// In so many ways it shows every sample, one after the other: `step::view` says which is wanted.
  virtual std::uint32_t views() const { return 1; }
  /// Nothing in it is left to chance: evaluation does it as well.
  virtual bool certain() const { return false; }
  /// normalization: value / 255 - mean, divided by std; one number a channel, or one for all.
  virtual const std::vector<double>& mean() const;
  virtual const std::vector<double>& standard_deviation() const;

  const kind what;
};

/// The whole image as it is.
resampling whole(extent size) noexcept;

/// A warp that only moves whole pixels or turns the image by half a circle, as the view that shows the same.
std::optional<resampling> as_view(const warping& by, extent size) noexcept;

/// One view after another as a single one, where one resampling pass gives the same pixels: crops and mirrors always,
/// margins of one colour, one scaling after any crops that stay inside the image. Empty where it must be two passes.
std::optional<resampling> compose(const resampling& first, const resampling& second) noexcept;

/// True where no pixel is interpolated: only cropped, padded and mirrored.
inline bool unscaled(const resampling& r) noexcept {
  return r.source.height == r.full_height && r.source.width == r.full_width;
}

/// The middle of an image as `center_crop` takes it; it may reach beyond.
rect middle_of(extent size, extent part) noexcept;

/// The part of the image that a view shows as it is; empty where it changes anything about it.
std::optional<rect> part_shown(const resampling& view) noexcept;

/// A part of an image, in the same memory.
image part_of(const image& i, const rect& part) noexcept;
/// An image out of the arena. Throws std::bad_alloc.
image image_in(arena& memory, image_shape shape);
/// What `image_in` takes.
std::size_t image_bytes(image_shape shape) noexcept;

/// Throws std::invalid_argument unless p is in 0 ... 1: `random_invert: p must be in 0 ... 1, got 2`.
void check_probability(const char* transform, double p);

/// Throws std::invalid_argument unless both sides are in 1 ... 16384: `resize: size must be >= 1, got 0`.
void check_sides(const char* transform, const sides& size);

/// A number as a user writes it, `0.08`, `224`; all of it, so that what is read again is the same.
std::string spelled(double value);

}  // namespace troupe
