#include <troupe/augment/convert_rows.hpp>

#include <troupe/augment/blend_rows.hpp>

#include <array>
#include <cstdint>
#include <cstring>

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

/// Scale and bias of three vectors of elements that follow each other, which come round again: by channel where
/// channels are beside each other, all the same in a plane.
struct factors {
  std::array<float, 3 * hn::MaxLanes(all_t())> scale, bias;

  factors(const row_target& to, std::size_t channel, std::size_t step) {
    for (std::size_t i = 0; i < scale.size(); ++i, channel = (channel + step) % 3) {
      scale[i] = to.scale[channel];
      bias[i] = to.bias[channel];
    }
  }
};

/// What element k of a row of T is before it is stored, as it would be read again.
template <class T, class D>
HWY_INLINE hn::Vec<D> converted(D d, const std::uint8_t* from, const float* scale, const float* bias) {
  const auto v = hn::Add(hn::Mul(load(d, from), load(d, scale)), load(d, bias));
  if constexpr (sizeof(T) == 4)
    return v;
  else
    return hn::BitCast(d, hn::ShiftLeft<16>(upper_half(d, v)));
}

template <class T>
struct plain {
  template <class D>
  HWY_INLINE hn::Vec<D> operator()(D d, const std::uint8_t* row, std::size_t k, const float* scale,
                                   const float* bias) const {
    return converted<T>(d, row + k, scale, bias);
  }
};

template <class T>
struct blended {
  const std::uint8_t* before;
  float own, others;

  template <class D>
  HWY_INLINE hn::Vec<D> operator()(D d, const std::uint8_t* row, std::size_t k, const float* scale,
                                   const float* bias) const {
    return hn::Add(hn::Mul(hn::Set(d, own), converted<T>(d, row + k, scale, bias)),
                   hn::Mul(hn::Set(d, others), converted<T>(d, before + k, scale, bias)));
  }
};

/// Elements first … end - 1 of a row, the last ones first: each is written over values that were read before.
template <class T, class Value>
HWY_INLINE void convert_span(std::uint8_t* row, std::size_t first, std::size_t end, const factors& f, Value value) {
  const all_t d;
  const one_t one;
  const std::size_t lanes = hn::Lanes(d), vectors = (end - first) / lanes;
  T* to = reinterpret_cast<T*>(row);
  for (std::size_t k = end; k-- > first + vectors * lanes;) {
    const std::size_t at = (k - first) % 3;
    store(one, value(one, row, k, &f.scale[at], &f.bias[at]), to + k);
  }
  for (std::size_t v = vectors; v-- > 0;) {
    const std::size_t k = first + v * lanes, at = v % 3 * lanes;
    store(d, value(d, row, k, &f.scale[at], &f.bias[at]), to + k);
  }
}

template <class T, class Value>
HWY_INLINE void convert_row(std::uint8_t* row, image_shape shape, const row_target& to, Value value) {
  const std::size_t n = shape.bytes();
  if (shape.channels == 3 && to.format.channels_last)
    return convert_span<T>(row, 0, n, factors(to, 0, 1), value);
  const std::size_t pixels = n / std::size_t(shape.channels);
  for (std::size_t c = std::size_t(shape.channels); c-- > 0;)
    convert_span<T>(row, c * pixels, (c + 1) * pixels, factors(to, c, 0), value);
}

/// `own`: a weight a row, or nullptr; `before`: what comes before the first row.
template <class T>
HWY_INLINE void convert_all(std::uint8_t* rows, std::size_t count, image_shape shape, const row_target& to,
                            const float* own, const float* others, const std::uint8_t* before) {
  const std::size_t row_bytes = shape.bytes() * sizeof(T);
  for (std::size_t r = count; r-- > 0;) {
    std::uint8_t* row = rows + r * row_bytes;
    if (own == nullptr)
      convert_row<T>(row, shape, to, plain<T>());
    else
      convert_row<T>(row, shape, to, blended<T>{r > 0 ? row - row_bytes : before, own[r], others[r]});
  }
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
