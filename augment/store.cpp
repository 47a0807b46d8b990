#include <troupe/augment/store.hpp>

#include <algorithm>
#include <bit>
#include <cstring>

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "troupe/augment/store.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace troupe::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using floats = hn::ScalableTag<float>;

/// How values become elements of T, a vector of as many as there are floats in one at a time, or one alone.
template <class T>
struct converted {
  using tag = hn::Rebind<T, floats>;
  static constexpr floats d{};
  static constexpr hn::RebindToSigned<floats> d32{};
  static constexpr hn::RebindToUnsigned<floats> u32{};
  static constexpr hn::Rebind<std::uint8_t, floats> d8{};
  static constexpr tag out{};

  float scale = 1, bias = 0;

  HWY_INLINE hn::Vec<tag> operator()(const std::uint8_t* from, bool mirror) const {
    if constexpr (sizeof(T) == 1) {
      if (!mirror) return hn::LoadU(out, from);
      return hn::DemoteTo(out, hn::Reverse(d32, hn::PromoteTo(d32, hn::LoadU(d8, from))));
    } else {
      const auto value = hn::ConvertTo(d, hn::PromoteTo(d32, hn::LoadU(d8, from)));
      auto result = hn::Add(hn::Mul(value, hn::Set(d, scale)), hn::Set(d, bias));
      if (mirror) result = hn::Reverse(d, result);
      if constexpr (sizeof(T) == 4) {
        return result;
      } else {  // the upper half, after half of the lower one was added; a tie goes to the even one
        const auto bits = hn::BitCast(u32, result);
        const auto even = hn::And(hn::ShiftRight<16>(bits), hn::Set(u32, 1));
        return hn::TruncateTo(out, hn::ShiftRight<16>(hn::Add(hn::Add(bits, hn::Set(u32, 0x7FFF)), even)));
      }
    }
  }
  T operator()(std::uint8_t from) const {
    if constexpr (sizeof(T) == 1) {
      return from;
    } else {
      const float result = float(from) * scale + bias;
      if constexpr (sizeof(T) == 4) {
        return result;
      } else {
        const auto bits = std::bit_cast<std::uint32_t>(result);
        return T((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
      }
    }
  }
};

// Runs over n pixels, a vector at a time; the last vector overlaps the one before.
template <class Vectors, class One>
HWY_INLINE void each(int n, Vectors vectors, One one) {
  const int lanes = int(hn::Lanes(floats()));
  if (n < lanes) {
    for (int x = 0; x < n; ++x) one(x);
    return;
  }
  for (int x = 0;; x = std::min(x + lanes, n - lanes)) {
    vectors(x);
    if (x + lanes == n) return;
  }
}

template <class T>
void store_plane(const std::uint8_t* HWY_RESTRICT from, int n, bool mirror, converted<T> c, T* HWY_RESTRICT to) {
  const int lanes = int(hn::Lanes(floats()));
  each(
      n, [&](int x) HWY_ATTR { hn::StoreU(c(from + x, mirror), c.out, to + (mirror ? n - lanes - x : x)); },
      [&](int x) { to[mirror ? n - 1 - x : x] = c(from[x]); });
}

/// Whether these are whole cache lines of a row that no cache would keep until it is read: written past the caches,
/// they are not read from memory before.
bool past_caches(const float* to, int n, image_shape shape) {
  constexpr std::size_t line = 64, large = std::size_t{256} << 10;
  return shape.bytes() * sizeof(float) >= large && std::size_t(n) * sizeof(float) % line == 0 &&
         reinterpret_cast<std::uintptr_t>(to) % line == 0;
}

void stream_plane(const std::uint8_t* HWY_RESTRICT from, int n, bool mirror, converted<float> c,
                  float* HWY_RESTRICT to) {
  const int lanes = int(hn::Lanes(floats()));
  for (int x = 0; x < n; x += lanes) hn::Stream(c(mirror ? from + n - lanes - x : from + x, mirror), c.out, to + x);
}

template <class T>
void store_pixels(const std::array<const std::uint8_t*, 3>& planes, int n, bool mirror,
                  const std::array<converted<T>, 3>& c, T* HWY_RESTRICT to) {
  const int lanes = int(hn::Lanes(floats()));
  each(
      n,
      [&](int x) HWY_ATTR {
        hn::StoreInterleaved3(c[0](planes[0] + x, mirror), c[1](planes[1] + x, mirror), c[2](planes[2] + x, mirror),
                              c[0].out, to + 3 * (mirror ? n - lanes - x : x));
      },
      [&](int x) {
        for (std::size_t k = 0; k < 3; ++k) to[3 * (mirror ? n - 1 - x : x) + int(k)] = c[k](planes[k][x]);
      });
}

template <class T>
void store_as(const std::array<const std::uint8_t*, 3>& planes, int n, bool mirror, image_shape shape, std::size_t at,
              const row_target& target) {
  const std::size_t pixels = std::size_t(shape.height) * std::size_t(shape.width);
  T* to = static_cast<T*>(target.data);
  std::array<converted<T>, 3> c;
  for (std::size_t k = 0; k < 3; ++k) c[k].scale = target.scale[k], c[k].bias = target.bias[k];
  if (shape.channels == 3 && target.format.channels_last) return store_pixels<T>(planes, n, mirror, c, to + 3 * at);
  for (std::size_t k = 0; k < std::size_t(shape.channels); ++k) {
    T* plane = to + k * pixels + at;
    if constexpr (sizeof(T) == 4) {
      if (past_caches(plane, n, shape)) {
        stream_plane(planes[k], n, mirror, c[k], plane);
        continue;
      }
    }
    store_plane<T>(planes[k], n, mirror, c[k], plane);
  }
}

void store(const std::array<const std::uint8_t*, 3>& planes, int n, bool mirror, image_shape shape, std::size_t at,
           const row_target& to) {
  switch (to.format.type) {
    case element::uint8: return store_as<std::uint8_t>(planes, n, mirror, shape, at, to);
    case element::bfloat16: return store_as<std::uint16_t>(planes, n, mirror, shape, at, to);
    default: return store_as<float>(planes, n, mirror, shape, at, to);
  }
}

}  // namespace troupe::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace troupe::kernels {

HWY_EXPORT(store);

void store(const std::array<const std::uint8_t*, 3>& planes, int n, bool mirror, image_shape shape, std::size_t at,
           const row_target& to) {
  HWY_DYNAMIC_DISPATCH(store)(planes, n, mirror, shape, at, to);
}

settled_stores::~settled_stores() { hwy::FlushStream(); }

filler::filler(image_shape shape, const colour& c, const row_target& to) : shape_(shape), to_(to) {
  row_target one = to;
  one.data = one_.data();
  const std::uint8_t samples[] = {c[0], c[1], c[2]};
  store({samples, samples + 1, samples + 2}, 1, false, {1, 1, shape.channels}, 0, one);
}

template <class T>
void filler::fill(std::size_t first, std::size_t n) const {
  std::array<T, 3> one{};
  std::memcpy(one.data(), one_.data(), sizeof one);
  const auto channels = std::size_t(shape_.channels);
  const std::size_t pixels = std::size_t(shape_.height) * std::size_t(shape_.width);
  T* to = static_cast<T*>(to_.data);
  if (channels == 1 || !to_.format.channels_last) {
    for (std::size_t k = 0; k < channels; ++k) std::fill_n(to + k * pixels + first, n, one[k]);
  } else if (one[0] == one[1] && one[1] == one[2]) {
    std::fill_n(to + 3 * first, 3 * n, one[0]);
  } else {
    for (T* at = to + 3 * first; at < to + 3 * (first + n); at += 3) std::copy_n(one.data(), 3, at);
  }
}

void filler::operator()(std::size_t first, std::size_t end) const {
  switch (to_.format.type) {
    case element::uint8: return fill<std::uint8_t>(first, end - first);
    case element::bfloat16: return fill<std::uint16_t>(first, end - first);
    default: return fill<float>(first, end - first);
  }
}

}  // namespace troupe::kernels
#endif
