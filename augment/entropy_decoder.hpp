#pragma once
#include <troupe/augment/baseline_frame.hpp>
#include <troupe/augment/entropy_stream.hpp>
#include <troupe/augment/huffman_table.hpp>
#include <troupe/augment/scan_mark.hpp>

#include <array>
#include <cstdint>

namespace troupe {

/// Coefficients of up to four MCUs, as the inverse DCT takes them: blocks that lie beside each other in the picture are
/// a group of four, `[8 rows, 4 blocks, 8 columns]`.
struct coefficient_groups {
  static constexpr int mcus = 4;
  static constexpr int group_size = 4 * 64;
  static constexpr int most_groups = 6;  ///< 4:2:0: four of luma, one of each chroma

  /// Zero where no coefficient was read; the second half takes what a look-up yields beyond the end of its block.
  alignas(64) std::array<std::int16_t, std::size_t{2} * most_groups * group_size> values{};
  std::array<int, most_groups> last{};  ///< by group: zigzag position of the last coefficient of its four blocks

  std::int16_t* group(int g) noexcept { return values.data() + std::ptrdiff_t(g) * group_size; }
};

/// The Huffman-coded MCUs of a scan, one after another (ITU-T T.81, F.2.2): read into groups, or stepped over. Whatever
/// is not a plain code ends it; then libjpeg has the word.
class entropy_decoder {
 public:
  /// False where the tables are odd. `memory`: `entropy_stream::bytes_needed` bytes.
  bool open(const baseline_frame& frame, huffman_shelf& tables, std::uint8_t* memory);

  /// The next 1 to 4 MCUs into `to`, whose groups must be zero.
  bool read(int mcus, coefficient_groups& to);
  /// Steps over MCUs that nobody looks at; only their DC differences are added up.
  bool skip(int mcus);

  /// Where it stands, between two MCUs.
  scan_mark mark() const noexcept;
  /// Goes on at a mark that was made before this MCU, not the first one, of the same scan; false where it cannot be.
  bool seek(const scan_mark& to, int mcu);

  /// One block of an MCU.
  struct block {
    const dc_table* dc = nullptr;
    const ac_table* ac = nullptr;
    int component = 0;
    std::array<std::uint32_t, coefficient_groups::mcus> offset{};  ///< of its first coefficient, by MCU
  };

  /// What is carried from MCU to MCU.
  struct position {
    entropy_stream stream;
    std::uint64_t held = 0;  ///< bits, from the top
    int count = 0;           ///< how many of them
    const std::uint8_t* at = nullptr;
    std::array<block, 6> blocks{};
    int blocks_in_mcu = 0;
    std::array<std::int32_t, 3> dc{};  ///< predictions
    int restart_interval = 0, until_restart = 0, restart_number = 0;

    bool restart() noexcept;
    bool advance() noexcept;
  };

 private:
  position position_;
};

}  // namespace troupe
