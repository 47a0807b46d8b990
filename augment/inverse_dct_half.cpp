#include <troupe/augment/inverse_dct.hpp>

#include <algorithm>
#include <cstring>

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "troupe/augment/inverse_dct_half.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// after the target is chosen
#include <troupe/augment/inverse_dct_lanes.hpp>

HWY_BEFORE_NAMESPACE();
namespace troupe::HWY_NAMESPACE {

// The transform of four outputs leaves input 4 out.
constexpr int first_half_shift = 12, second_half_shift = 19;
constexpr std::int16_t half_even[2] = {15137, -6270};  // of inputs 2 and 6
constexpr std::int16_t half_odd[2][4] = {{20995, 7373, -4926, -4176}, {8697, -17799, 11893, -1730}};

#if HWY_TARGET != HWY_SCALAR
// Inputs 0 to 3 and 5 to 7 become outputs 0 to 3; of every eight columns the lower or the upper four.
template <int Shift, bool Upper>
HWY_INLINE void half_sums_of(const v16* v, v32* out) {
  static constexpr std::int16_t whole[2] = {16384, 0};
  const auto pairs = [](v16 a, v16 b)
                         HWY_ATTR { return Upper ? hn::InterleaveUpper(d16, a, b) : hn::InterleaveLower(d16, a, b); };
  const v32 none = hn::Zero(d32);
  const v16 p13 = pairs(v[1], v[3]), p57 = pairs(v[5], v[7]);
  const v32 a = dot(pairs(v[0], hn::Zero(d16)), pair_of(whole), hn::Set(d32, 1 << (Shift - 1)));
  const v32 c = dot(pairs(v[2], v[6]), pair_of(half_even), none);
  for (int i = 0; i < 2; ++i) {
    const v32 e = i == 0 ? hn::Add(a, c) : hn::Sub(a, c);
    const v32 o = dot(p57, pair_of(half_odd[i] + 2), dot(p13, pair_of(half_odd[i]), none));
    out[i] = hn::ShiftRight<Shift>(hn::Add(e, o));
    out[3 - i] = hn::ShiftRight<Shift>(hn::Sub(e, o));
  }
}

bool transform_half(std::int16_t* HWY_RESTRICT group, const dequantisation& q, std::uint8_t* HWY_RESTRICT to,
                    std::size_t stride) {
  constexpr hn::RebindToUnsigned<d16_t> u16;
  const v16 centre = hn::Set(d16, 128), darkest = hn::Zero(d16), brightest = hn::Set(d16, 255);
  auto excess = hn::Zero(u16), between = excess, farthest = excess;
  for (std::size_t at = 0; at < row_stride; at += hn::Lanes(d16)) {
    v16 v[8];
    for (int y = 0; y < 8; ++y) v[y] = dequantised(group + std::size_t(y) * row_stride + at, q, y, excess);
    v32 low[4], high[4];
    half_sums_of<first_half_shift, false>(v, low);
    half_sums_of<first_half_shift, true>(v, high);
    for (int y = 0; y < 4; ++y) {
      v[y] = hn::ReorderDemote2To(d16, low[y], high[y]);
      v[y + 4] = hn::Zero(d16);
      between = hn::Max(between, hn::BitCast(u16, hn::Abs(v[y])));
    }
    transpose(v);
    half_sums_of<second_half_shift, false>(v, low);
    for (int x = 0; x < 4; ++x) {
      v[x] = hn::ReorderDemote2To(d16, low[x], low[x]);
      farthest = hn::Max(farthest, hn::BitCast(u16, hn::Abs(v[x])));
      v[x] = hn::Min(hn::Max(hn::Add(v[x], centre), darkest), brightest);
    }
    const v16 rows =
        hn::InterleaveLower(d16, hn::Or(v[0], hn::ShiftLeft<8>(v[1])), hn::Or(v[2], hn::ShiftLeft<8>(v[3])));
    alignas(64) std::int16_t samples[32];
    hn::Store(rows, d16, samples);
    for (std::size_t block = 0; block < hn::Lanes(d16) / 8; ++block)
      for (std::size_t y = 0; y < 4; ++y)
        std::memcpy(to + y * stride + at / 2 + block * 4, samples + block * 8 + y * 2, 4);
  }
  return within(excess, between, farthest);
}

#else
bool transform_half(std::int16_t* group, const dequantisation& q, std::uint8_t* to, std::size_t stride) {
  bool plain = true;
  const auto transform = [&](std::int32_t* v, int step, int shift, int most) {
    const auto in = [&](int i) { return v[i * step]; };
    const std::int32_t a = in(0) * 16384, c = in(2) * half_even[0] + in(6) * half_even[1];
    std::int32_t out[4];
    for (int i = 0; i < 2; ++i) {
      const std::int32_t e = i == 0 ? a + c : a - c, o = in(1) * half_odd[i][0] + in(3) * half_odd[i][1] +
                                                         in(5) * half_odd[i][2] + in(7) * half_odd[i][3];
      out[i] = (e + o + (1 << (shift - 1))) >> shift;
      out[3 - i] = (e - o + (1 << (shift - 1))) >> shift;
    }
    for (int i = 0; i < 4; ++i) {
      v[i * step] = out[i];
      plain = plain && out[i] >= -most && out[i] <= most;
    }
  };
  for (int block = 0; block < 4; ++block) {
    std::int32_t v[64];
    for (int i = 0; i < 64; ++i) {
      std::int16_t& c = group[i / 8 * row_stride + block * 8 + i % 8];
      if ((c < 0 ? -int(c) : int(c)) > int(q.most[std::size_t(i)])) plain = false;
      v[i] = plain ? c * q.step[std::size_t(i)] : 0;
      c = 0;
    }
    for (int x = 0; x < 8 && plain; ++x) transform(v + x, 8, first_half_shift, most_between);
    for (int y = 0; y < 4 && plain; ++y) transform(v + 8 * y, 1, second_half_shift, farthest_sample);
    for (int i = 0; i < 16; ++i)
      to[std::size_t(i / 4) * stride + std::size_t(block * 4 + i % 4)] =
          std::uint8_t(std::clamp(v[i / 4 * 8 + i % 4] + 128, 0, 255));
  }
  return plain;
}
#endif

}  // namespace troupe::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace troupe {

HWY_EXPORT(transform_half);

bool inverse_dct_half(std::int16_t* group, const dequantisation& q, int last, std::uint8_t* to, std::size_t stride) {
  if (last == 0) return fill_with_dc(group, q, 4, to, stride);
  return HWY_DYNAMIC_DISPATCH(transform_half)(group, q, to, stride);
}

}  // namespace troupe
#endif
