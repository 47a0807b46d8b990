#include <troupe/augment/entropy_decoder.hpp>

#include <cstdio>

#include <jpeglib.h>

#include <algorithm>
#include <random>
#include <tuple>

#include "../catch.hpp"
#include "encoded.hpp"

using namespace troupe;

namespace {

/// Every coefficient of a file as libjpeg reads it.
class reference_coefficients {
 public:
  explicit reference_coefficients(const bytes& file) {
    c_.err = jpeg_std_error(&error_);
    jpeg_create_decompress(&c_);
    jpeg_mem_src(&c_, file.data(), static_cast<unsigned long>(file.size()));
    jpeg_read_header(&c_, TRUE);
    arrays_ = jpeg_read_coefficients(&c_);
  }
  ~reference_coefficients() { jpeg_destroy_decompress(&c_); }
  reference_coefficients(const reference_coefficients&) = delete;
  reference_coefficients& operator=(const reference_coefficients&) = delete;

  /// 64 in rows and columns.
  const JCOEF* block(int component, int row, int column) {
    auto* common = reinterpret_cast<j_common_ptr>(&c_);
    return c_.mem->access_virt_barray(common, arrays_[component], JDIMENSION(row), 1, FALSE)[0][column];
  }

 private:
  jpeg_decompress_struct c_{};
  jpeg_error_mgr error_{};
  jvirt_barray_ptr* arrays_ = nullptr;
};

}  // namespace

TEST_CASE("the coefficients are those that libjpeg reads, stepped over or not", "[augment][fast]") {
  std::mt19937 random(8);
  huffman_shelf tables;
  coefficient_groups groups;
  bytes window(entropy_stream::bytes_needed);
  for (const auto& [across, down, channels] : {std::tuple{2, 2, 3}, {2, 1, 3}, {1, 2, 3}, {1, 1, 3}, {1, 1, 1}})
    for (int i = 0; i < 40; ++i) {
      const int height = 1 + int(random() % 200), width = 1 + int(random() % 200);
      const jpeg_style style{.quality = 1 + int(random() % 100),
                             .across = across,
                             .down = down,
                             .optimised = i % 2 == 0,
                             .restart_rows = i % 3};
      const bytes file = jpeg(photograph(height, width, channels, unsigned(i)), style);
      reference_coefficients want(file);
      const auto frame = read_baseline(file);
      REQUIRE(frame);
      entropy_decoder decoder;
      REQUIRE(decoder.open(*frame, tables, window.data()));
      const int mcus_across = (width + 8 * across - 1) / (8 * across), mcu_rows = (height + 8 * down - 1) / (8 * down);
      for (int row = 0; row < mcu_rows; ++row)
        for (int m = 0; m < mcus_across;) {
          const int count = std::min(1 + int(random() % 4), mcus_across - m);
          if (random() % 3 == 0) {
            REQUIRE(decoder.skip(count));
            m += count;
            continue;
          }
          groups.values.fill(0);
          REQUIRE(decoder.read(count, groups));
          int group = 0;
          for (int c = 0; c < channels; ++c) {
            const int h = c == 0 ? across : 1, v = c == 0 ? down : 1;
            for (int y = 0; y < v; ++y, group += h)
              for (int x = 0; x < count * h; ++x) {
                const JCOEF* block = want.block(c, row * v + y, m * h + x);
                const std::int16_t* got = groups.group(group + x / 4) + x % 4 * 8;
                for (int k = 0; k < 64; ++k) REQUIRE(got[k / 8 * 32 + k % 8] == block[k]);
              }
          }
          m += count;
        }
    }
}

TEST_CASE("a Huffman code that is none is refused, and not remembered", "[augment][fast]") {
  huffman_shelf tables;
  bytes full(16 + 2);
  full[0] = 2;  // two codes of one bit: one would be all ones
  CHECK(!tables.ac(full));
  CHECK(!tables.ac(full));
  full[0] = 1, full[1] = 1;
  CHECK(tables.ac(full));
  CHECK(tables.ac(full) == tables.ac(full));
  full[16] = 16;  // no category of a DC difference
  CHECK(!tables.dc(full));
  CHECK(!tables.dc(full));
  full.pop_back();
  CHECK(!tables.ac(full));
}
