#include <troupe/augment/entropy_decoder.hpp>

#include <troupe/augment/zigzag.hpp>

#include <algorithm>
#include <bit>
#include <cstring>

// Compiled for several instruction sets, for shifts by a variable number of bits (BMI2).
#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "troupe/augment/entropy_decoder.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace troupe::HWY_NAMESPACE {

constexpr int end_of_block = ac_table::end_of_block;
constexpr int lookups = 56 / ac_table::step_bits;  // that a full reader has bits for
constexpr int pair_lookups = 56 / ac_table::pair_bits;
constexpr int bad = -1;

/// Where in its group the coefficient stands behind which the position in the block is k. Positions beyond the end of a
/// block, as far as a look-up may lead, have a place that nobody reads.
struct coefficient_places {
  std::array<std::uint16_t, 64 + 2 * std::size_t(end_of_block) + 2> before{};

  constexpr coefficient_places() {
    before.fill(coefficient_groups::most_groups * coefficient_groups::group_size);
    for (std::size_t i = 0; i < 64; ++i) before[i + 1] = std::uint16_t(zigzag[i] / 8 * 32 + zigzag[i] % 8);
  }
};
constexpr coefficient_places places;

struct bit_reader {
  std::uint64_t held;
  int count;
  const std::uint8_t* at;

  HWY_INLINE void fill() {  // at least 56 bits
    std::uint64_t next;
    std::memcpy(&next, at, 8);
    if constexpr (std::endian::native == std::endian::little) next = __builtin_bswap64(next);
    held |= next >> count;
    at += (63 - count) >> 3;
    count |= 56;
  }
  HWY_INLINE std::size_t peek(int n) const { return std::size_t(held >> (64 - n)); }
  HWY_INLINE void drop(int n) {
    held <<= n;
    count -= n;
  }
  HWY_INLINE int value(int size) {
    const auto bits = std::uint32_t(held >> 1 >> (63 - size));
    drop(size);
    return extended(bits, size);
  }
};

/// A symbol by its code alone, as the look-up has those whose values do not fit; 0 where it is none.
HWY_NOINLINE std::uint32_t searched(const ac_table& t, std::size_t next16) {
  const auto f = t.find(std::uint32_t(next16));
  if (f.length == 0 || !plain_ac(f.symbol)) return 0;
  return std::uint32_t(advance_of(f.symbol) << 6 | f.length << 12 | (f.symbol & 15) << 18);
}

struct coefficient {
  int advance = bad;
  int value = 0;
};

/// One symbol that the look-up has no room for, or that must be taken without the one behind it.
HWY_INLINE coefficient one_coefficient(bit_reader& b, const ac_table& t, std::uint32_t entry) {
  b.fill();
  if ((entry & 63) != 0 || entry == 0) entry = searched(t, b.peek(16));
  if (entry == 0) return {};
  b.drop(int(entry >> 12 & 63));
  const int value = b.value(int(entry >> 18 & 63));
  return {int(entry >> 6 & 63), value};
}

HWY_INLINE bool difference(bit_reader& b, const dc_table& t, std::int32_t& dc) {
  b.fill();
  unsigned entry = t.sizes[b.peek(dc_table::bits)];
  if (HWY_UNLIKELY(entry == 0)) {
    const auto f = t.find(std::uint32_t(b.peek(16)));
    if (f.length == 0 || !plain_dc(f.symbol)) return false;
    entry = dc_table::entry(f.length, f.symbol);
  }
  const int size = int(entry >> 11);
  const auto bits = std::uint32_t(b.held << (entry >> 6 & 31) >> 1 >> (63 - size));
  b.drop(int(entry & 63));
  dc += extended(bits, size);
  return dc >= -32768 && dc <= 32767;
}

/// The last position of a block that was left at k by a symbol that added this; `bad` where a run went beyond 63.
HWY_INLINE int last_of(std::size_t k, std::size_t advance) {
  return advance == end_of_block ? int(k) - end_of_block - 1 : k == 64 ? 63 : bad;
}

HWY_INLINE int read_block(bit_reader& b, const ac_table& t, std::int16_t* HWY_RESTRICT to) {
  for (std::size_t k = 1;;) {
    b.fill();
    for (int n = 0; n < pair_lookups; ++n) {
      const std::uint32_t entry = t.pairs[b.peek(ac_table::pair_bits)];
      const std::size_t more = entry >> 12 & 63, first = k + (entry >> 6 & 63), second = first + more;
      if (HWY_UNLIKELY((entry & 63) == 0 || (first >= 64 && more > 0))) {
        const coefficient c = one_coefficient(b, t, entry);
        if (c.advance == bad) return bad;
        k += std::size_t(c.advance);
        to[places.before[k]] = std::int16_t(c.value);
        if (k >= 64) return last_of(k, std::size_t(c.advance));
        break;
      }
      to[places.before[second]] = std::int16_t(std::int32_t(entry) >> 25);
      to[places.before[first]] = std::int16_t(std::int32_t(entry << 7) >> 25);  // also where it is alone
      b.drop(int(entry & 63));
      if (second >= 64) return last_of(second, more > 0 ? more : second - k);
      k = second;
    }
  }
}

HWY_INLINE bool step_over_block(bit_reader& b, const ac_table& t) {
  for (int k = 1;;) {
    b.fill();
    for (int n = 0; n < lookups; ++n) {
      const unsigned entry = t.steps[b.peek(ac_table::step_bits)];
      const int next = k + int(entry >> 6 & 63);
      if (HWY_UNLIKELY(next > 63)) {
        const coefficient c = one_coefficient(b, t, t.pairs[b.peek(ac_table::pair_bits)]);
        if (c.advance == bad) return false;
        k += c.advance;
        if (k >= 64) return last_of(std::size_t(k), std::size_t(c.advance)) != bad;
        break;
      }
      b.drop(int(entry & 63));
      k = next;
      if (entry >> 15) return true;
    }
  }
}

template <bool Wanted>
bool mcus(entropy_decoder::position& p, int count, coefficient_groups* to) {
  bit_reader b{p.held, p.count, p.at};
  const std::uint8_t* limit = p.stream.limit();
  for (int m = 0; m < count; ++m) {
    if (HWY_UNLIKELY(b.at > limit || p.until_restart == 0)) {
      p.held = b.held, p.count = b.count, p.at = b.at;
      if (p.until_restart == 0 && !p.restart()) return false;
      if (p.at > p.stream.limit() && !p.advance()) return false;
      b = {p.held, p.count, p.at};
      limit = p.stream.limit();
    }
    --p.until_restart;
    for (int i = 0; i < p.blocks_in_mcu; ++i) {
      const entropy_decoder::block& k = p.blocks[std::size_t(i)];
      std::int32_t& dc = p.dc[std::size_t(k.component)];
      if (!difference(b, *k.dc, dc)) return false;
      if constexpr (Wanted) {
        std::int16_t* block = to->values.data() + k.offset[std::size_t(m)];
        block[0] = std::int16_t(dc);
        const int last = read_block(b, *k.ac, block);
        if (last == bad) return false;
        int& of_group = to->last[k.offset[std::size_t(m)] / coefficient_groups::group_size];
        of_group = std::max(of_group, last);
      } else if (!step_over_block(b, *k.ac)) {
        return false;
      }
    }
  }
  p.held = b.held, p.count = b.count, p.at = b.at;
  return p.stream.covers(b.at, b.count);
}

bool read_mcus(entropy_decoder::position& p, int count, coefficient_groups* to) { return mcus<true>(p, count, to); }
bool skip_mcus(entropy_decoder::position& p, int count) { return mcus<false>(p, count, nullptr); }

}  // namespace troupe::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace troupe {

HWY_EXPORT(read_mcus);
HWY_EXPORT(skip_mcus);

bool entropy_decoder::position::advance() noexcept {
  at = stream.advance(at);
  return at != nullptr;
}

bool entropy_decoder::position::restart() noexcept {
  at = stream.restart(restart_number, at, count);
  if (!at) return false;
  held = 0;
  count = 0;
  dc = {};
  until_restart = restart_interval;
  restart_number = (restart_number + 1) % 8;
  return true;
}

bool entropy_decoder::open(const baseline_frame& frame, huffman_shelf& tables, std::uint8_t* memory) {
  position_ = {};
  position& p = position_;
  for (int c = 0, group = 0; c < frame.components; ++c) {
    const auto& of = frame.of[std::size_t(c)];
    const int across = c == 0 ? frame.across : 1, down = c == 0 ? frame.down : 1;
    const auto* dc = tables.dc(of.dc);
    const auto* ac = tables.ac(of.ac);
    if (!dc || !ac) return false;
    for (int y = 0; y < down; ++y, group += across)
      for (int x = 0; x < across; ++x) {
        block& b = p.blocks[std::size_t(p.blocks_in_mcu++)];
        b = {dc, ac, c, {}};
        for (int m = 0; m < coefficient_groups::mcus; ++m) {
          const int place = m * across + x;  // beside the other blocks of this row
          b.offset[std::size_t(m)] =
              std::uint32_t((group + place / 4) * coefficient_groups::group_size + place % 4 * 8);
        }
      }
  }
  p.restart_interval = frame.restart_interval;
  p.until_restart = frame.restart_interval > 0 ? frame.restart_interval : -1;
  p.at = p.stream.open(frame.scan, memory);
  return p.at != nullptr;
}

bool entropy_decoder::read(int mcus, coefficient_groups& to) {
  to.last = {};
  return HWY_DYNAMIC_DISPATCH(read_mcus)(position_, mcus, &to);
}

scan_mark entropy_decoder::mark() const noexcept {
  const position& p = position_;
  const std::uint8_t* next = p.at - (p.count + 7) / 8;
  scan_mark m{std::uint32_t(p.stream.offset(next)), std::uint16_t((8 - p.count % 8) % 8), {}};
  for (std::size_t c = 0; c < 3; ++c) m.dc[c] = std::int16_t(p.dc[c]);
  return m;
}

bool entropy_decoder::seek(const scan_mark& to, int mcu) {
  position& p = position_;
  p.at = p.stream.seek(to.byte);
  if (!p.at || to.bit > 7) return false;
  p.held = 0;
  p.count = 0;
  if (to.bit > 0) {  // the rest of a byte that was begun
    p.held = std::uint64_t{*p.at++} << (56 + to.bit);
    p.count = 8 - to.bit;
  }
  std::copy(to.dc.begin(), to.dc.end(), p.dc.begin());
  if (p.restart_interval > 0) {  // between two intervals the marker of the second is still to be read
    const int intervals = (mcu + p.restart_interval - 1) / p.restart_interval;
    p.until_restart = intervals * p.restart_interval - mcu;
    p.restart_number = std::max(0, intervals - 1) % 8;
  }
  return true;
}

bool entropy_decoder::skip(int mcus) { return mcus == 0 || HWY_DYNAMIC_DISPATCH(skip_mcus)(position_, mcus); }

}  // namespace troupe
#endif
