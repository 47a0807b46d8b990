// The entropy decoder beside libjpeg's on arbitrary bytes: a scan that it reads to its end libjpeg reads without a
// complaint, and to the same coefficients. The first four bytes choose which MCUs are stepped over, the others are the
// file.
#include <troupe/augment/picture_header.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "../augment/coefficients.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static coefficients both;
  if (size < 4) return 0;
  const bytes file(data + 4, data + size);  // of its exact size, so that AddressSanitizer guards its end
  const auto h = troupe::read_header(file, {.strict = false, .max_side = 512, .max_pixels = 1 << 15, .max_scans = 1});
  if (h.bad || h.format != troupe::picture_format::jpeg) return 0;
  std::uint32_t seed = 0;
  std::memcpy(&seed, data, sizeof seed);
  std::mt19937 random(seed);
  const std::string broken = both.broken_word(file, random);
  if (broken.empty()) return 0;
  std::fprintf(stderr, "%s\n", broken.c_str());
  std::abort();
}
