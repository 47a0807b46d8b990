#pragma once
// libjpeg-turbo's floor: the Huffman-coded data of a picture read down to a row of MCUs, and nothing made of it.
//
// jpeg_skip_scanlines does just that. As long as whole rows of MCUs are skipped and the upsampler asks for no
// neighbours (no fancy upsampling), it calls the Huffman decoder MCU by MCU without a place for coefficients: no
// inverse DCT, no colour, nothing stored (jdapistd.c of libjpeg-turbo 2.1). jpeg_read_coefficients would also write the
// whole picture's coefficients to memory, which no decoder of crops has to do.
#include <cstdio>

#include <jpeglib.h>

#include <cstdint>
#include <cstdlib>
#include <vector>

namespace troupe::bench {

class entropy_floor {
 public:
  entropy_floor() {
    picture_.err = jpeg_std_error(&errors_);
    jpeg_create_decompress(&picture_);
  }
  ~entropy_floor() { jpeg_destroy_decompress(&picture_); }
  entropy_floor(const entropy_floor&) = delete;
  entropy_floor& operator=(const entropy_floor&) = delete;

  /// The file with a row of MCUs more in its header than it has: skipping to a picture's end reads nothing.
  static std::vector<std::uint8_t> taller(std::vector<std::uint8_t> file) {
    std::size_t at = 2;
    while (file[at + 1] != 0xC0) at += 2 + (std::size_t(file[at + 2]) << 8 | file[at + 3]);
    const int height = (file[at + 5] << 8 | file[at + 6]) + 16;
    file[at + 5] = std::uint8_t(height >> 8);
    file[at + 6] = std::uint8_t(height);
    return file;
  }

  /// The first rows of MCUs of a 4:2:0 picture that was made `taller`.
  void read(const std::vector<std::uint8_t>& file, int mcu_rows) {
    jpeg_mem_src(&picture_, file.data(), static_cast<unsigned long>(file.size()));
    jpeg_read_header(&picture_, TRUE);
    picture_.do_fancy_upsampling = FALSE;
    jpeg_start_decompress(&picture_);
    const auto lines = JDIMENSION(16 * mcu_rows);
    if (jpeg_skip_scanlines(&picture_, lines) != lines || errors_.num_warnings > 0) std::abort();
    jpeg_abort_decompress(&picture_);
  }

 private:
  jpeg_decompress_struct picture_{};
  jpeg_error_mgr errors_{};
};

}  // namespace troupe::bench
