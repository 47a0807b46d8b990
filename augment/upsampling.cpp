#include <troupe/augment/upsampling.hpp>

#include <algorithm>

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "troupe/augment/upsampling.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace troupe::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR
using d16_t = hn::ScalableTag<std::int16_t>;
constexpr d16_t d16;
constexpr hn::RebindToUnsigned<d16_t> u16;
constexpr hn::Rebind<std::uint8_t, d16_t> d8;
using v16 = hn::Vec<d16_t>;

HWY_INLINE v16 samples(const std::uint8_t* from) { return hn::PromoteTo(d16, hn::LoadU(d8, from)); }
HWY_INLINE v16 three_times(v16 v) { return hn::Add(v, hn::Add(v, v)); }

// Two results a lane, the first in the lower byte, become neighbours.
HWY_INLINE void store_pairs(v16 first, v16 second, std::uint8_t* to) {
  const auto pairs = hn::BitCast(u16, hn::Or(first, hn::ShiftLeft<8>(second)));
  hn::StoreU(pairs, u16, reinterpret_cast<std::uint16_t*>(to));
}

void widen_row(const std::uint8_t* HWY_RESTRICT row, int n, std::uint8_t* HWY_RESTRICT to) {
  for (int x = 0; x < n; x += int(hn::Lanes(d16))) {
    const v16 here = three_times(samples(row + x));
    const v16 first = hn::Add(hn::Add(here, samples(row + x - 1)), hn::Set(d16, 1));
    const v16 second = hn::Add(hn::Add(here, samples(row + x + 1)), hn::Set(d16, 2));
    store_pairs(hn::ShiftRight<2>(first), hn::ShiftRight<2>(second), to + 2 * x);
  }
}

void widen_rows(const std::uint8_t* HWY_RESTRICT nearer, const std::uint8_t* HWY_RESTRICT farther, int n,
                std::uint8_t* HWY_RESTRICT to) {
  const auto column = [&](int x) HWY_ATTR { return hn::Add(three_times(samples(nearer + x)), samples(farther + x)); };
  for (int x = 0; x < n; x += int(hn::Lanes(d16))) {
    const v16 here = three_times(column(x));
    const v16 first = hn::Add(hn::Add(here, column(x - 1)), hn::Set(d16, 8));
    const v16 second = hn::Add(hn::Add(here, column(x + 1)), hn::Set(d16, 7));
    store_pairs(hn::ShiftRight<4>(first), hn::ShiftRight<4>(second), to + 2 * x);
  }
}

void blend_rows(const std::uint8_t* HWY_RESTRICT nearer, const std::uint8_t* HWY_RESTRICT farther, bool upper, int n,
                std::uint8_t* HWY_RESTRICT to) {
  const v16 round = hn::Set(d16, upper ? 1 : 2);
  for (int x = 0; x < n; x += int(hn::Lanes(d16))) {
    const v16 sum = hn::Add(hn::Add(three_times(samples(nearer + x)), samples(farther + x)), round);
    hn::StoreU(hn::DemoteTo(d8, hn::ShiftRight<2>(sum)), d8, to + x);
  }
}

// (factor * v + 1/2 of 16 bits) >> 16, exactly: the product is doubled and halved again, rounding.
HWY_INLINE v16 scaled(v16 v, std::int16_t factor) {
  const v16 twice = hn::MulHigh(hn::Add(v, v), hn::Set(d16, factor));
  return hn::ShiftRight<1>(hn::Add(twice, hn::Set(d16, 1)));
}

void ycc_row(const std::uint8_t* HWY_RESTRICT y, const std::uint8_t* HWY_RESTRICT cb,
             const std::uint8_t* HWY_RESTRICT cr, int n, std::uint8_t* HWY_RESTRICT red,
             std::uint8_t* HWY_RESTRICT green, std::uint8_t* HWY_RESTRICT blue) {
  constexpr hn::RepartitionToWide<d16_t> d32;
  const v16 centre = hn::Set(d16, 128);
  // 0.344136 and 0.714136 of 65536 as 22554 and 65536 - 18734
  const v16 factors = hn::BitCast(d16, hn::Set(d32, std::int32_t(std::uint16_t(-22554) | 18734u << 16)));
  const auto half = hn::Set(d32, 1 << 15);
  const auto mixed = [&](v16 pairs) HWY_ATTR {
    auto upper = hn::Zero(d32);
    const auto sum = hn::ReorderWidenMulAccumulate(d32, pairs, factors, half, upper);
    return hn::ShiftRight<16>(hn::RearrangeToOddPlusEven(sum, upper));
  };
  for (int x = 0; x < n; x += int(hn::Lanes(d16))) {
    const v16 luma = samples(y + x), u = hn::Sub(samples(cb + x), centre), v = hn::Sub(samples(cr + x), centre);
    const v16 r = hn::Add(hn::Add(luma, v), scaled(v, 26345));               // 1.402 = 1 + 26345 / 65536
    const v16 b = hn::Add(hn::Add(luma, hn::Add(u, u)), scaled(u, -14942));  // 1.772 = 2 - 14942 / 65536
    const v16 part =
        hn::ReorderDemote2To(d16, mixed(hn::InterleaveLower(d16, u, v)), mixed(hn::InterleaveUpper(d16, u, v)));
    const v16 g = hn::Add(hn::Sub(luma, v), part);
    hn::StoreU(hn::DemoteTo(d8, r), d8, red + x);
    hn::StoreU(hn::DemoteTo(d8, g), d8, green + x);
    hn::StoreU(hn::DemoteTo(d8, b), d8, blue + x);
  }
}

#else
void widen_row(const std::uint8_t* row, int n, std::uint8_t* to) {
  for (int x = 0; x < n; ++x) {
    to[2 * x] = std::uint8_t((3 * row[x] + row[x - 1] + 1) >> 2);
    to[2 * x + 1] = std::uint8_t((3 * row[x] + row[x + 1] + 2) >> 2);
  }
}

void widen_rows(const std::uint8_t* nearer, const std::uint8_t* farther, int n, std::uint8_t* to) {
  const auto column = [&](int x) { return 3 * nearer[x] + farther[x]; };
  for (int x = 0; x < n; ++x) {
    to[2 * x] = std::uint8_t((3 * column(x) + column(x - 1) + 8) >> 4);
    to[2 * x + 1] = std::uint8_t((3 * column(x) + column(x + 1) + 7) >> 4);
  }
}

void blend_rows(const std::uint8_t* nearer, const std::uint8_t* farther, bool upper, int n, std::uint8_t* to) {
  for (int x = 0; x < n; ++x) to[x] = std::uint8_t((3 * nearer[x] + farther[x] + (upper ? 1 : 2)) >> 2);
}

void ycc_row(const std::uint8_t* y, const std::uint8_t* cb, const std::uint8_t* cr, int n, std::uint8_t* red,
             std::uint8_t* green, std::uint8_t* blue) {
  const auto clipped = [](int v) { return std::uint8_t(std::clamp(v, 0, 255)); };
  for (int x = 0; x < n; ++x) {
    const int u = cb[x] - 128, v = cr[x] - 128;
    red[x] = clipped(y[x] + ((91881 * v + 32768) >> 16));
    green[x] = clipped(y[x] + ((-22554 * u - 46802 * v + 32768) >> 16));
    blue[x] = clipped(y[x] + ((116130 * u + 32768) >> 16));
  }
}
#endif

}  // namespace troupe::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace troupe::kernels {

HWY_EXPORT(widen_row);
HWY_EXPORT(widen_rows);
HWY_EXPORT(blend_rows);
HWY_EXPORT(ycc_row);

void widen(const std::uint8_t* row, int n, std::uint8_t* to) { HWY_DYNAMIC_DISPATCH(widen_row)(row, n, to); }
void widen(const std::uint8_t* nearer, const std::uint8_t* farther, int n, std::uint8_t* to) {
  HWY_DYNAMIC_DISPATCH(widen_rows)(nearer, farther, n, to);
}
void blend(const std::uint8_t* nearer, const std::uint8_t* farther, bool upper, int n, std::uint8_t* to) {
  HWY_DYNAMIC_DISPATCH(blend_rows)(nearer, farther, upper, n, to);
}
void to_rgb(const std::uint8_t* y, const std::uint8_t* cb, const std::uint8_t* cr, int n, std::uint8_t* red,
            std::uint8_t* green, std::uint8_t* blue) {
  HWY_DYNAMIC_DISPATCH(ycc_row)(y, cb, cr, n, red, green, blue);
}

}  // namespace troupe::kernels
#endif
