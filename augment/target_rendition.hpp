#pragma once
#include <troupe/augment/implementation.hpp>
#include <troupe/augment/mask_source.hpp>
#include <troupe/augment/targets.hpp>

namespace troupe {

/// Mask, boxes and keypoints on their way through a recipe: every view and every map that their picture takes is handed
/// to them as soon as it is drawn. The mask gathers views as the picture does, and is warped as the picture would be by
/// nearest pixels.
class target_rendition {
 public:
  target_rendition(targets& along, const decode_options& decode) noexcept;

  /// Whether they can belong to this picture, `stored` in its file.
  failure check(image_shape stored) const;
  /// Not yet read; without a shape where there is no mask.
  const mask_source& mask() const noexcept { return source_; }
  /// Reads the mask, and turns everything upright.
  failure prepare(image_shape upright, const picture_header& picture, png_reader& reader, arena& memory);

  void look(resampling view);
  void bend(const warping& by);
  /// Writes the mask.
  void finish();

 private:
  template <class Move>
  void move_points(extent after, Move move);
  void keep();
  void show(std::uint8_t* to) const;

  targets& along_;
  mask_source source_;
  arena* memory_ = nullptr;
  image mask_;       ///< no data: there is none
  resampling view_;  ///< what is seen of it
  extent size_;      ///< of what is seen
};

}  // namespace troupe
