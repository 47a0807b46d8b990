#include <troupe/augment/inverse_dct.hpp>

#include <troupe/augment/zigzag.hpp>

#include <algorithm>

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "troupe/augment/inverse_dct.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// after the target is chosen
#include <troupe/augment/inverse_dct_lanes.hpp>

HWY_BEFORE_NAMESPACE();
namespace troupe::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr int first_shift = 11, second_shift = 18;

// Loeffler, Ligtenberg and Moschytz, "Practical fast 1-D DCT algorithms with 11 multiplications", ICASSP 1989. Each
// output is a sum of integer products before the one rounding shift, so the factors of libjpeg's butterflies may be
// multiplied out: 8192 times 0.541196100, 0.765366865, -1.847759065 for the even part, and sums of its nine for the
// odd.
constexpr std::int16_t even[2][2] = {{10703, 4433}, {4433, -10704}};  // of inputs 2 and 6
constexpr std::int16_t odd[4][4] = {{11363, 9633, 6437, 2260},        // of inputs 1, 3, 5, 7
                                    {9633, -2259, -11362, -6436},
                                    {6437, -11362, 2261, 9633},
                                    {2260, -6436, 9633, -11363}};

#if HWY_TARGET != HWY_SCALAR
// One half (the lower or upper four of every eight columns) of the eight sums, before they are brought together.
template <bool Short>
struct half_sums {
  v32 plus[4], minus[4];

  HWY_INLINE half_sums(v16 p04, v16 p26, v16 p13, v16 p57, int shift) {
    const v32 round = hn::Set(d32, 1 << (shift - 1)), none = hn::Zero(d32);
    static constexpr std::int16_t sum[2] = {8192, 8192}, difference[2] = {8192, -8192};
    const v32 a = dot(p04, pair_of(sum), round), b = dot(p04, pair_of(difference), round);
    const v32 c = dot(p26, pair_of(even[0]), none), d = dot(p26, pair_of(even[1]), none);
    const v32 e[4] = {hn::Add(a, c), hn::Add(b, d), hn::Sub(b, d), hn::Sub(a, c)};
    for (int i = 0; i < 4; ++i) {
      v32 o = dot(p13, pair_of(odd[i]), none);
      if constexpr (!Short) o = dot(p57, pair_of(odd[i] + 2), o);
      plus[i] = hn::Add(e[i], o);
      minus[i] = hn::Sub(e[i], o);
    }
  }
};

// Eight vectors are the eight inputs of as many transforms as there are lanes. Short: inputs 4 to 7 are 0.
template <int Shift, bool Short>
HWY_INLINE void transform(v16* v) {
  const v16 zero = hn::Zero(d16);
  const v16 v4 = Short ? zero : v[4], v5 = Short ? zero : v[5], v6 = Short ? zero : v[6], v7 = Short ? zero : v[7];
  const half_sums<Short> low(hn::InterleaveLower(d16, v[0], v4), hn::InterleaveLower(d16, v[2], v6),
                             hn::InterleaveLower(d16, v[1], v[3]), hn::InterleaveLower(d16, v5, v7), Shift);
  const half_sums<Short> high(hn::InterleaveUpper(d16, v[0], v4), hn::InterleaveUpper(d16, v[2], v6),
                              hn::InterleaveUpper(d16, v[1], v[3]), hn::InterleaveUpper(d16, v5, v7), Shift);
  for (int i = 0; i < 4; ++i) {
    v[i] = hn::ReorderDemote2To(d16, hn::ShiftRight<Shift>(low.plus[i]), hn::ShiftRight<Shift>(high.plus[i]));
    v[7 - i] = hn::ReorderDemote2To(d16, hn::ShiftRight<Shift>(low.minus[i]), hn::ShiftRight<Shift>(high.minus[i]));
  }
}

// Columns of 16-bit values, 0 at 128, become rows of samples.
HWY_INLINE void store(const v16* v, std::uint8_t* HWY_RESTRICT to, std::size_t stride) {
  constexpr hn::Repartition<std::uint8_t, d16_t> d8;
  constexpr hn::Repartition<std::uint32_t, d16_t> u32;
  constexpr hn::Repartition<std::uint64_t, d16_t> u64;
  constexpr hn::Half<decltype(d8)> half;
  const v16 centre = hn::Set(d16, 128), darkest = hn::Zero(d16), brightest = hn::Set(d16, 255);
  const auto sample = [&](v16 c) HWY_ATTR { return hn::Min(hn::Max(hn::Add(c, centre), darkest), brightest); };
  v16 p[4];  // two columns each, beside each other
  for (int i = 0; i < 4; ++i) p[i] = hn::Or(sample(v[2 * i]), hn::ShiftLeft<8>(sample(v[2 * i + 1])));
  const auto top_left = hn::BitCast(u32, hn::InterleaveLower(d16, p[0], p[1])),
             bottom_left = hn::BitCast(u32, hn::InterleaveUpper(d16, p[0], p[1])),
             top_right = hn::BitCast(u32, hn::InterleaveLower(d16, p[2], p[3])),
             bottom_right = hn::BitCast(u32, hn::InterleaveUpper(d16, p[2], p[3]));
  const hn::Vec<decltype(u64)> rows[4] = {hn::BitCast(u64, hn::InterleaveLower(u32, top_left, top_right)),
                                          hn::BitCast(u64, hn::InterleaveUpper(u32, top_left, top_right)),
                                          hn::BitCast(u64, hn::InterleaveLower(u32, bottom_left, bottom_right)),
                                          hn::BitCast(u64, hn::InterleaveUpper(u32, bottom_left, bottom_right))};
  for (int i = 0; i < 2; ++i, to += 4 * stride) {
    const auto e = hn::BitCast(d8, hn::ConcatEven(u64, rows[2 * i + 1], rows[2 * i]));
    const auto o = hn::BitCast(d8, hn::ConcatOdd(u64, rows[2 * i + 1], rows[2 * i]));
    hn::StoreU(hn::LowerHalf(half, e), half, to);
    hn::StoreU(hn::LowerHalf(half, o), half, to + stride);
    hn::StoreU(hn::UpperHalf(half, e), half, to + 2 * stride);
    hn::StoreU(hn::UpperHalf(half, o), half, to + 3 * stride);
  }
}

template <bool Short>
bool transform_group(std::int16_t* HWY_RESTRICT group, const dequantisation& q, std::uint8_t* HWY_RESTRICT to,
                     std::size_t stride) {
  constexpr hn::RebindToUnsigned<d16_t> u16;
  constexpr int rows = Short ? 4 : 8;
  auto excess = hn::Zero(u16), between = excess, sample = excess;
  for (std::size_t at = 0; at < row_stride; at += hn::Lanes(d16)) {
    v16 v[8];
    for (int y = 0; y < rows; ++y) { v[y] = dequantised(group + std::size_t(y) * row_stride + at, q, y, excess); }
    transform<first_shift, Short>(v);
    for (int y = 0; y < 8; ++y) between = hn::Max(between, hn::BitCast(u16, hn::Abs(v[y])));
    transpose(v);
    transform<second_shift, Short>(v);
    for (int x = 0; x < 8; ++x) sample = hn::Max(sample, hn::BitCast(u16, hn::Abs(v[x])));
    store(v, to + at, stride);
  }
  return within(excess, between, sample);
}

#else
template <bool>
bool transform_group(std::int16_t* group, const dequantisation& q, std::uint8_t* to, std::size_t stride) {
  bool plain = true;
  const auto transform = [&](std::int32_t* v, int step, int shift, int most) {
    const auto in = [&](int i) { return v[i * step]; };
    const std::int32_t a = (in(0) + in(4)) * 8192, b = (in(0) - in(4)) * 8192;
    const std::int32_t c = in(2) * even[0][0] + in(6) * even[0][1], d = in(2) * even[1][0] + in(6) * even[1][1];
    const std::int32_t e[4] = {a + c, b + d, b - d, a - c};
    std::int32_t out[8];
    for (int i = 0; i < 4; ++i) {
      const std::int32_t o = in(1) * odd[i][0] + in(3) * odd[i][1] + in(5) * odd[i][2] + in(7) * odd[i][3];
      out[i] = (e[i] + o + (1 << (shift - 1))) >> shift;
      out[7 - i] = (e[i] - o + (1 << (shift - 1))) >> shift;
    }
    for (int i = 0; i < 8; ++i) {
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
    for (int x = 0; x < 8 && plain; ++x) transform(v + x, 8, first_shift, most_between);
    for (int y = 0; y < 8 && plain; ++y) transform(v + 8 * y, 1, second_shift, farthest_sample);
    for (int i = 0; i < 64; ++i)
      to[std::size_t(i / 8) * stride + std::size_t(block * 8 + i % 8)] = std::uint8_t(std::clamp(v[i] + 128, 0, 255));
  }
  return plain;
}

#endif

// Positions 0 to 9 of the zigzag are rows and columns 0 to 3.
bool transform_blocks(std::int16_t* group, const dequantisation& q, int last, std::uint8_t* to, std::size_t stride) {
  return last < 10 ? transform_group<true>(group, q, to, stride) : transform_group<false>(group, q, to, stride);
}

}  // namespace troupe::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace troupe {

HWY_EXPORT(transform_blocks);

// DC alone: one value a block, by the same two roundings at either size.
bool fill_with_dc(std::int16_t* group, const dequantisation& q, std::size_t size, std::uint8_t* to,
                  std::size_t stride) {
  bool plain = true;
  for (std::size_t block = 0; block < 4; ++block) {
    const int dc = group[block * 8] * q.step[0], sample = (dc + 4) >> 3;
    plain = plain && sample >= -511 && sample <= 511;
    group[block * 8] = 0;
    for (std::size_t y = 0; y < size; ++y)
      std::fill_n(to + y * stride + block * size, size, std::uint8_t(std::clamp(sample + 128, 0, 255)));
  }
  return plain;
}

dequantisation::dequantisation(const std::uint8_t* steps) noexcept {
  for (std::size_t i = 0; i < 64; ++i) {
    step[zigzag[i]] = steps[i];
    most[zigzag[i]] = std::uint16_t(16383 / std::max<int>(steps[i], 1));
  }
}

bool inverse_dct(std::int16_t* group, const dequantisation& q, int last, std::uint8_t* to, std::size_t stride) {
  if (last == 0) return fill_with_dc(group, q, 8, to, stride);
  return HWY_DYNAMIC_DISPATCH(transform_blocks)(group, q, last, to, stride);
}

}  // namespace troupe
#endif
