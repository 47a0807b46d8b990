#pragma once
#include <troupe/augment/mask_source.hpp>
#include <troupe/augment/picture_header.hpp>
#include <troupe/augment/recipe.hpp>
#include <troupe/augment/resampler.hpp>

namespace troupe {

/// A list of transforms that was checked, with what is the same for every sample.
struct recipe::plan {
  std::vector<transform> list;
  decode_options decode;
  std::optional<image_shape> stored;
  image_shape shape;             ///< of every result
  std::size_t geometric = 0;     ///< transforms before `normalize`
  row_target target;             ///< format, scale and bias by channel, no memory
  std::string scatters;          ///< the name of a transform that leaves no one place for a pixel, where there is one
  std::size_t stored_bytes = 0;  ///< scratch that raw pixels of the stored shape need

  /// Scratch bytes for one image as it comes out of the decoder, decoding itself not included.
  std::size_t rendering_bytes(image_shape decoded) const;
  /// All of it for an encoded picture.
  std::size_t picture_bytes(const picture_header& h) const;
  /// … and for its mask: no more than a grey picture takes.
  std::size_t mask_bytes(const mask_source& m) const;
};

}  // namespace troupe
