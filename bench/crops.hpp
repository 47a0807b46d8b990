#pragma once
// Photographs in memory and the crop that one row of a batch takes of each: the same for all who are measured.
#include <troupe/augment/baseline_frame.hpp>
#include <troupe/augment/generator.hpp>
#include <troupe/augment/implementation.hpp>
#include <troupe/augment/pages.hpp>
#include <troupe/augment/transforms.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace troupe::bench {

/// The rows of a batch of 64 in turn, where a ring has them: each one that no cache holds.
class batch_of_rows {
 public:
  explicit batch_of_rows(std::size_t row_elements)
      : elements_(row_elements), memory_(take_pages(64 * row_elements * sizeof(float))) {
    if (!memory_) std::abort();
  }
  float* next() { return reinterpret_cast<float*>(memory_.get()) + next_++ % 64 * elements_; }

 private:
  std::size_t elements_ = 0, next_ = 0;
  pages memory_;
};

struct photograph {
  std::string path;
  std::vector<std::uint8_t> bytes;
};

/// At most so many, evenly out of all.
inline std::vector<photograph> photographs(const std::string& folder, std::size_t most) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".jpg") paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  std::vector<photograph> found;
  for (std::size_t i = 0; i < most && i < paths.size(); ++i) {
    auto& path = paths[i * std::max<std::size_t>(1, paths.size() / most)];
    std::ifstream file(path, std::ios::binary);
    found.push_back({path, {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()}});
  }
  return found;
}

/// What `random_resized_crop(224)`, first of a list, takes of photograph i.
inline resampling crop_of(const baseline_frame& frame, std::uint64_t epoch, std::uint64_t i) {
  generator random = generator({.seed = 7, .epoch = epoch, .offset = i}, 0).for_operation(0);
  return random_resized_crop(224)->arrange({{frame.height, frame.width, 3}, random, nullptr});
}

/// The MCUs of a 4:2:0 picture that the pixels of a part come from. Chroma is interpolated, so that neighbours count:
/// one row and one column of it.
struct mcu_part {
  int across = 0;                  ///< in a row of the picture
  int first = 0, end = 0;          ///< columns
  int first_row = 0, end_row = 0;  ///< rows

  mcu_part(const baseline_frame& frame, const rect& part) {
    if (frame.components != 3 || frame.across != 2 || frame.down != 2) std::abort();
    across = (frame.width + 15) / 16;
    first = std::max(0, part.left - 1) / 16;
    end = std::min((part.left + part.width) / 16 + 1, across);
    first_row = std::max(0, part.top - 1) / 16;
    end_row = std::min((part.top + part.height + 1) / 16 + 1, (frame.height + 15) / 16);
  }
};

}  // namespace troupe::bench
