#include <troupe/augment/smoothing_kernels.hpp>

#include <troupe/augment/blend.hpp>

#include <algorithm>

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "troupe/augment/smoothing_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace troupe::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using df_t = hn::CappedTag<float, 16>;
using vf = hn::Vec<df_t>;
constexpr df_t df;
constexpr hn::Rebind<std::int32_t, df_t> d32;
constexpr hn::Rebind<std::uint8_t, df_t> d8;
constexpr std::size_t most = hn::MaxLanes(df_t());
static_assert(most <= floats_behind);

HWY_INLINE void store(vf v, float* to) { hn::StoreU(v, df, to); }
HWY_INLINE void store(vf v, std::uint8_t* to) {
  hn::StoreU(hn::DemoteTo(d8, hn::ConvertTo(d32, hn::Add(v, hn::Set(df, 0.5F)))), d8, to);
}

/// Four vectors of sums, as bytes or as they are.
#if HWY_TARGET <= HWY_AVX2
/// Sums are from 0 to less than 256, where no conversion overflows; packed, every fourth four bytes are of the same
/// vector.
HWY_INLINE void store(const vf* v, std::uint8_t* to) {
  const auto half = hn::Set(df, 0.5F);
#if HWY_TARGET <= HWY_AVX3
  const auto whole = [&](vf f) HWY_ATTR { return _mm512_cvttps_epi32(hn::Add(f, half).raw); };
  const auto order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const auto bytes =
      _mm512_packus_epi16(_mm512_packs_epi32(whole(v[0]), whole(v[1])), _mm512_packs_epi32(whole(v[2]), whole(v[3])));
  _mm512_storeu_si512(to, _mm512_permutexvar_epi32(order, bytes));
#else
  const auto whole = [&](vf f) HWY_ATTR { return _mm256_cvttps_epi32(hn::Add(f, half).raw); };
  const auto order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  const auto bytes =
      _mm256_packus_epi16(_mm256_packs_epi32(whole(v[0]), whole(v[1])), _mm256_packs_epi32(whole(v[2]), whole(v[3])));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_permutevar8x32_epi32(bytes, order));
#endif
}
HWY_INLINE void store(const vf* v, float* to) {
#else
template <class T>
HWY_INLINE void store(const vf* v, T* to) {
#endif
  for (std::size_t k = 0; k < 4; ++k) store(v[k], to + k * hn::Lanes(df));
}

/// Vectors beside each other, so that sums do not wait for themselves.
template <int Vectors, class T>
HWY_INLINE void add_some(const float* const* rows, const float* weights, int taps, std::size_t i, T* to) {
  const std::size_t lanes = hn::Lanes(df);
  vf sum[Vectors];
  for (std::size_t v = 0; v < Vectors; ++v)
    sum[v] = hn::Mul(hn::Set(df, weights[0]), hn::LoadU(df, rows[0] + i + v * lanes));
  for (int k = 1; k < taps; ++k) {
    const float* row = rows[k] + i;
    const auto weight = hn::Set(df, weights[k]);
    for (std::size_t v = 0; v < Vectors; ++v) sum[v] = hn::Add(sum[v], hn::Mul(weight, hn::LoadU(df, row + v * lanes)));
  }
  if constexpr (Vectors == 4)
    store(sum, to);
  else
    store(sum[0], to);
}

template <class T>
void add_all(const float* const* rows, const float* weights, int taps, std::size_t n, T* to) {
  const std::size_t lanes = hn::Lanes(df);
  std::size_t i = 0;
  for (; i + 4 * lanes <= n; i += 4 * lanes) add_some<4>(rows, weights, taps, i, to + i);
  for (; i + lanes <= n; i += lanes) add_some<1>(rows, weights, taps, i, to + i);
  if (i == n) return;
  T last[most];
  add_some<1>(rows, weights, taps, i, last);
  std::copy_n(last, n - i, to + i);
}

void add_floats(const float* const* rows, const float* weights, int taps, std::size_t n, float* to) {
  add_all(rows, weights, taps, n, to);
}
void add_bytes(const float* const* rows, const float* weights, int taps, std::size_t n, std::uint8_t* to) {
  add_all(rows, weights, taps, n, to);
}

void widen_bytes(const std::uint8_t* HWY_RESTRICT from, std::size_t n, float* HWY_RESTRICT to) {
  const std::size_t lanes = hn::Lanes(df);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    hn::StoreU(hn::ConvertTo(df, hn::PromoteTo(d32, hn::LoadU(d8, from + i))), df, to + i);
  for (; i < n; ++i) to[i] = float(from[i]);
}

void sharpen(const std::uint8_t* above, const std::uint8_t* at, const std::uint8_t* below, std::size_t n, int step,
             float factor, std::uint8_t* HWY_RESTRICT to) {
  std::size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::Rebind<std::int16_t, df_t> half;
  const hn::Twice<decltype(half)> d16;
  const hn::Rebind<std::uint8_t, decltype(d16)> bytes;
  const std::size_t lanes = hn::Lanes(d16);
  const auto wide = [&](const std::uint8_t* from) HWY_ATTR { return hn::PromoteTo(d16, hn::LoadU(bytes, from)); };
  const auto three = [&](const std::uint8_t* from)
                         HWY_ATTR { return hn::Add(hn::Add(wide(from - step), wide(from)), wide(from + step)); };
  const auto blend = [&](hn::Vec<decltype(half)> smooth, hn::Vec<decltype(half)> v) HWY_ATTR {
    const auto a = hn::PromoteTo(d32, smooth), b = hn::PromoteTo(d32, v);
    const auto moved = hn::Mul(hn::Set(df, factor), hn::ConvertTo(df, hn::Sub(b, a)));
    const auto cut = hn::Min(hn::Max(hn::Add(hn::ConvertTo(df, a), moved), hn::Zero(df)), hn::Set(df, 255.0F));
    return hn::DemoteTo(d8, hn::ConvertTo(d32, cut));
  };
  for (; i + lanes <= n; i += lanes) {
    const auto v = wide(at + i);
    const auto sum = hn::Add(hn::Add(three(above + i), three(at + i)), hn::Add(three(below + i), hn::ShiftLeft<2>(v)));
    const auto doubled = hn::Add(hn::Add(sum, sum), hn::Set(d16, 13));
    // 20165 / 2^19 is so little more than 1/26 that fractions are cut alike up to 2^15
    const auto smooth = hn::ShiftRight<3>(hn::MulHigh(doubled, hn::Set(d16, 20165)));
    hn::StoreU(blend(hn::LowerHalf(half, smooth), hn::LowerHalf(half, v)), d8, to + i);
    hn::StoreU(blend(hn::UpperHalf(half, smooth), hn::UpperHalf(half, v)), d8, to + i + lanes / 2);
  }
#endif
  for (; i < n; ++i) {
    int sum = 4 * at[i];
    for (const std::uint8_t* line : {above + i, at + i, below + i}) sum += line[-step] + line[0] + line[step];
    to[i] = blended((2 * sum + 13) / 26, at[i], factor);
  }
}

}  // namespace troupe::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace troupe::kernels {

HWY_EXPORT(add_floats);
HWY_EXPORT(add_bytes);
HWY_EXPORT(widen_bytes);
HWY_EXPORT(sharpen);

void add_up(const float* const* rows, const float* weights, int taps, std::size_t n, float* to) {
  HWY_DYNAMIC_DISPATCH(add_floats)(rows, weights, taps, n, to);
}
void add_up(const float* const* rows, const float* weights, int taps, std::size_t n, std::uint8_t* to) {
  HWY_DYNAMIC_DISPATCH(add_bytes)(rows, weights, taps, n, to);
}
void widen(const std::uint8_t* from, std::size_t n, float* to) { HWY_DYNAMIC_DISPATCH(widen_bytes)(from, n, to); }
void sharpen(const std::uint8_t* above, const std::uint8_t* at, const std::uint8_t* below, std::size_t n, int step,
             float factor, std::uint8_t* to) {
  HWY_DYNAMIC_DISPATCH(sharpen)(above, at, below, n, step, factor, to);
}

}  // namespace troupe::kernels
#endif
