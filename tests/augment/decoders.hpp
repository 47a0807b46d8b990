#pragma once
#include "encoded.hpp"

#include <troupe/augment/baseline_reader.hpp>
#include <troupe/augment/jpeg_reader.hpp>

#include <random>
#include <string>

/// Both JPEG decoders side by side, each kept from file to file as a worker keeps it.
class decoders {
 public:
  /// What one of them made of a part.
  struct result {
    bool delivered = false;  ///< all rows, and no complaint
    bytes pixels;            ///< [height, width, 3]
    std::vector<troupe::scan_mark> marks = {};
  };

  result fast(const bytes& file, const troupe::rect& part, int shrink = 1,
              const std::vector<troupe::scan_mark>& known = {});
  result portable(const bytes& file, const troupe::rect& part, int shrink = 1);

  /// Nothing, or how the fast decoder broke its word on a file that passed the header's guards: pixels of its own, or
  /// pixels where libjpeg complains of the same rows, or others from the marks of its own. `taken` says whether it
  /// delivered.
  std::string broken_word(const bytes& file, const troupe::rect& part, bool* taken = nullptr, int shrink = 1);

 private:
  troupe::arena memory_;
  troupe::baseline_reader fast_;
  troupe::jpeg_reader portable_;
};

troupe::rect random_part(std::mt19937& random, int height, int width);
