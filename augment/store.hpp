#pragma once
#include <troupe/augment/colour.hpp>
#include <troupe/augment/image.hpp>
#include <troupe/augment/row_format.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace troupe::kernels {

/// Stores n pixels of one line into a row of a batch that is an image of `shape`: the first one is pixel `at`, counted
/// line by line. `planes`: a channel each, readable `padding` beyond n. Mirrored, the last one comes first. Writes
/// exactly n pixels; the same bits at every SIMD level. Other threads see them behind `settled_stores`.
void store(const std::array<const std::uint8_t*, 3>& planes, int n, bool mirror, image_shape shape, std::size_t at,
           const row_target& to);

/// Where it ends, what `store` wrote past the caches comes before anything that is written from there on.
struct settled_stores {
  settled_stores() = default;
  ~settled_stores();
  settled_stores(const settled_stores&) = delete;
  settled_stores& operator=(const settled_stores&) = delete;
};

/// Gives pixels of a row of a batch one colour, as `store` would.
class filler {
 public:
  filler(image_shape shape, const colour& c, const row_target& to);
  /// Pixels first … end - 1, counted line by line.
  void operator()(std::size_t first, std::size_t end) const;

 private:
  template <class T>
  void fill(std::size_t first, std::size_t n) const;

  image_shape shape_;
  row_target to_;
  std::array<std::uint32_t, 3> one_{};  // a pixel, as elements beside each other
};

}  // namespace troupe::kernels
