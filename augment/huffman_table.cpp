#include <troupe/augment/huffman_table.hpp>

#include <algorithm>

namespace troupe {

bool huffman_code::defined_by(std::span<const std::uint8_t> definition) const noexcept {
  return size_ == definition.size() && std::equal(definition.begin(), definition.end(), definition_.begin());
}

bool huffman_code::define(std::span<const std::uint8_t> definition, int symbol_end) {
  size_ = 0;
  if (definition.size() < 16 || definition.size() > definition_.size()) return false;
  std::uint32_t code = 0;
  std::size_t at = 0;
  for (int l = 1; l <= 16; ++l) {  // ITU-T T.81, C.2: codes of a length count up, and none is all ones
    const std::uint32_t codes = definition[std::size_t(l) - 1];
    if (codes > 0 && code + codes >= std::uint32_t{1} << l) return false;
    first_[std::size_t(l)] = std::int32_t(at) - std::int32_t(code);
    code += codes;
    at += codes;
    limit_[std::size_t(l)] = code << (16 - l);
    code <<= 1;
  }
  if (definition.size() != 16 + at) return false;
  if (std::any_of(definition.begin() + 16, definition.end(), [=](int s) { return s >= symbol_end; })) return false;
  std::copy(definition.begin() + 16, definition.end(), symbols_.begin());
  std::copy(definition.begin(), definition.end(), definition_.begin());
  size_ = definition.size();
  return true;
}

template <class Visit>
void huffman_code::each(int longest, Visit visit) const {
  std::size_t at = 0, code = 0;
  for (int l = 1; l <= longest; ++l, code <<= 1)
    for (int n = definition_[std::size_t(l) - 1]; n > 0; --n) visit(code++, l, int(symbols_[at++]));
}

// Codes that begin with the same bits stand beside each other, so that a symbol fills one stretch of a table, and each
// of its values a part of the stretch.
bool dc_table::build(std::span<const std::uint8_t> definition) {
  if (!define(definition, 16)) return false;
  sizes.fill(0);
  each(bits, [this](std::size_t code, int length, int size) {
    if (plain_dc(size))
      std::fill_n(&sizes[code << (bits - length)], std::size_t{1} << (bits - length), entry(length, size));
  });
  return true;
}

namespace {

constexpr int longest_in_pairs = 6;  // bits of a value

/// A table for so many bits of look-up, out of those for fewer: what follows a symbol is what the bits behind it begin.
/// One behind the other, the table for n bits at 2^n - 1.
template <class Entry, int Most>
class layers {
 public:
  Entry* operator[](int bits) noexcept { return all_.data() + (std::size_t{1} << bits) - 1; }

 private:
  std::array<Entry, (std::size_t{2} << Most) - 1> all_{};
};

}  // namespace

// What a second symbol adds to an entry of `pairs`, by the bits that the first one leaves.
void ac_table::build_pairs() {
  layers<std::uint32_t, pair_bits> second;
  const auto add_second = [&](int bits, std::size_t code, int length, int symbol) {
    const int size = symbol & 15, whole = length + size;
    if (!plain_ac(symbol) || size > longest_in_pairs || whole > bits) return;
    const std::size_t each_fills = std::size_t{1} << (bits - whole);
    auto* to = second[bits] + (code << (bits - length));
    for (std::uint32_t v = 0; v < 1u << size; ++v, to += each_fills)
      std::fill_n(to, each_fills,
                  std::uint32_t(whole | advance_of(symbol) << 12) | std::uint32_t(extended(v, size)) << 25);
  };
  for (int bits = 1; bits < pair_bits; ++bits)
    each(bits, [&](std::size_t code, int length, int symbol) { add_second(bits, code, length, symbol); });

  pairs.fill(0);
  each(pair_bits, [&](std::size_t code, int length, int symbol) {
    if (!plain_ac(symbol)) return;
    const int size = symbol & 15, left = pair_bits - length - size;
    const auto advance = std::uint32_t(advance_of(symbol));
    auto* to = pairs.data() + (code << (pair_bits - length));
    if (left < 0 || size > longest_in_pairs) {
      std::fill_n(to, std::size_t{1} << (pair_bits - length), advance << 6 | std::uint32_t(length << 12 | size << 18));
      return;
    }
    for (std::uint32_t v = 0; v < 1u << size; ++v, to += std::size_t{1} << left) {
      const std::uint32_t alone =
          std::uint32_t(length + size) | advance << 6 | (std::uint32_t(extended(v, size)) & 127) << 18;
      if (symbol == 0)
        std::fill_n(to, std::size_t{1} << left, alone);
      else
        std::transform(second[left], second[left] + (std::size_t{1} << left), to,
                       [alone](std::uint32_t next) { return alone + next; });
    }
  });
}

void ac_table::build_steps() {
  layers<std::uint16_t, step_bits> all;
  const auto add = [&](int bits, std::size_t code, int length, int symbol) {
    const int size = symbol & 15, left = bits - length - size;
    if (!plain_ac(symbol) || left < 0) return;
    const std::size_t each_fills = std::size_t{1} << left, region = each_fills << size;
    auto* to = all[bits] + (code << (bits - length));
    if (symbol == 0) {
      std::fill_n(to, each_fills, std::uint16_t(length | 0x8000));
      return;
    }
    const int advance = advance_of(symbol);
    const auto* next = all[left];
    // A block has 63 coefficients: what would leave it is left for a look-up of its own.
    for (std::size_t i = 0; i < each_fills; ++i) {
      const int more = next[i] >> 6 & 63;
      to[i] = std::uint16_t((more + advance > 62 ? 0 : next[i]) + (length + size) + (advance << 6));
    }
    for (std::size_t done = each_fills; done < region; done *= 2) std::copy_n(to, done, to + done);
  };
  for (int bits = 1; bits <= step_bits; ++bits)
    each(bits, [&](std::size_t code, int length, int symbol) { add(bits, code, length, symbol); });
  std::transform(all[step_bits], all[step_bits] + steps.size(), steps.begin(),
                 [](std::uint16_t entry) { return entry == 0 ? std::uint16_t(63 << 6) : entry; });
}

bool ac_table::build(std::span<const std::uint8_t> definition) {
  if (!define(definition, 256)) return false;
  build_pairs();
  build_steps();
  return true;
}

template <class Table>
const Table* huffman_shelf::find(slots<Table>& in, std::span<const std::uint8_t> definition) {
  std::size_t oldest = 0;
  for (std::size_t i = 0; i < in.tables.size(); ++i) {
    if (in.tables[i].defined_by(definition)) {
      in.used[i] = ++uses_;
      return &in.tables[i];
    }
    if (in.used[i] < in.used[oldest]) oldest = i;
  }
  in.used[oldest] = ++uses_;
  return in.tables[oldest].build(definition) ? &in.tables[oldest] : nullptr;
}

template const dc_table* huffman_shelf::find(slots<dc_table>&, std::span<const std::uint8_t>);
template const ac_table* huffman_shelf::find(slots<ac_table>&, std::span<const std::uint8_t>);

}  // namespace troupe
