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
  differences.fill(0);
  each(bits, [this](std::size_t code, int length, int size) {
    const int rest = bits - length - size;
    if (rest < 0 || !plain_dc(size)) return;
    auto* to = differences.data() + (code << (bits - length));
    for (std::uint32_t v = 0; v < 1u << size; ++v, to += std::size_t{1} << rest)
      std::fill_n(to, std::size_t{1} << rest, std::uint32_t(length + size) | std::uint32_t(extended(v, size)) << 16);
  });
  return true;
}

bool ac_table::build(std::span<const std::uint8_t> definition) {
  if (!define(definition, 256)) return false;
  fill_pairs();
  fill_steps();
  return true;
}

void ac_table::fill_pairs() {
  pairs.fill(0);
  each(bits, [this](std::size_t code, int length, int symbol) {
    if (!plain_ac(symbol)) return;
    const int size = symbol & 15, rest = bits - length - size;
    const auto advance = std::uint64_t(advance_of(symbol)) << 16;
    auto* to = pairs.data() + (code << (bits - length));
    if (rest < 0) {
      const auto entry = std::uint64_t(length) << 8 | advance | std::uint64_t(size) << 24;
      std::fill_n(to, std::size_t{1} << (bits - length), entry);
      return;
    }
    const auto entry = std::uint64_t(length + size) * 0x101 | advance;
    for (std::uint32_t v = 0; v < 1u << size; ++v, to += std::size_t{1} << rest)
      std::fill_n(to, std::size_t{1} << rest, entry | std::uint64_t(std::uint16_t(extended(v, size))) << 32);
  });
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const std::uint64_t one = pairs[i], length = one & 255;
    if (length == 0 || length == bits || (one >> 16 & 255) == end_of_block) continue;
    const std::uint64_t two = pairs[i << length & (pairs.size() - 1)], both = length + (two & 255);
    if ((two & 255) == 0 || both > bits) continue;
    pairs[i] = (one & ~std::uint64_t{0xFF00}) | both << 8 | (two >> 16 & 255) << 24 | (two >> 32 & 0xFFFF) << 48;
  }
}

void ac_table::fill_steps() {
  std::array<std::uint16_t, std::size_t{1} << step_bits> single{};
  each(step_bits, [&](std::size_t code, int length, int symbol) {
    const int whole = length + (symbol & 15);
    if (!plain_ac(symbol) || whole > step_bits) return;
    const int entry = whole | (symbol == 0 ? 0x8000 : advance_of(symbol) << 8);
    std::fill_n(single.begin() + (std::ptrdiff_t(code) << (step_bits - length)), std::size_t{1} << (step_bits - length),
                std::uint16_t(entry));
  });
  for (std::size_t i = 0; i < steps.size(); ++i) {
    unsigned length = 0, advance = 0, end = 0;
    while (end == 0) {
      const unsigned next = single[i << length & (steps.size() - 1)];
      const unsigned longer = length + (next & 255), further = advance + (next >> 8 & 127);
      if (next == 0 || longer > unsigned(step_bits) || further > 63) break;
      length = longer;
      advance = further;
      end = next & 0x8000;
    }
    steps[i] = std::uint16_t(length | advance << 8 | end);
  }
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
