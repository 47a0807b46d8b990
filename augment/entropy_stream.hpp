#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace troupe {

/// The entropy-coded bytes of a scan without their stuffing, a window at a time: a reader takes whole words out of it
/// and asks once an MCU whether it has come too far. Behind the bytes there are always as many readable ones as an MCU
/// can take, so that no read in between needs a check.
class entropy_stream {
 public:
  /// Ten blocks of 64 symbols, each of at most 16 bits and 16 more of its value, and a word.
  static constexpr std::size_t margin = 10 * 64 * 4 + 16;
  static constexpr std::size_t window = std::size_t{12} << 10;
  static constexpr std::ptrdiff_t word = 8;  ///< what a reader takes at once, and may still hold bits of
  /// Memory that `open` is given.
  static constexpr std::size_t bytes_needed = window + margin + 64;

  /// Begins with the first byte of `scan`; nullptr where the file ends in sight and no marker does.
  const std::uint8_t* open(std::span<const std::uint8_t> scan, std::uint8_t* memory) noexcept;

  /// A reader at or before it may take another MCU.
  const std::uint8_t* limit() const noexcept { return limit_; }
  /// Called beyond `limit` with the next byte to be read: where that byte is now; nullptr where the bytes have ended.
  const std::uint8_t* advance(const std::uint8_t* at) noexcept;
  /// Whether no more bits were taken than there are, `unused` of those before `at` being left.
  bool covers(const std::uint8_t* at, int unused) const noexcept { return bits_behind(at, unused) >= 0; }
  /// How many bytes of the scan lie before `at`, which is at most a word behind what a reader takes next.
  std::size_t offset(const std::uint8_t* at) const noexcept;
  /// Goes on `offset` bytes behind the beginning of the scan, as `offset()` counts; nullptr as in `open`.
  const std::uint8_t* seek(std::size_t offset) noexcept;
  /// Goes on behind the restart marker of this number (0 to 7); nullptr where another marker follows, or whole bytes
  /// are left before it.
  const std::uint8_t* restart(int number, const std::uint8_t* at, int unused) noexcept;

 private:
  std::ptrdiff_t bits_behind(const std::uint8_t* at, int unused) const noexcept { return (end_ - at) * 8 + unused; }
  void fill() noexcept;

  const std::uint8_t* first_ = nullptr;
  const std::uint8_t* from_ = nullptr;
  const std::uint8_t* from_end_ = nullptr;
  std::uint8_t* begin_ = nullptr;
  std::uint8_t* end_ = nullptr;
  const std::uint8_t* limit_ = nullptr;
  bool ended_ = false;   ///< at a marker: `end_` is the end of the interval
  bool broken_ = false;  ///< the file ends, or fill bytes stand where only a decoder that resynchronises goes on
};

}  // namespace troupe
