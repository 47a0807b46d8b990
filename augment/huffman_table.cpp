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

/// One symbol by the next bits: 0: length with its value (0: longer than the look-up), 6: what it adds to the position,
/// 12: length of its code alone, 18: the bits of its value, 25: the value, signed.
using symbols = std::array<std::uint32_t, std::size_t{1} << ac_table::step_bits>;

constexpr std::uint32_t longest_in_pairs = 6;  // bits of a value

std::uint32_t pair_of(const symbols& single, std::size_t i) {
  constexpr std::uint32_t most = ac_table::pair_bits;
  i <<= ac_table::step_bits - ac_table::pair_bits;
  const std::uint32_t one = single[i], length = one & 63, advance = one & 63 << 6, size = one >> 18 & 63;
  if ((one >> 12 & 63) > most) return 0;
  if (length == 0 || length > most || size > longest_in_pairs) return advance | (one & 63 << 12) | size << 18;
  const std::uint32_t alone = length | advance | (one >> 25) << 18;
  if (advance >> 6 == ac_table::end_of_block) return alone;
  const std::uint32_t two = single[i << length & (single.size() - 1)], both = length + (two & 63);
  if ((two & 63) == 0 || both > most || (two >> 18 & 63) > longest_in_pairs) return alone;
  return both | (alone & ~63u) | (two >> 6 & 63) << 12 | (two >> 25) << 25;
}

std::uint16_t steps_of(const symbols& single, std::size_t i) {
  std::uint32_t length = 0, advance = 0, end = 0;
  while (end == 0) {
    const std::uint32_t next = single[i << length & (single.size() - 1)];
    const std::uint32_t longer = length + (next & 63), added = next >> 6 & 63;
    if ((next & 63) == 0 || longer > ac_table::step_bits) break;
    if (added == ac_table::end_of_block) {
      end = 0x8000;
    } else if (advance + added > 62) {
      break;
    } else {
      advance += added;
    }
    length = longer;
  }
  return std::uint16_t(length == 0 ? 63 << 6 : length | advance << 6 | end);
}

}  // namespace

bool ac_table::build(std::span<const std::uint8_t> definition) {
  if (!define(definition, 256)) return false;
  symbols single{};
  each(step_bits, [&](std::size_t code, int length, int symbol) {
    if (!plain_ac(symbol)) return;
    const int size = symbol & 15, rest = step_bits - length - size;
    auto* to = single.data() + (code << (step_bits - length));
    const std::uint32_t entry = std::uint32_t(advance_of(symbol) << 6 | length << 12 | size << 18);
    if (rest < 0) {
      std::fill_n(to, std::size_t{1} << (step_bits - length), entry);
      return;
    }
    for (std::uint32_t v = 0; v < 1u << size; ++v, to += std::size_t{1} << rest)
      std::fill_n(to, std::size_t{1} << rest,
                  entry | std::uint32_t(length + size) | std::uint32_t(extended(v, size)) << 25);
  });
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = pair_of(single, i);
  for (std::size_t i = 0; i < steps.size(); ++i) steps[i] = steps_of(single, i);
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
