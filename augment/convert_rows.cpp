#include <troupe/augment/convert_rows.hpp>

#include <troupe/augment/blend_rows.hpp>

#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "troupe/augment/convert_rows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// after the target is chosen
#include <troupe/augment/element_lanes.hpp>

HWY_BEFORE_NAMESPACE();
namespace troupe::kernels::HWY_NAMESPACE {

/// Scale and bias of the elements from number k on: those of their channels where these are beside each other, and the
/// same for all of a plane.
struct by_channel {
  std::array<float, hn::MaxLanes(all_t()) + 2> scale{}, bias{};

  explicit by_channel(const row_target& to) {
    for (std::size_t i = 0; i < scale.size(); ++i) {
      scale[i] = to.scale[i % 3];
      bias[i] = to.bias[i % 3];
    }
  }
  template <class D>
  HWY_INLINE std::pair<hn::Vec<D>, hn::Vec<D>> at(D d, std::size_t k) const {
    return {load(d, &scale[k % 3]), load(d, &bias[k % 3])};
  }
};
struct of_plane {
  float scale = 1, bias = 0;

  template <class D>
  HWY_INLINE std::pair<hn::Vec<D>, hn::Vec<D>> at(D d, std::size_t) const {
    return {hn::Set(d, scale), hn::Set(d, bias)};
  }
};

/// What the next element is before it is stored in a row of T, as it would be read again.
template <class T, class D, class V>
HWY_INLINE V converted(D d, const std::uint8_t* from, const std::pair<V, V>& by) {
  const auto v = hn::Add(hn::Mul(load(d, from), by.first), by.second);
  if constexpr (sizeof(T) == 4)
    return v;
  else
    return hn::BitCast(d, hn::ShiftLeft<16>(upper_half(d, v)));
}

/// Rows that follow each other, with their weights where they are mixed.
template <class T>
struct row_group {
  std::uint8_t* rows = nullptr;
  std::size_t elements = 0;              ///< of a row
  const std::uint8_t* before = nullptr;  ///< values of the row before them
  const float *own = nullptr, *others = nullptr;

  std::uint8_t* values(int r) const { return rows + std::size_t(r) * elements * sizeof(T); }
  T* result(int r) const { return reinterpret_cast<T*>(values(r)); }
};

/// Elements from k on of some rows: each is written over values that were read before.
template <int Rows, bool Mixed, class D, class T, class Factors>
HWY_INLINE void convert_columns(D d, const row_group<T>& g, std::size_t k, const Factors& factors) {
  const auto by = factors.at(d, k);
  auto was = hn::Zero(d);
  if constexpr (Mixed) was = converted<T>(d, g.before + k, by);
  for (int r = 0; r < Rows; ++r) {
    const auto is = converted<T>(d, g.values(r) + k, by);
    auto v = is;
    if constexpr (Mixed) v = hn::Add(hn::Mul(hn::Set(d, g.own[r]), is), hn::Mul(hn::Set(d, g.others[r]), was));
    store(d, v, g.result(r) + k);
    was = is;
  }
}

/// Elements first … end - 1, the last ones first.
template <int Rows, bool Mixed, class T, class Factors>
HWY_INLINE void convert_span(const row_group<T>& g, std::size_t first, std::size_t end, const Factors& factors) {
  const all_t d;
  const std::size_t lanes = hn::Lanes(d), vectors = (end - first) / lanes;
  std::size_t k = end;
  while (k > first + vectors * lanes) convert_columns<Rows, Mixed>(one_t(), g, --k, factors);
  for (; k > first; k -= lanes) convert_columns<Rows, Mixed>(d, g, k - lanes, factors);
}

template <int Rows, bool Mixed, class T>
void convert_group(const row_group<T>& g, image_shape shape, const row_target& to) {
  if (shape.channels == 3 && to.format.channels_last)
    return convert_span<Rows, Mixed>(g, 0, g.elements, by_channel(to));
  const std::size_t pixels = g.elements / std::size_t(shape.channels);
  for (std::size_t c = std::size_t(shape.channels); c-- > 0;)
    convert_span<Rows, Mixed>(g, c * pixels, (c + 1) * pixels, of_plane{to.scale[c], to.bias[c]});
}

/// `own`: a weight a row, or nullptr; `before`: what comes before the first row. The last rows first.
template <class T>
HWY_INLINE void convert_all(std::uint8_t* rows, std::size_t count, image_shape shape, const row_target& to,
                            const float* own, const float* others, const std::uint8_t* before) {
  constexpr int some = 4;
  const std::size_t elements = shape.bytes();
  const auto group = [&](std::size_t r) {
    std::uint8_t* first = rows + r * elements * sizeof(T);
    return row_group<T>{first, elements, r > 0 ? first - elements * sizeof(T) : before, own + r, others + r};
  };
  std::size_t r = count;
  if (own == nullptr) {
    while (r > 0) convert_group<1, false>(row_group<T>{rows + --r * elements * sizeof(T), elements}, shape, to);
    return;
  }
  while (r >= some) convert_group<some, true>(group(r -= some), shape, to);
  while (r > 0) convert_group<1, true>(group(--r), shape, to);
}

void convert_to_floats(std::uint8_t* rows, std::size_t count, image_shape shape, const row_target& to, const float* own,
                       const float* others, const std::uint8_t* before) {
  convert_all<float>(rows, count, shape, to, own, others, before);
}
void convert_to_halves(std::uint8_t* rows, std::size_t count, image_shape shape, const row_target& to, const float* own,
                       const float* others, const std::uint8_t* before) {
  convert_all<std::uint16_t>(rows, count, shape, to, own, others, before);
}

}  // namespace troupe::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace troupe::kernels {

HWY_EXPORT(convert_to_floats);
HWY_EXPORT(convert_to_halves);

namespace {

void convert(void* rows, std::size_t count, image_shape shape, const row_target& to, const float* own,
             const float* others, const void* before) {
  const auto run = [&](auto by) {
    by(static_cast<std::uint8_t*>(rows), count, shape, to, own, others, static_cast<const std::uint8_t*>(before));
  };
  if (to.format.type == element::float32)
    run(HWY_DYNAMIC_DISPATCH(convert_to_floats));
  else
    run(HWY_DYNAMIC_DISPATCH(convert_to_halves));
}

}  // namespace

void convert_rows(void* rows, std::size_t count, image_shape shape, const row_target& to) {
  convert(rows, count, shape, to, nullptr, nullptr, nullptr);
}

void convert_and_blend_rows(void* rows, std::size_t count, image_shape shape, const row_target& to,
                            const std::vector<double>& weights, void* room) {
  if (count == 0) return;
  const row_weights of(weights, count);
  const auto row_bytes = shape.bytes() * size_of(to.format.type);
  std::memcpy(room, static_cast<const std::byte*>(rows) + (count - 1) * row_bytes, shape.bytes());
  convert(rows, count, shape, to, of.own.data(), of.others.data(), room);
}

}  // namespace troupe::kernels
#endif
