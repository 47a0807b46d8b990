#include <troupe/augment/lookup_kernels.hpp>

#include <algorithm>
#include <cstring>

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "troupe/augment/lookup_kernels.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace troupe::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using table256 = std::array<std::uint8_t, 256>;
using d8_t = hn::ScalableTag<std::uint8_t>;
using v8 = hn::Vec<d8_t>;
constexpr d8_t d8;

// Shorter vectors gain nothing over a load for each value.
#if HWY_TARGET <= HWY_AVX2
/// A table in parts of 16. A shuffle gives 0 where the upper bit of an index is set, which saturating steps down leave
/// so; of the others, the differences of all parts up to the right one add up.
class vector_table {
 public:
  HWY_INLINE explicit vector_table(const table256& t) {
    for (std::size_t k = 0; k < 16; ++k) {
      const auto here = hn::LoadDup128(d8, t.data() + 16 * k);
      part_[k] = k % 8 == 0 ? here : hn::Xor(here, hn::LoadDup128(d8, t.data() + 16 * (k - 1)));
    }
  }
  HWY_INLINE v8 operator()(v8 v) const {
    const hn::RebindToSigned<d8_t> i8;
    auto result = hn::Zero(d8);
    for (std::size_t half = 0; half < 16; half += 8) {
      auto index = hn::BitCast(i8, half == 0 ? v : hn::Xor(v, hn::Set(d8, 0x80)));
      for (std::size_t k = half; k < half + 8; ++k) {
        result = hn::Xor(result, hn::TableLookupBytesOr0(part_[k], hn::BitCast(d8, index)));
        index = hn::SaturatedSub(index, hn::Set(i8, 16));
      }
    }
    return result;
  }

 private:
  v8 part_[16];
};

void look_up_all(const table256& table, const std::uint8_t* from, std::size_t n, std::uint8_t* to) {
  const vector_table of(table);
  const std::size_t lanes = hn::Lanes(d8);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) hn::StoreU(of(hn::LoadU(d8, from + i)), d8, to + i);
  for (; i < n; ++i) to[i] = table[from[i]];
}

void look_up_pixels(const lookup& tables, const std::uint8_t* from, std::size_t n, std::uint8_t* to) {
  const vector_table red(tables.of[0]), green(tables.of[1]), blue(tables.of[2]);
  const std::size_t lanes = hn::Lanes(d8);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    v8 r, g, b;
    hn::LoadInterleaved3(d8, from + 3 * i, r, g, b);
    hn::StoreInterleaved3(red(r), green(g), blue(b), d8, to + 3 * i);
  }
  for (; i < n; ++i)
    for (std::size_t c = 0; c < 3; ++c) to[3 * i + c] = tables.of[c][from[3 * i + c]];
}
#else
void look_up_all(const table256& table, const std::uint8_t* from, std::size_t n, std::uint8_t* to) {
  for (std::size_t i = 0; i < n; ++i) to[i] = table[from[i]];
}

void look_up_pixels(const lookup& tables, const std::uint8_t* from, std::size_t n, std::uint8_t* to) {
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t c = 0; c < 3; ++c) to[3 * i + c] = tables.of[c][from[3 * i + c]];
}
#endif

/// Whether a table turns over the same bits of every value, as inverting does.
bool turns_bits(const table256& table) {
  unsigned others = 0;
  for (unsigned v = 0; v < 256; ++v) others |= table[v] ^ v ^ table[0];
  return others == 0;
}

void turn_bits(std::uint8_t bits, const std::uint8_t* from, std::size_t n, std::uint8_t* to) {
  const std::size_t lanes = hn::Lanes(d8);
  const auto turned = hn::Set(d8, bits);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {  // the processor itself does not look ahead beyond the end of a page
    hwy::Prefetch(from + i + 512);
    hn::StoreU(hn::Xor(hn::LoadU(d8, from + i), turned), d8, to + i);
  }
  for (; i < n; ++i) to[i] = from[i] ^ bits;
}

void look_up(const lookup& tables, int channels, const std::uint8_t* from, std::size_t n, std::uint8_t* to) {
  if (turns_bits(tables.of[0]) && (channels == 1 || tables.same_for_all()))
    return turn_bits(tables.of[0][0], from, n * std::size_t(channels), to);
#if HWY_TARGET <= HWY_AVX3
  if (can_permute()) {
    const bool alike = channels == 1 || tables.same_for_all();
    const std::size_t values = n * std::size_t(channels);
    for (std::size_t i = permute_values(tables, alike, from, values, to); i < values; ++i)
      to[i] = tables.of[alike ? 0 : i % 3][from[i]];
    return;
  }
#endif
  if (channels == 1)
    look_up_all(tables.of[0], from, n, to);
  else if (tables.same_for_all())
    look_up_all(tables.of[0], from, 3 * n, to);
  else
    look_up_pixels(tables, from, n, to);
}

// Three vectors in a row hold each channel in the same lanes as the next three.
void widen(int channels, const std::uint8_t* from, std::size_t n, std::uint8_t* low, std::uint8_t* high) {
  constexpr std::size_t most = 3 * hn::MaxLanes(d8_t());
  const std::size_t lanes = hn::Lanes(d8), values = n * std::size_t(channels), step = 3 * lanes;
  v8 least[3] = {hn::Set(d8, 255), hn::Set(d8, 255), hn::Set(d8, 255)};
  v8 greatest[3] = {hn::Zero(d8), hn::Zero(d8), hn::Zero(d8)};
  std::size_t i = 0;
  for (; i + step <= values; i += step)
    for (std::size_t k = 0; k < 3; ++k) {
      const auto v = hn::LoadU(d8, from + i + k * lanes);
      least[k] = hn::Min(least[k], v);
      greatest[k] = hn::Max(greatest[k], v);
    }
  std::uint8_t lows[most], highs[most];
  for (std::size_t k = 0; k < 3; ++k) {
    hn::StoreU(least[k], d8, lows + k * lanes);
    hn::StoreU(greatest[k], d8, highs + k * lanes);
  }
  const auto take = [&](std::size_t at, std::uint8_t lower, std::uint8_t upper) {
    const std::size_t c = channels == 1 ? 0 : at % 3;
    low[c] = std::min(low[c], lower);
    high[c] = std::max(high[c], upper);
  };
  if (i > 0)
    for (std::size_t k = 0; k < step; ++k) take(k, lows[k], highs[k]);
  for (; i < values; ++i) take(i, from[i], from[i]);
}

// Five pixels at a time, from the last place to the first; the byte before them is overwritten by the next five.
void copy_lines(const std::uint8_t* HWY_RESTRICT from, std::size_t from_step, std::size_t n, int lines,
                std::uint8_t* HWY_RESTRICT to, std::size_t to_step) {
  const hn::ScalableTag<std::uint8_t> d;
  const std::size_t lanes = hn::Lanes(d);
  for (; lines > 0; --lines, from += from_step, to += to_step) {
    if (n < lanes) {
      std::memcpy(to, from, n);
      continue;
    }
    for (std::size_t i = 0; i + lanes <= n; i += lanes) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
    hn::StoreU(hn::LoadU(d, from + n - lanes), d, to + n - lanes);
  }
}

void mirror(const std::uint8_t* HWY_RESTRICT from, int n, std::uint8_t* HWY_RESTRICT to) {
  int x = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::FixedTag<std::uint8_t, 16> d;
  alignas(16) static constexpr std::uint8_t reversed[] = {15, 12, 13, 14, 9, 10, 11, 6, 7, 8, 3, 4, 5, 0, 1, 2};
  const auto order = hn::Load(d, reversed);
  for (; x + 6 <= n; x += 5)
    hn::StoreU(hn::TableLookupBytes(hn::LoadU(d, from + 3 * x), order), d, to + 3 * (n - 5 - x) - 1);
#endif
  for (; x < n; ++x) std::memcpy(to + 3 * (n - 1 - x), from + 3 * x, 3);
}

}  // namespace troupe::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace troupe::kernels {

HWY_EXPORT(look_up);
HWY_EXPORT(widen);
HWY_EXPORT(mirror);
HWY_EXPORT(copy_lines);

void look_up(const lookup& tables, int channels, const std::uint8_t* from, std::size_t n, std::uint8_t* to) {
  HWY_DYNAMIC_DISPATCH(look_up)(tables, channels, from, n, to);
}
void widen(int channels, const std::uint8_t* from, std::size_t n, std::uint8_t* low, std::uint8_t* high) {
  HWY_DYNAMIC_DISPATCH(widen)(channels, from, n, low, high);
}
void mirror(const std::uint8_t* from, int n, std::uint8_t* to) { HWY_DYNAMIC_DISPATCH(mirror)(from, n, to); }

void copy_lines(const std::uint8_t* from, std::size_t from_step, std::size_t n, int lines, std::uint8_t* to,
                std::size_t to_step) {
  HWY_DYNAMIC_DISPATCH(copy_lines)(from, from_step, n, lines, to, to_step);
}

}  // namespace troupe::kernels
#endif
