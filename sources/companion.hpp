#pragma once
#include <troupe/augment/box.hpp>
#include <troupe/augment/image.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace troupe {

class source;

/// Whether a name is that of a field that batches have for other reasons: `images`, `labels`, `boxes` …
bool is_reserved_field(std::string_view name) noexcept;

/// What a companion of a picture is.
enum class companion_kind : std::uint8_t {
  picture,  ///< a further picture, with a field of images of its own
  mask,     ///< class ids, as large as the picture: a PNG of at most 8 bits, or pixels `[H, W, 1]`
};

/// What every sample of a source has beside its picture, to be read as the picture is.
struct companion {
  std::string name;  ///< of the field in a batch
  companion_kind kind = companion_kind::picture;
  std::optional<image_shape> shape{};  ///< the one that all of them have, where that is known
  bool in_memory = false;
  bool keyed = false;  ///< a key, whose bytes a stage of one's own brings

  bool operator==(const companion&) const = default;
};

/// One sample of some source.
struct sample_of {
  const source* from = nullptr;
  std::uint64_t index = 0;

  std::string path() const;  ///< as it says
};

/// What is marked on one picture, in pixels as its file stores it. Valid as long as the source that says it.
struct annotations {
  std::span<const box> boxes{};
  std::span<const std::int64_t> box_labels{};  ///< the class of each box
  std::span<const keypoint> keypoints{};
};

/// The most that is marked on any picture of a source; nothing is the rule.
struct most_annotated {
  std::size_t boxes = 0, keypoints = 0;
  bool any() const noexcept { return boxes > 0 || keypoints > 0; }
};

}  // namespace troupe
