// The fast JPEG decoder beside libjpeg on arbitrary bytes: whatever it delivers libjpeg delivers, too, without a
// complaint and with the same pixels, also from the marks of its rows. A picture of another format is decoded, or is
// said to be damaged. The first four bytes choose the part and its size, the others are the file.
#include <troupe/augment/bmp_reader.hpp>
#include <troupe/augment/gif_reader.hpp>
#include <troupe/augment/picture_header.hpp>
#include <troupe/augment/png_reader.hpp>
#include <troupe/augment/tiff_reader.hpp>
#include <troupe/augment/webp_reader.hpp>

#include <cstdio>
#include <cstdlib>

#include "../augment/decoders.hpp"

namespace {

void law(bool held, const char* what) {
  if (held) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

/// All rows of a part; a strict reader may stop at the first that it cannot have.
void read_rows(troupe::row_source& reader, const troupe::rect& part, bool strict) {
  unsigned sum = 0;
  for (int y = 0; y < part.height; ++y) {
    const troupe::pixel_row row = reader.next();
    if (!row && strict) return;
    law(bool(row), "a lenient reader delivers every row");
    for (int x = 0; x < part.width; ++x)
      for (const std::uint8_t* plane : row.plane) sum += plane[x * row.step];
  }
  law(sum <= 255U * 3 * unsigned(part.height) * unsigned(part.width), "a sample has 8 bits");  // all were looked at
}

template <class Reader>
void decode(const bytes& file, const troupe::picture_header& h, const troupe::rect& part, bool strict) {
  static troupe::arena memory;
  static Reader reader;
  memory.reset(Reader::bytes_needed(h));
  troupe::failure bad = reader.open(file, h, part, strict, memory);
  if (!bad) {
    read_rows(reader, part, strict);
    bad = reader.close();
  }
  law(bad.reason != troupe::fault::too_large, "the memory that was announced is enough");
}

void decode_as_it_is(const bytes& file, const troupe::picture_header& h, const troupe::rect& part, bool strict) {
  switch (h.format) {
    case troupe::picture_format::png: return decode<troupe::png_reader>(file, h, part, strict);
    case troupe::picture_format::webp: return decode<troupe::webp_reader>(file, h, part, strict);
    case troupe::picture_format::gif: return decode<troupe::gif_reader>(file, h, part, strict);
    case troupe::picture_format::bmp: return decode<troupe::bmp_reader>(file, h, part, strict);
    default: return decode<troupe::tiff_reader>(file, h, part, strict);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static decoders both;
  if (size < 4) return 0;
  const bytes file(data + 4, data + size);  // of its exact size, so that AddressSanitizer guards its end
  const auto h =
      troupe::read_header(file, {.strict = false, .max_side = 512, .max_pixels = 1 << 15, .also = {true, true, true}});
  if (h.bad) return 0;
  const int shrink = data[3] % 2 == 0 && h.format == troupe::picture_format::jpeg ? 2 : 1;
  const int height = (h.height + shrink - 1) / shrink, width = (h.width + shrink - 1) / shrink;
  troupe::rect part;
  part.top = data[0] * height / 256;
  part.left = data[1] * width / 256;
  part.height = 1 + data[2] * (height - part.top) / 256;
  part.width = 1 + data[3] * (width - part.left) / 256;
  if (h.format != troupe::picture_format::jpeg) {
    for (const bool strict : {true, false}) decode_as_it_is(file, h, part, strict);
    return 0;
  }
  const std::string broken = both.broken_word(file, part, nullptr, shrink);
  if (broken.empty()) return 0;
  std::fprintf(stderr, "%s: part %d %d %d %d of %dx%d at 1/%d\n", broken.c_str(), part.top, part.left, part.height,
               part.width, h.height, h.width, shrink);
  std::abort();
}
