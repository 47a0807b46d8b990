#pragma once
#include "encoded.hpp"

#include <troupe/augment/entropy_decoder.hpp>

#include <array>
#include <optional>
#include <random>
#include <string>
#include <vector>

/// The coefficients of a JPEG by our entropy decoder, beside those that libjpeg reads.
class coefficients {
 public:
  /// Nothing, or how the entropy decoder broke its word on a file of one scan that passed the header's guards: other
  /// coefficients than libjpeg's, or a scan read to its end where libjpeg complains. `random` chooses which MCUs are
  /// read and which are stepped over; `taken` says whether the scan was read.
  std::string broken_word(const bytes& file, std::mt19937& random, bool* taken = nullptr);

 private:
  struct block {
    int component = 0, row = 0, column = 0;
    std::array<std::int16_t, 64> values{};  ///< in rows and columns
  };
  std::optional<std::vector<block>> read(const bytes& file, std::mt19937& random);
  void keep(const troupe::baseline_frame& frame, int row, int first, int mcus, std::vector<block>& to);

  troupe::huffman_shelf tables_;
  troupe::coefficient_groups groups_;
  bytes window_ = bytes(troupe::entropy_stream::bytes_needed);
};
