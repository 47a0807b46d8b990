// What both sizes of the inverse DCT share, compiled anew for every instruction set: included after Highway has chosen
// one, so that the guard is switched by it.
#if defined(TROUPE_AUGMENT_INVERSE_DCT_LANES) == defined(HWY_TARGET_TOGGLE)
#ifdef TROUPE_AUGMENT_INVERSE_DCT_LANES
#undef TROUPE_AUGMENT_INVERSE_DCT_LANES
#else
#define TROUPE_AUGMENT_INVERSE_DCT_LANES
#endif

#include <troupe/augment/inverse_dct.hpp>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace troupe::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr int row_stride = 32;        ///< of a group of four blocks, in coefficients
constexpr int most_between = 16383;   ///< after the first pass: sums of two still fit 16 bits
constexpr int farthest_sample = 511;  ///< of a sample from 128: libjpeg's table for clipping wraps beyond

#if HWY_TARGET != HWY_SCALAR
using d16_t = hn::CappedTag<std::int16_t, 32>;
using v16 = hn::Vec<d16_t>;
constexpr d16_t d16;
constexpr hn::RepartitionToWide<d16_t> d32;
using v32 = hn::Vec<decltype(d32)>;

HWY_INLINE v16 pair_of(const std::int16_t* f) {
  return hn::BitCast(d16, hn::Set(d32, std::int32_t(std::uint16_t(f[0]) | std::uint32_t(std::uint16_t(f[1])) << 16)));
}

HWY_INLINE v32 dot(v16 pairs, v16 factors, v32 sum) {
  v32 upper = hn::Zero(d32);
  sum = hn::ReorderWidenMulAccumulate(d32, pairs, factors, sum, upper);
  return hn::RearrangeToOddPlusEven(sum, upper);
}

/// Rows become columns in every 8x8 block.
HWY_INLINE void transpose(v16* v) {
  v16 a[8];
  for (int i = 0; i < 4; ++i) {
    a[2 * i] = hn::InterleaveLower(d16, v[i], v[i + 4]);
    a[2 * i + 1] = hn::InterleaveUpper(d16, v[i], v[i + 4]);
  }
  v16 b[8];
  for (int i = 0; i < 4; ++i) {
    b[2 * i] = hn::InterleaveLower(d16, a[i], a[i + 4]);
    b[2 * i + 1] = hn::InterleaveUpper(d16, a[i], a[i + 4]);
  }
  for (int i = 0; i < 4; ++i) {
    v[2 * i] = hn::InterleaveLower(d16, b[i], b[i + 4]);
    v[2 * i + 1] = hn::InterleaveUpper(d16, b[i], b[i + 4]);
  }
}

using vu16 = hn::Vec<hn::RebindToUnsigned<d16_t>>;

/// A row of coefficients, which becomes 0; what of them is too large is gathered in `excess`.
HWY_INLINE v16 dequantised(std::int16_t* row, const dequantisation& q, int y, vu16& excess) {
  constexpr hn::RebindToUnsigned<d16_t> u16;
  const v16 c = hn::Load(d16, row);
  hn::Store(hn::Zero(d16), d16, row);
  excess = hn::Or(excess, hn::SaturatedSub(hn::BitCast(u16, hn::Abs(c)), hn::LoadDup128(u16, q.most.data() + 8 * y)));
  return hn::Mul(c, hn::LoadDup128(d16, q.step.data() + 8 * y));
}

HWY_INLINE bool within(vu16 excess, vu16 between, vu16 sample) {
  constexpr hn::RebindToUnsigned<d16_t> u16;
  excess = hn::Or(excess, hn::SaturatedSub(between, hn::Set(u16, most_between)));
  excess = hn::Or(excess, hn::SaturatedSub(sample, hn::Set(u16, farthest_sample)));
  return hn::AllTrue(u16, hn::Eq(excess, hn::Zero(u16)));
}

#endif

}  // namespace troupe::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
