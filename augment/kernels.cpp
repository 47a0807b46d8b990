#include <troupe/augment/kernels.hpp>

#include <algorithm>

// The lane orders below hold for vectors made of 128-bit blocks of known size; SVE and RISC-V fall back to NEON or
// plain C.
#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "troupe/augment/kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace troupe::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr int round_half = 1 << (filter_axis::one_bits - 1);

void split(const std::uint8_t* HWY_RESTRICT rgb, int n, std::uint8_t* HWY_RESTRICT red,
           std::uint8_t* HWY_RESTRICT green, std::uint8_t* HWY_RESTRICT blue) {
  const hn::ScalableTag<std::uint8_t> d;
  const int lanes = int(hn::Lanes(d));
  if (n < lanes) {
    for (int x = 0; x < n; ++x) red[x] = rgb[3 * x], green[x] = rgb[3 * x + 1], blue[x] = rgb[3 * x + 2];
    return;
  }
  for (int x = 0;;) {  // the last vector overlaps the one before
    hn::Vec<decltype(d)> r, g, b;
    hn::LoadInterleaved3(d, rgb + 3 * x, r, g, b);
    hn::StoreU(r, d, red + x);
    hn::StoreU(g, d, green + x);
    hn::StoreU(b, d, blue + x);
    if (x + lanes == n) return;
    x = std::min(x + lanes, n - lanes);
  }
}

void join(const std::uint8_t* HWY_RESTRICT red, const std::uint8_t* HWY_RESTRICT green,
          const std::uint8_t* HWY_RESTRICT blue, int n, std::uint8_t* HWY_RESTRICT rgb) {
  const hn::ScalableTag<std::uint8_t> d;
  const int lanes = int(hn::Lanes(d));
  if (n < lanes) {
    for (int x = 0; x < n; ++x) rgb[3 * x] = red[x], rgb[3 * x + 1] = green[x], rgb[3 * x + 2] = blue[x];
    return;
  }
  for (int x = 0;; x = std::min(x + lanes, n - lanes)) {
    hn::StoreInterleaved3(hn::LoadU(d, red + x), hn::LoadU(d, green + x), hn::LoadU(d, blue + x), d, rgb + 3 * x);
    if (x + lanes == n) return;
  }
}

#if HWY_TARGET != HWY_SCALAR
// One 16-byte window for every 128-bit block of the vector.
template <class D>
hn::Vec<D> windows(D d, const std::uint8_t* row, const std::int32_t* base) {
  if constexpr (hn::MaxLanes(D()) <= 16) {
    return hn::LoadU(d, row + base[0]);
  } else {
    const hn::Half<D> half;
    return hn::Combine(d, windows(half, row, base + hn::MaxLanes(half) / 16), windows(half, row, base));
  }
}

// Products of neighbouring 16-bit lanes, summed into the 32-bit lane above them.
template <class D16, class V16, class V32>
V32 dot(D16, V16 a, V16 b, V32 sum) {
  const hn::RepartitionToWide<D16> d32;
  V32 upper = hn::Zero(d32);
  sum = hn::ReorderWidenMulAccumulate(d32, a, b, sum, upper);
  return hn::RearrangeToOddPlusEven(sum, upper);
}

template <int Pairs>
void filter_in_windows(const std::uint8_t* HWY_RESTRICT row, const filter_windows& w, std::uint8_t* HWY_RESTRICT to) {
  const hn::ScalableTag<std::uint8_t> d8;
  const hn::Repartition<std::int16_t, decltype(d8)> d16;
  const hn::Repartition<std::int32_t, decltype(d8)> d32;
  const hn::Rebind<std::uint8_t, decltype(d32)> quarter;
  const int blocks = int(hn::Lanes(d8)) / 16, pairs = Pairs ? Pairs : w.pairs;
  const std::size_t step = std::size_t(w.groups) * 16;
  for (int g = 0; g < w.groups; g += blocks) {
    const auto window = windows(d8, row, w.base + g);
    auto sum = hn::Set(d32, round_half);
    for (int k = 0; k < pairs; ++k) {
      const std::size_t at = std::size_t(k) * step + std::size_t(g) * 16;
      const auto taps = hn::TableLookupBytesOr0(window, hn::LoadU(d8, w.picks + at));
      sum = dot(d16, hn::BitCast(d16, taps), hn::LoadU(d16, w.weights + at / 2), sum);
    }
    hn::StoreU(hn::DemoteTo(quarter, hn::ShiftRight<filter_axis::one_bits>(sum)), quarter, to + g * 4);
  }
}

#endif

void filter_columns(const std::uint8_t* HWY_RESTRICT row, const filter_windows& w, std::uint8_t* HWY_RESTRICT to) {
#if HWY_TARGET != HWY_SCALAR
  if (w.windowed) switch (w.pairs) {
      case 1: return filter_in_windows<1>(row, w, to);
      case 2: return filter_in_windows<2>(row, w, to);
      case 3: return filter_in_windows<3>(row, w, to);
      default: return filter_in_windows<0>(row, w, to);
    }
#endif
  const filter_axis& a = w.axis;
  for (int o = 0; o < a.count; ++o) {
    const std::uint8_t* from = row + a.start[o];
    const std::int16_t* weights = a.weights + std::ptrdiff_t(o) * a.taps;
    const int last = a.highest - a.start[o] + 1, taps = std::min(a.taps, last);
    int sum = round_half;
    for (int k = 0; k < taps; ++k) sum += from[k] * weights[k];
    to[o] = std::uint8_t(sum >> filter_axis::one_bits);
  }
}

#if HWY_TARGET != HWY_SCALAR
template <int Taps>
void sum_rows(const std::uint8_t* const* rows, const std::int16_t* weights, int taps, int n,
              std::uint8_t* HWY_RESTRICT to) {
  const hn::ScalableTag<std::int16_t> d16;
  const hn::RepartitionToWide<decltype(d16)> d32;
  const hn::Rebind<std::uint8_t, decltype(d16)> d8;
  if (Taps) taps = Taps;
  for (int x = 0; x < n; x += int(hn::Lanes(d16))) {
    auto low = hn::Set(d32, round_half), high = low;
    for (int k = 0; k < taps; k += 2) {
      const auto a = hn::PromoteTo(d16, hn::LoadU(d8, rows[k] + x)),
                 b = hn::PromoteTo(d16, hn::LoadU(d8, rows[k + 1] + x));
      const auto w = hn::InterleaveLower(d16, hn::Set(d16, weights[k]), hn::Set(d16, weights[k + 1]));
      low = dot(d16, hn::InterleaveLower(d16, a, b), w, low);
      high = dot(d16, hn::InterleaveUpper(d16, a, b), w, high);
    }
    const auto both = hn::ReorderDemote2To(d16, hn::ShiftRight<filter_axis::one_bits>(low),
                                           hn::ShiftRight<filter_axis::one_bits>(high));
    hn::StoreU(hn::DemoteTo(d8, both), d8, to + x);
  }
}

#else
template <int>
void sum_rows(const std::uint8_t* const* rows, const std::int16_t* weights, int taps, int n,
              std::uint8_t* HWY_RESTRICT to) {
  for (int x = 0; x < n; ++x) {
    int sum = round_half;
    for (int k = 0; k < taps; ++k) sum += rows[k][x] * weights[k];
    to[x] = std::uint8_t(sum >> filter_axis::one_bits);
  }
}
#endif

void filter_rows(const std::uint8_t* const* rows, const std::int16_t* weights, int taps, int n, std::uint8_t* to) {
  switch (taps) {
    case 2: return sum_rows<2>(rows, weights, taps, n, to);
    case 4: return sum_rows<4>(rows, weights, taps, n, to);
    case 6: return sum_rows<6>(rows, weights, taps, n, to);
    default: return sum_rows<0>(rows, weights, taps, n, to);
  }
}

}  // namespace troupe::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace troupe::kernels {

HWY_EXPORT(split);
HWY_EXPORT(join);
HWY_EXPORT(filter_columns);
HWY_EXPORT(filter_rows);

void split(const std::uint8_t* rgb, int n, std::uint8_t* red, std::uint8_t* green, std::uint8_t* blue) {
  HWY_DYNAMIC_DISPATCH(split)(rgb, n, red, green, blue);
}
void join(const std::uint8_t* red, const std::uint8_t* green, const std::uint8_t* blue, int n, std::uint8_t* rgb) {
  HWY_DYNAMIC_DISPATCH(join)(red, green, blue, n, rgb);
}
void filter_columns(const std::uint8_t* row, const filter_windows& w, std::uint8_t* to) {
  HWY_DYNAMIC_DISPATCH(filter_columns)(row, w, to);
}
void filter_rows(const std::uint8_t* const* rows, const std::int16_t* weights, int taps, int n, std::uint8_t* to) {
  HWY_DYNAMIC_DISPATCH(filter_rows)(rows, weights, taps, n, to);
}

std::vector<std::string> levels() {
  std::vector<std::string> names;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) names.emplace_back(hwy::TargetName(target));
  return names;
}

void use(const std::string& level) {
  std::int64_t only = 0;
  hwy::SetSupportedTargetsForTest(0);
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets())
    if (level == hwy::TargetName(target)) only = target;
  hwy::SetSupportedTargetsForTest(only);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace troupe::kernels
#endif
