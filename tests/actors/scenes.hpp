#pragma once
// Pictures with all that may belong to one.
#include <troupe/sources/zip.hpp>

#include <cstdint>

namespace troupe::test {

/// What comes with the pictures of `scenes`.
struct scene_parts {
  bool files = false;  ///< PNGs of the `cabinet`, as large as it says, at least 8 x 8; otherwise 8 x 8 in memory
  bool masks = true, second = true, marked = true;
};

/// n pictures with masks, a second picture (`second`), and 0 … 3 boxes and keypoints each. Classes are the index modulo
/// 3; that of box b of sample i is i + b.
dataset scenes(std::uint64_t n, scene_parts parts = {});

}  // namespace troupe::test
