#pragma once
#include <troupe/augment/transform.hpp>

#include <utility>

namespace troupe {

/// Writes the image as a JPEG in memory and reads it again, so that a model learns what its blocks look like: 4:2:0,
/// libjpeg's tables for a quality drawn uniformly from low … high (1 … 100). The file and the decoder's memory are part
/// of the scratch; the encoder's rows, about 100 bytes a column, come from malloc and are freed. Reports `quality`.
transform jpeg(std::pair<int, int> quality = {1, 100});
inline transform jpeg(int quality) { return jpeg(std::pair(quality, quality)); }

}  // namespace troupe
