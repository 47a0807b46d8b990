#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace troupe {

/// A JPEG of the common kind as its markers describe it: sequential, 8 bits, Huffman-coded, grey or YCbCr with one
/// chroma sample for 1x1, 2x1, 1x2 or 2x2 pixels, all in one interleaved scan.
struct baseline_frame {
  struct component {
    const std::uint8_t* quantisation = nullptr;  ///< 64 steps in zigzag order, none 0
    std::span<const std::uint8_t> dc, ac;        ///< Huffman codes as DHT defines them
  };

  int height = 0, width = 0;
  int components = 0;        ///< 1 or 3
  int across = 1, down = 1;  ///< sampling factors of the first component; 1x1 for the others
  int grey_down = 1;         ///< block rows that libjpeg decodes at once, where there is one component
  int restart_interval = 0;  ///< MCUs between restart markers, 0: none
  std::array<component, 3> of{};
  std::span<const std::uint8_t> scan;  ///< from the first entropy-coded byte to the end of the file
};

/// Nothing where the picture is of another kind, or anything about its markers is odd: libjpeg judges it then. What is
/// read here libjpeg reads without a complaint.
std::optional<baseline_frame> read_baseline(std::span<const std::uint8_t> bytes) noexcept;

}  // namespace troupe
