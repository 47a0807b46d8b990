#include <troupe/augment/warp_kernels.hpp>

#include <algorithm>
#include <type_traits>

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "troupe/augment/warp_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace troupe::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr int pixel_of(std::int64_t v) { return int(v >> 32); }
constexpr int weight_of(std::int64_t v) { return int(v >> 16 & 0xFFFF); }

template <int Channels>
void look_between_four(const image& from, std::int64_t x, std::int64_t y, int rounding, std::uint8_t* to) {
  const std::uint8_t* above = from.row(std::max(pixel_of(y), 0));
  const std::uint8_t* below = from.row(std::min(pixel_of(y) + 1, from.shape.height - 1));
  const int left = Channels * std::max(pixel_of(x), 0);
  const int right = Channels * std::min(pixel_of(x) + 1, from.shape.width - 1);
  for (int k = 0; k < Channels; ++k) {
    const auto between = [&](const std::uint8_t* row) {
      return (row[left + k] << 16) + (row[right + k] - row[left + k]) * weight_of(x);
    };
    const std::int64_t upper = between(above), lower = between(below);
    to[k] = std::uint8_t((upper + ((lower - upper) * weight_of(y) >> 16) + rounding) >> 16);
  }
}

// Where there is an instruction that reads from many places.
#if HWY_TARGET <= HWY_AVX2
constexpr hn::ScalableTag<std::int32_t> d;
constexpr hn::ScalableTag<std::uint32_t> u;
constexpr hn::Rebind<std::uint8_t, hn::ScalableTag<std::int32_t>> d8;
using v_t = hn::Vec<decltype(d)>;

/// Whole pixels, and places between them.
struct place {
  v_t pixel, weight;

  HWY_INLINE explicit place(const std::int64_t* v) {
    hn::Vec<decltype(u)> low, high;
    hn::LoadInterleaved2(u, reinterpret_cast<const std::uint32_t*>(v), low, high);
    pixel = hn::BitCast(d, high);
    weight = hn::BitCast(d, hn::ShiftRight<16>(low));
  }
};

template <int K>
HWY_INLINE v_t channel(v_t pixel) {
  return hn::And(hn::ShiftRight<8 * K>(pixel), hn::Set(d, 0xFF));
}
HWY_INLINE v_t between(v_t left, v_t right, v_t weight) {
  return hn::Add(hn::ShiftLeft<16>(left), hn::Mul(hn::Sub(right, left), weight));
}

/// (from + (to - from) * weight / 65536) / 65536, cut down: the 41 bits of the product in two parts that fit 32.
HWY_INLINE v_t blend(v_t from, v_t to, v_t weight, v_t rounding) {
  const auto way = hn::Sub(to, from);
  const auto upper = hn::Mul(hn::ShiftRight<9>(way), weight), lower = hn::Mul(hn::And(way, hn::Set(d, 511)), weight);
  const auto moved = hn::ShiftRight<7>(hn::Add(upper, hn::ShiftRight<9>(lower)));
  return hn::ShiftRight<16>(hn::Add(hn::Add(from, moved), rounding));
}

/// As many colour pixels as there are lanes; nothing where four bytes from the last of them on would end beyond the
/// image.
HWY_INLINE bool look_between_many(const image& from, const std::int64_t* x, const std::int64_t* y, int rounding,
                                  std::uint8_t* to) {
  const place across(x), down(y);
  const auto zero = hn::Zero(d), one = hn::Set(d, 1), stride = hn::Set(d, int(from.stride));
  const auto left = hn::Mul(hn::Max(across.pixel, zero), hn::Set(d, 3));
  const auto right = hn::Mul(hn::Min(hn::Add(across.pixel, one), hn::Set(d, from.shape.width - 1)), hn::Set(d, 3));
  const auto above = hn::Mul(hn::Max(down.pixel, zero), stride);
  const auto below = hn::Mul(hn::Min(hn::Add(down.pixel, one), hn::Set(d, from.shape.height - 1)), stride);
  const auto last = hn::Add(below, right);
  const int end = (from.shape.height - 1) * int(from.stride) + from.shape.width * 3;
  if (!hn::AllFalse(d, hn::Gt(last, hn::Set(d, end - 4)))) return false;
  const auto* base = reinterpret_cast<const std::int32_t*>(from.data);
  const auto upper_left = hn::GatherOffset(d, base, hn::Add(above, left));
  const auto upper_right = hn::GatherOffset(d, base, hn::Add(above, right));
  const auto lower_left = hn::GatherOffset(d, base, hn::Add(below, left));
  const auto lower_right = hn::GatherOffset(d, base, last);
  const auto more = hn::Set(d, rounding);
  const auto seen = [&](auto k) HWY_ATTR {
    const auto upper = between(channel<k>(upper_left), channel<k>(upper_right), across.weight);
    const auto lower = between(channel<k>(lower_left), channel<k>(lower_right), across.weight);
    return hn::DemoteTo(d8, blend(upper, lower, down.weight, more));
  };
  hn::StoreInterleaved3(seen(std::integral_constant<int, 0>{}), seen(std::integral_constant<int, 1>{}),
                        seen(std::integral_constant<int, 2>{}), d8, to);
  return true;
}
#endif

template <int Channels>
void look_one_by_one(const image& from, const std::int64_t* x, const std::int64_t* y, int n, int rounding,
                     std::uint8_t* to) {
  for (int i = 0; i < n; ++i) look_between_four<Channels>(from, x[i], y[i], rounding, to + i * Channels);
}

void look_between(const image& from, const std::int64_t* x, const std::int64_t* y, int n, int rounding,
                  std::uint8_t* to) {
  if (from.shape.channels == 1) return look_one_by_one<1>(from, x, y, n, rounding, to);
  int i = 0;
#if HWY_TARGET <= HWY_AVX2
  const int lanes = int(hn::Lanes(d));
  const bool near = std::size_t(from.shape.height) * from.stride <= INT32_MAX;  // offsets are of 32 bits
  for (; near && i + lanes <= n; i += lanes)
    if (!look_between_many(from, x + i, y + i, rounding, to + 3 * i))
      look_one_by_one<3>(from, x + i, y + i, lanes, rounding, to + 3 * i);
#endif
  look_one_by_one<3>(from, x + i, y + i, n - i, rounding, to + 3 * i);
}

constexpr double farthest = 0x1p29;

// Where doubles become whole numbers of 64 bits in one instruction.
void displace(const float* by, int first, int step, int n, std::int64_t* to) {
  int i = 0;
#if HWY_TARGET <= HWY_AVX3
  const hn::CappedTag<double, 8> df;
  const hn::Rebind<float, decltype(df)> few;
  const hn::Rebind<std::int64_t, decltype(df)> d64;
  for (; i + int(hn::Lanes(df)) <= n; i += int(hn::Lanes(df))) {
    const auto middle = hn::Add(step == 0 ? hn::Set(df, first) : hn::Iota(df, first + i), hn::Set(df, 0.5));
    const auto moved = hn::Add(middle, hn::PromoteTo(df, hn::LoadU(few, by + i)));
    const auto cut = hn::Min(hn::Max(moved, hn::Set(df, -farthest)), hn::Set(df, farthest));
    hn::StoreU(hn::ConvertTo(d64, hn::Mul(cut, hn::Set(df, 0x1p32))), d64, to + i);
  }
#endif
  for (; i < n; ++i)
    to[i] = std::int64_t(std::clamp(first + step * i + 0.5 + double(by[i]), -farthest, farthest) * 0x1p32);
}

#if HWY_TARGET == HWY_SCALAR || !HWY_HAVE_FLOAT64
void project(const projective_map& map, int column, int row, int n, double* x, double* y) {
  const double v = row + 0.5, bv = map.b * v, ev = map.e * v, hv = map.h * v;
  for (int i = 0; i < n; ++i) {
    const double at = column + i + 0.5, depth = map.g * at + hv + 1;
    x[i] = (map.a * at + bv + map.c) / depth;
    y[i] = (map.d * at + ev + map.f) / depth;
  }
}
#else
void project(const projective_map& map, int column, int row, int n, double* x, double* y) {
  const hn::CappedTag<double, 8> df;
  const auto number = [&](double v) HWY_ATTR { return hn::Set(df, v); };
  const double v = row + 0.5;
  const auto bv = number(map.b * v), ev = number(map.e * v), hv = number(map.h * v);
  for (int i = 0; i < n; i += int(hn::Lanes(df))) {
    const auto at = hn::Add(hn::Iota(df, column + i), number(0.5));
    const auto plus = [&](double by, decltype(bv) more, double most)
                          HWY_ATTR { return hn::Add(hn::Add(hn::Mul(number(by), at), more), number(most)); };
    const auto depth = plus(map.g, hv, 1);
    hn::StoreU(hn::Div(plus(map.a, bv, map.c), depth), df, x + i);
    hn::StoreU(hn::Div(plus(map.d, ev, map.f), depth), df, y + i);
  }
}
#endif

}  // namespace troupe::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace troupe::kernels {

HWY_EXPORT(look_between);
HWY_EXPORT(project);
HWY_EXPORT(displace);

void look_between(const image& from, const std::int64_t* x, const std::int64_t* y, int n, int rounding,
                  std::uint8_t* to) {
  HWY_DYNAMIC_DISPATCH(look_between)(from, x, y, n, rounding, to);
}
void project(const projective_map& map, int column, int row, int n, double* x, double* y) {
  HWY_DYNAMIC_DISPATCH(project)(map, column, row, n, x, y);
}
void displace(const float* by, int first, int step, int n, std::int64_t* to) {
  HWY_DYNAMIC_DISPATCH(displace)(by, first, step, n, to);
}

}  // namespace troupe::kernels
#endif
