#include <troupe/augment/colour_kernels.hpp>

#include <troupe/augment/blend.hpp>
#include <troupe/augment/lookup.hpp>

#include <algorithm>
#include <cmath>

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "troupe/augment/colour_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace troupe::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using rgb = std::array<std::uint8_t, 3>;

std::uint8_t there_and_back(float v) { return std::uint8_t(v * 255.999F); }

rgb turned(const rgb& of, float shift) {
  const float r = float(of[0]) / 255.0F, g = float(of[1]) / 255.0F, b = float(of[2]) / 255.0F;
  const float most = std::max({r, g, b}), range = most - std::min({r, g, b});
  if (range == 0) return {there_and_back(r), there_and_back(g), there_and_back(b)};
  const float saturation = range / most;
  const float rc = (most - r) / range, gc = (most - g) / range, bc = (most - b) / range;
  float h = most == r ? bc - gc : most == g ? 2.0F + rc - bc : 4.0F + gc - rc;
  h = h / 6.0F + 1.0F + shift;
  h -= std::floor(h);
  const float six = h * 6.0F, sector = std::floor(six), f = six - sector;
  const auto byte = [&](float v) { return there_and_back(std::clamp(v, 0.0F, 1.0F)); };
  const auto m = there_and_back(most), p = byte(most * (1 - saturation)), q = byte(most * (1 - saturation * f)),
             t = byte(most * (1 - saturation * (1 - f)));
  switch (int(sector) % 6) {
    case 0: return {m, t, p};
    case 1: return {q, m, p};
    case 2: return {p, m, t};
    case 3: return {p, q, m};
    case 4: return {t, p, m};
    default: return {m, p, q};
  }
}

#if HWY_TARGET != HWY_SCALAR
using d8_t = hn::ScalableTag<std::uint8_t>;
using v8 = hn::Vec<d8_t>;
constexpr d8_t d8;
constexpr hn::Repartition<std::uint32_t, d8_t> u32;
constexpr hn::Repartition<std::int32_t, d8_t> i32;
constexpr hn::Repartition<std::int16_t, d8_t> i16;
constexpr hn::Repartition<float, d8_t> f32;
using v32 = hn::Vec<decltype(u32)>;
using vf = hn::Vec<decltype(f32)>;

struct planes {
  v8 r, g, b;
};

/// Bytes in places k, k + 4, k + 8 …, as numbers; and numbers back into those places.
template <int K>
HWY_INLINE v32 every_fourth(v8 v) {
  return hn::And(hn::ShiftRight<8 * K>(hn::BitCast(u32, v)), hn::Set(u32, 0xFF));
}
template <int K>
HWY_INLINE v8 in_places(v32 v) {
  return hn::BitCast(d8, hn::ShiftLeft<8 * K>(v));
}
HWY_INLINE vf as_float(v32 v) { return hn::ConvertTo(f32, hn::BitCast(i32, v)); }
HWY_INLINE v32 as_whole(vf v) { return hn::BitCast(u32, hn::ConvertTo(i32, v)); }

/// of(k) for k = 0 … 3, each in its places.
template <class F>
HWY_INLINE v8 four_times(F of) {
  const auto lower =
      hn::Or(in_places<0>(of(std::integral_constant<int, 0>{})), in_places<1>(of(std::integral_constant<int, 1>{})));
  const auto upper =
      hn::Or(in_places<2>(of(std::integral_constant<int, 2>{})), in_places<3>(of(std::integral_constant<int, 3>{})));
  return hn::Or(lower, upper);
}

/// `grey_of` four times: bytes go by twos into the halves of 32 bits, of which each is multiplied with a weight; that
/// of green, too large for 16 bits, in two parts.
HWY_INLINE v8 greys(const planes& p) {
  const auto weights = [](std::uint32_t low, std::uint32_t high)
                           HWY_ATTR { return hn::BitCast(i16, hn::Set(u32, high << 16 | low)); };
  const auto red_green = weights(19595, 19235), blue_green = weights(7471, 19235);
  const auto even = [](v8 v) HWY_ATTR { return hn::And(hn::BitCast(u32, v), hn::Set(u32, 0x00FF00FF)); };
  const auto odd = [](v8 v)
                       HWY_ATTR { return hn::And(hn::ShiftRight<8>(hn::BitCast(u32, v)), hn::Set(u32, 0x00FF00FF)); };
  const auto lower = [](v32 a, v32 b)
                         HWY_ATTR { return hn::Or(hn::And(a, hn::Set(u32, 0xFFFF)), hn::ShiftLeft<16>(b)); };
  const auto upper = [](v32 a, v32 b)
                         HWY_ATTR { return hn::Or(hn::ShiftRight<16>(a), hn::AndNot(hn::Set(u32, 0xFFFF), b)); };
  const auto grey = [&](v32 rg, v32 bg) HWY_ATTR {  // in the third byte
    auto rest = hn::Zero(i32);
    auto sum = hn::ReorderWidenMulAccumulate(i32, hn::BitCast(i16, rg), red_green, hn::Set(i32, 0x8000), rest);
    sum = hn::ReorderWidenMulAccumulate(i32, hn::BitCast(i16, bg), blue_green, sum, rest);
    return hn::And(hn::BitCast(u32, hn::RearrangeToOddPlusEven(sum, rest)), hn::Set(u32, 0x00FF0000));
  };
  const auto r0 = even(p.r), g0 = even(p.g), b0 = even(p.b), r1 = odd(p.r), g1 = odd(p.g), b1 = odd(p.b);
  const auto first = hn::ShiftRight<16>(grey(lower(r0, g0), lower(b0, g0)));
  const auto second = hn::ShiftRight<8>(grey(lower(r1, g1), lower(b1, g1)));
  const auto third = grey(upper(r0, g0), upper(b0, g0));
  const auto fourth = hn::ShiftLeft<8>(grey(upper(r1, g1), upper(b1, g1)));
  return hn::BitCast(d8, hn::Or(hn::Or(first, second), hn::Or(third, fourth)));
}

HWY_INLINE v8 blend(v8 grey, v8 v, float factor) {
  return four_times([&](auto k) HWY_ATTR {
    const auto a = every_fourth<k>(grey), b = every_fourth<k>(v);
    const auto moved = hn::Mul(hn::Set(f32, factor), as_float(hn::Sub(b, a)));
    return as_whole(hn::Min(hn::Max(hn::Add(as_float(a), moved), hn::Zero(f32)), hn::Set(f32, 255.0F)));
  });
}

/// `turned`, of as many pixels as there are floats.
HWY_INLINE void turn(vf& r, vf& g, vf& b, float shift) {
  const auto number = [](float v) HWY_ATTR { return hn::Set(f32, v); };
  const auto one = number(1), zero = hn::Zero(f32);
  r = hn::Div(r, number(255)), g = hn::Div(g, number(255)), b = hn::Div(b, number(255));
  const auto most = hn::Max(hn::Max(r, g), b), range = hn::Sub(most, hn::Min(hn::Min(r, g), b));
  const auto coloured = hn::Ne(range, zero);
  const auto saturation = hn::Div(range, most);
  const auto distance = [&](vf v) HWY_ATTR { return hn::Div(hn::Sub(most, v), range); };
  const auto rc = distance(r), gc = distance(g), bc = distance(b);
  auto h = hn::IfThenElse(
      hn::Eq(most, r), hn::Sub(bc, gc),
      hn::IfThenElse(hn::Eq(most, g), hn::Sub(hn::Add(number(2), rc), bc), hn::Sub(hn::Add(number(4), gc), rc)));
  h = hn::IfThenElseZero(coloured, hn::Add(hn::Add(hn::Div(h, number(6)), one), number(shift)));
  h = hn::Sub(h, hn::Floor(h));
  const auto six = hn::Mul(h, number(6)), sector = hn::Floor(six), f = hn::Sub(six, sector);
  const auto down_by = [&](vf v) HWY_ATTR { return hn::Min(hn::Max(hn::Mul(most, hn::Sub(one, v)), zero), one); };
  const auto p = down_by(saturation), q = down_by(hn::Mul(saturation, f)),
             t = down_by(hn::Mul(saturation, hn::Sub(one, f)));
  const auto in = [&](float s) HWY_ATTR { return hn::Eq(sector, number(s)); };
  const auto first = hn::Or(in(0), in(6)), second = in(1), third = in(2), fourth = in(3), fifth = in(4);
  const auto choose = [](auto where, vf yes, vf no) HWY_ATTR { return hn::IfThenElse(where, yes, no); };
  const auto red = choose(second, q, choose(hn::Or(third, fourth), p, choose(fifth, t, most)));
  const auto green = choose(first, t, choose(hn::Or(second, third), most, choose(fourth, q, p)));
  const auto blue = choose(hn::Or(first, second), p, choose(third, t, choose(hn::Or(fourth, fifth), most, q)));
  const auto scaled = [&](vf turned, vf grey)
                          HWY_ATTR { return hn::Mul(choose(coloured, turned, grey), number(255.999F)); };
  r = scaled(red, r), g = scaled(green, g), b = scaled(blue, b);
}

template <class K>
HWY_INLINE void turn_fourth(const planes& p, float shift, K k, planes& sum) {
  auto r = as_float(every_fourth<k>(p.r)), g = as_float(every_fourth<k>(p.g)), b = as_float(every_fourth<k>(p.b));
  turn(r, g, b, shift);
  sum.r = hn::Or(sum.r, in_places<k>(as_whole(r)));
  sum.g = hn::Or(sum.g, in_places<k>(as_whole(g)));
  sum.b = hn::Or(sum.b, in_places<k>(as_whole(b)));
}

HWY_INLINE planes load(const std::uint8_t* from) {
  planes p;
  hn::LoadInterleaved3(d8, from, p.r, p.g, p.b);
  return p;
}
HWY_INLINE void store(const planes& p, std::uint8_t* to) { hn::StoreInterleaved3(p.r, p.g, p.b, d8, to); }
#endif

/// Runs an operation over n pixels: vectors of them while there are as many, then one by one.
template <class Operation>
void each(const Operation& of, const std::uint8_t* from, std::size_t n, std::uint8_t* to) {
  std::size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  for (; i + hn::Lanes(d8) <= n; i += hn::Lanes(d8)) store(of(load(from + 3 * i)), to + 3 * i);
#endif
  for (; i < n; ++i) {
    const rgb now = of(rgb{from[3 * i], from[3 * i + 1], from[3 * i + 2]});
    std::copy_n(now.data(), 3, to + 3 * i);
  }
}

std::uint8_t grey_of(const rgb& p) { return troupe::grey_of(p[0], p[1], p[2]); }

struct greying {
  rgb operator()(const rgb& p) const { return {grey_of(p), grey_of(p), grey_of(p)}; }
#if HWY_TARGET != HWY_SCALAR
  HWY_INLINE planes operator()(const planes& p) const {
    const auto grey = greys(p);
    return {grey, grey, grey};
  }
#endif
};

struct blending_with_grey {
  float factor;
  rgb operator()(const rgb& p) const {
    const int grey = grey_of(p);
    return {blended(grey, p[0], factor), blended(grey, p[1], factor), blended(grey, p[2], factor)};
  }
#if HWY_TARGET != HWY_SCALAR
  HWY_INLINE planes operator()(const planes& p) const {
    const auto grey = greys(p);
    return {blend(grey, p.r, factor), blend(grey, p.g, factor), blend(grey, p.b, factor)};
  }
#endif
};

struct turning {
  float shift;
  rgb operator()(const rgb& p) const { return turned(p, shift); }
#if HWY_TARGET != HWY_SCALAR
  HWY_INLINE planes operator()(const planes& p) const {
    planes sum{hn::Zero(d8), hn::Zero(d8), hn::Zero(d8)};
    turn_fourth(p, shift, std::integral_constant<int, 0>{}, sum);
    turn_fourth(p, shift, std::integral_constant<int, 1>{}, sum);
    turn_fourth(p, shift, std::integral_constant<int, 2>{}, sum);
    turn_fourth(p, shift, std::integral_constant<int, 3>{}, sum);
    return sum;
  }
#endif
};

struct permuting {
  std::array<int, 3> order;
  rgb operator()(const rgb& p) const {
    return {p[std::size_t(order[0])], p[std::size_t(order[1])], p[std::size_t(order[2])]};
  }
#if HWY_TARGET != HWY_SCALAR
  HWY_INLINE planes operator()(const planes& p) const {
    const auto plane = [&](std::size_t c) HWY_ATTR { return order[c] == 0 ? p.r : order[c] == 1 ? p.g : p.b; };
    return {plane(0), plane(1), plane(2)};
  }
#endif
};

/// As many pixels as this level has a shorter way for: permute(from, n, to) says how many those were.
template <class F>
std::size_t some(F permute) {
#if HWY_TARGET <= HWY_AVX3
  if (can_permute_colours()) return permute();
#endif
  (void)permute;
  return 0;
}

void make_grey(const std::uint8_t* from, std::size_t n, std::uint8_t* to) {
  const std::size_t done = some([=] { return permute_to_grey(from, n, to); });
  each(greying{}, from + 3 * done, n - done, to + 3 * done);
}
void blend_with_grey(const std::uint8_t* from, std::size_t n, float factor, std::uint8_t* to) {
  const std::size_t done = some([=] { return permute_to_blend(from, n, factor, to); });
  each(blending_with_grey{factor}, from + 3 * done, n - done, to + 3 * done);
}
void turn_hue(const std::uint8_t* from, std::size_t n, float shift, std::uint8_t* to) {
  each(turning{shift}, from, n, to);
}
void permute(const std::uint8_t* from, std::size_t n, const std::array<int, 3>& order, std::uint8_t* to) {
  each(permuting{order}, from, n, to);
}

std::uint64_t sum_of_greys(const std::uint8_t* from, std::size_t n) {
  std::uint64_t sum = 0;
  std::size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::Repartition<std::uint64_t, d8_t> u64;
  auto sums = hn::Zero(u64);
  for (; i + hn::Lanes(d8) <= n; i += hn::Lanes(d8)) sums = hn::Add(sums, hn::SumsOf8(greys(load(from + 3 * i))));
  sum = hn::GetLane(hn::SumOfLanes(u64, sums));
#endif
  for (; i < n; ++i) sum += troupe::grey_of(from[3 * i], from[3 * i + 1], from[3 * i + 2]);
  return sum;
}

}  // namespace troupe::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace troupe::kernels {

HWY_EXPORT(make_grey);
HWY_EXPORT(sum_of_greys);
HWY_EXPORT(blend_with_grey);
HWY_EXPORT(turn_hue);
HWY_EXPORT(permute);

void make_grey(const std::uint8_t* from, std::size_t n, std::uint8_t* to) {
  HWY_DYNAMIC_DISPATCH(make_grey)(from, n, to);
}
std::uint64_t sum_of_greys(const std::uint8_t* from, std::size_t n) {
  return HWY_DYNAMIC_DISPATCH(sum_of_greys)(from, n);
}
void blend_with_grey(const std::uint8_t* from, std::size_t n, float factor, std::uint8_t* to) {
  HWY_DYNAMIC_DISPATCH(blend_with_grey)(from, n, factor, to);
}
void turn_hue(const std::uint8_t* from, std::size_t n, float shift, std::uint8_t* to) {
  HWY_DYNAMIC_DISPATCH(turn_hue)(from, n, shift, to);
}
void permute(const std::uint8_t* from, std::size_t n, const std::array<int, 3>& order, std::uint8_t* to) {
  HWY_DYNAMIC_DISPATCH(permute)(from, n, order, to);
}

}  // namespace troupe::kernels
#endif
