#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace troupe {

/// A Huffman code as a DHT segment defines it: 16 counts by length, then the symbols (ITU-T T.81, B.2.4.2 and annex C).
class huffman_code {
 public:
  struct found {
    int length = 0;  ///< of the code in bits, 0: none begins so
    int symbol = 0;
  };
  /// One symbol by the next 16 bits of the stream.
  found find(std::uint32_t next16) const noexcept {
    int l = 1;
    while (l <= 16 && next16 >= limit_[std::size_t(l)]) ++l;
    if (l > 16) return {};
    return {l, symbols_[(next16 >> (16 - l)) + std::uint32_t(first_[std::size_t(l)])]};
  }
  bool defined_by(std::span<const std::uint8_t> definition) const noexcept;

 protected:
  /// False where it is no prefix code, or has a symbol of `symbol_end` or more.
  bool define(std::span<const std::uint8_t> definition, int symbol_end);
  /// Calls visit(code, length, symbol) for every code of at most `longest` bits, in the order of the codes.
  template <class Visit>
  void each(int longest, Visit visit) const;

 private:
  std::size_t size_ = 0;  ///< of the definition in bytes, 0: none
  std::array<std::uint8_t, 16 + 256> definition_{};
  std::array<std::uint8_t, 256> symbols_{};
  std::array<std::uint32_t, 17> limit_{};  ///< by length: the first 16 bits that no code of it begins
  std::array<std::int32_t, 17> first_{};   ///< by length: index of the first symbol less its code
};

/// The code of DC differences.
class dc_table : public huffman_code {
 public:
  static constexpr int bits = 9;

  bool build(std::span<const std::uint8_t> definition);

  /// By the next bits of the stream. Bits 0: length of the code with its value, 6: of the code, 11: of the value, as
  /// `entry` makes them. 0: not here.
  std::array<std::uint16_t, std::size_t{1} << bits> sizes{};

  static constexpr std::uint16_t entry(int length, int size) noexcept {
    return std::uint16_t((length + size) | length << 6 | size << 11);
  }
};

/// The code of AC coefficients. A look-up yields two at once where both fit, or steps over as many as fit.
class ac_table : public huffman_code {
 public:
  static constexpr int pair_bits = 11;  ///< looked at for coefficients
  static constexpr int step_bits = 12;  ///< … and for stepping over them; more would not fit a cache of 32 KiB
  /// What the end of a block adds to the position in it: more than any run, and enough to leave the block from
  /// anywhere.
  static constexpr int end_of_block = 63;

  bool build(std::span<const std::uint8_t> definition);

  /// By the next `pair_bits` bits of the stream, one or two symbols. Bits 0: their length with their values, 6: what
  /// the first adds to the position, 12: the second (0: there is none), 18 and 25: the values, signed. Length 0: not
  /// here; then bits 12: the code's length (0: longer than the look-up), 18: the bits of its value.
  std::array<std::uint32_t, std::size_t{1} << pair_bits> pairs{};
  /// By the next `step_bits` bits, as many symbols as fit: bits 0: their length, 6: what they add to the position (at
  /// most 63), 15: the last is the end of the block. Not here: length 0, and 63 so that the position leaves the block.
  std::array<std::uint16_t, std::size_t{1} << step_bits> steps{};

 private:
  void build_pairs();
  void build_steps();
};

/// The value of a coefficient by its additional bits (ITU-T T.81, F.2.2.1, EXTEND), without a branch on its sign.
constexpr int extended(std::uint32_t bits, int size) noexcept {
  const int below = (int(bits) - (1 << size >> 1)) >> 31;  // -1 where the value is negative
  return int(bits) + (below & (1 - (1 << size)));
}

/// Symbols that an 8-bit picture may use (ITU-T T.81, tables F.1 and F.2); others are left to libjpeg.
constexpr bool plain_dc(int symbol) noexcept { return symbol <= 11; }
constexpr bool plain_ac(int symbol) noexcept {
  const int size = symbol & 15;
  return size > 0 ? size <= 10 : symbol == 0x00 || symbol == 0xF0;
}
/// What an AC symbol adds to the position in its block.
constexpr int advance_of(int symbol) noexcept { return symbol == 0 ? ac_table::end_of_block : (symbol >> 4) + 1; }

/// Tables that were built before: most files share theirs with the file before them.
class huffman_shelf {
 public:
  /// nullptr where the definition is no code. Valid until the next picture.
  const dc_table* dc(std::span<const std::uint8_t> definition) { return find(dc_, definition); }
  const ac_table* ac(std::span<const std::uint8_t> definition) { return find(ac_, definition); }

 private:
  template <class Table>
  struct slots {
    std::array<Table, 4> tables;  // a picture has three at most, so that none of its own is overwritten
    std::array<std::uint64_t, 4> used{};
  };
  template <class Table>
  const Table* find(slots<Table>& in, std::span<const std::uint8_t> definition);

  slots<dc_table> dc_;
  slots<ac_table> ac_;
  std::uint64_t uses_ = 0;
};

}  // namespace troupe
