#pragma once
#include <troupe/augment/recipe.hpp>
#include <troupe/augment/targets.hpp>
#include <troupe/pipeline/options.hpp>
#include <troupe/pipeline/ring.hpp>
#include <troupe/sources/source.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// A further view of every sample, as it was described: a field of this name, made by this list.
struct described_view {
  std::string name;
  std::vector<transform> list;
};

/// A further field of images: a view of the sample's own picture, or a picture that comes with it.
struct image_field {
  std::size_t field = 0;    ///< of the layout
  std::size_t picture = 0;  ///< 0: the sample's own; n: companion n - 1
  recipe prepare;
  std::uint32_t view = 0;  ///< added to that of the sample's key; 0: the random numbers of `images`
};

/// What a batch has beside images, labels and indices, and which parts of a sample it is made of. Nothing of it is the
/// rule.
struct further_fields {
  static constexpr std::size_t none = 0;  ///< field 0 is `images`

  std::size_t companions = 0;  ///< of every sample, that are read: all or none
  std::vector<image_field> images;
  std::size_t masks = none, mask_companion = 0;  ///< `[N, H, W]` uint8
  std::uint8_t mask_fill = 0;
  /// `[N, M, 4]` float32, `[N, M]` int64, `[N]` int64
  std::size_t boxes = none, box_labels = none, lengths = none, most_boxes = 0;
  std::size_t keypoints = none, keypoint_lengths = none, most_keypoints = 0;  ///< `[N, K, 3]` float32, `[N]` int64

  /// Something goes along with the picture of `images`.
  bool along() const noexcept { return masks != none || boxes != none || keypoints != none; }

  /// What belongs to a sample, ready for `recipe::run`, which will write the mask. `too_large` where more is marked
  /// than there is room for, `corrupt` where it is no box, no point or no class.
  failure gather(targets& along, const source& data, std::uint64_t index, const picture& mask, const ring& memory,
                 std::uint32_t buffer, std::size_t row) const;
  /// What has become of boxes and keypoints goes to its row: boxes of which something is left, without gaps; every
  /// keypoint in its place.
  void write(const targets& along, const annotations& marked, const ring& memory, std::uint32_t buffer,
             std::size_t row) const;
};

/// How a row of further fields is made of the samples of a source: `first` is what makes their `images`, `list` its
/// transforms. Adds the fields to the layout. Throws std::invalid_argument where they cannot be made.
further_fields plan_further(const dataset& data, const recipe& first, const decode_options& decode,
                            const std::vector<described_view>& views, const augment_options& options, layout& fields);

/// The scratch that a sample in memory needs beside that of `first` alone, all of them being as large; at least that.
std::size_t stored_scratch(const dataset& data, const recipe& first, const further_fields& further);

}  // namespace troupe
