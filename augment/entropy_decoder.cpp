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

constexpr int pair_bits = ac_table::bits, step_bits = ac_table::step_bits;
constexpr int end_of_block = ac_table::end_of_block;
constexpr int bad = -1;

/// Where the coefficient at a zigzag position stands in its group. Positions behind the end of
/// a block, up to two ends and a run further, lead to values that nobody reads.
struct zigzag_places {
  std::array<std::uint16_t, 64 + 2 * std::size_t(end_of_block)> to{};

  constexpr zigzag_places() {
    to.fill(coefficient_groups::most_groups * coefficient_groups::group_size);
    for (std::size_t i = 0; i < 64; ++i) to[i] = std::uint16_t(zigzag[i] / 8 * 32 + zigzag[i] % 8);
  }
};
constexpr zigzag_places places;

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
    if (size == 0) return 0;
    const auto bits = std::uint32_t(peek(size));
    drop(size);
    return extended(bits, size);
  }
};

struct coefficient {
  int advance = bad;
  int value = 0;
};

/// One symbol of a code that the look-up has no room for.
HWY_NOINLINE coefficient long_coefficient(bit_reader& b, const ac_table& t) {
  b.fill();
  const std::uint64_t entry = t.pairs[b.peek(pair_bits)];
  int length = int(entry >> 8 & 255), advance = int(entry >> 16 & 255), size = int(entry >> 24 & 255);
  if (length == 0) {
    const auto f = t.find(std::uint32_t(b.peek(16)));
    if (f.length == 0 || !plain_ac(f.symbol)) return {};
    length = f.length;
    advance = advance_of(f.symbol);
    size = f.symbol & 15;
  }
  b.drop(length);
  return {advance, b.value(size)};
}

HWY_INLINE bool difference(bit_reader& b, const dc_table& t, std::int32_t& dc) {
  b.fill();
  const std::uint32_t entry = t.differences[b.peek(dc_table::bits)];
  if (HWY_LIKELY(entry != 0)) {
    b.drop(int(entry & 255));
    dc += std::int32_t(entry) >> 16;
  } else {
    const auto f = t.find(std::uint32_t(b.peek(16)));
    if (f.length == 0 || !plain_dc(f.symbol)) return false;
    b.drop(f.length);
    dc += b.value(f.symbol);
  }
  return dc >= -32768 && dc <= 32767;
}

/// The last position of a block that was left at k, or `bad` where a run went beyond 63.
HWY_INLINE int last_of(int k) { return k == 64 ? 63 : k > end_of_block ? k - end_of_block - 1 : bad; }

HWY_INLINE int read_block(bit_reader& b, const ac_table& t, std::int16_t* HWY_RESTRICT to) {
  for (int k = 1; k < 64;) {
    b.fill();
    for (int n = 0; n < 56 / pair_bits; ++n) {
      const std::uint64_t entry = t.pairs[b.peek(pair_bits)];
      if (HWY_UNLIKELY((entry & 255) == 0)) {
        const coefficient c = long_coefficient(b, t);
        if (c.advance == bad) return bad;
        k += c.advance;
        to[places.to[std::size_t(k - 1)]] = std::int16_t(c.value);
        break;
      }
      const int first = k + int(entry >> 16 & 255), second = first + int(entry >> 24 & 255);
      to[places.to[std::size_t(second - 1)]] = std::int16_t(entry >> 48);
      to[places.to[std::size_t(first - 1)]] = std::int16_t(entry >> 32);  // also where there is no second
      b.drop(int((first < 64 ? entry >> 8 : entry) & 255));
      k = first < 64 ? second : first;
      if (k >= 64) return last_of(k);
    }
    if (k >= 64) return last_of(k);
  }
  return bad;
}

HWY_INLINE bool step_over_block(bit_reader& b, const ac_table& t) {
  for (int k = 1;;) {
    b.fill();
    for (int n = 0; n < 56 / step_bits; ++n) {
      const unsigned entry = t.steps[b.peek(step_bits)];
      const int next = k + int(entry >> 8 & 127);
      if (HWY_UNLIKELY(entry == 0 || next > 63)) {
        b.fill();
        const std::uint64_t one = t.pairs[b.peek(pair_bits)];
        if (one & 255) {
          b.drop(int(one & 255));
          k += int(one >> 16 & 255);
        } else {
          const coefficient c = long_coefficient(b, t);
          if (c.advance == bad) return false;
          k += c.advance;
        }
        if (k >= 64) return last_of(k) != bad;
        break;
      }
      b.drop(int(entry & 255));
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
        const int place = m * k.beside + k.place, group = k.group + place / 4;
        std::int16_t* block = to->group(group) + place % 4 * 8;
        block[0] = std::int16_t(dc);
        const int last = read_block(b, *k.ac, block);
        if (last == bad) return false;
        to->last[std::size_t(group)] = std::max(to->last[std::size_t(group)], last);
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
      for (int x = 0; x < across; ++x) p.blocks[std::size_t(p.blocks_in_mcu++)] = {dc, ac, c, group, x, across};
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

bool entropy_decoder::skip(int mcus) { return mcus == 0 || HWY_DYNAMIC_DISPATCH(skip_mcus)(position_, mcus); }

}  // namespace troupe
#endif
