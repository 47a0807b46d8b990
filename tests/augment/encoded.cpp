#include "encoded.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>
#include <png.h>
#include <zlib.h>

#include <algorithm>
#include <random>

namespace {

std::uint8_t clipped(double v) { return std::uint8_t(std::clamp(v, 0.0, 255.0)); }

template <class Function>
pixels painted(int height, int width, int channels, Function value) {
  pixels p({height, width, channels});
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < channels; ++c) p.at(y, x, c) = clipped(value(y, x, c));
  return p;
}

bytes exif(const jpeg_style& style) {
  const auto o = std::uint8_t(style.orientation);
  if (style.big_endian)
    return {'E',  'x',  'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1,
            0x01, 0x12, 0,   3,   0, 0, 0,   1,   0, o,  0, 0, 0, 0, 0, 0};
  return {'E',  'x',  'i', 'f', 0, 0, 'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0,
          0x12, 0x01, 3,   0,   1, 0, 0,   0,   o,  0, 0, 0, 0, 0, 0, 0};
}

}  // namespace

pixels photograph(int height, int width, int channels, unsigned seed) {
  std::mt19937 random(seed);
  const double a = 2 + random() % 100 / 20.0, b = 2 + random() % 100 / 20.0, phase = random() % 628 / 100.0;
  return painted(height, width, channels, [&](int y, int x, int c) {
    const double u = double(x) / width, v = double(y) / height;
    double value = 128 + 70 * std::sin(a * u * 3 + phase + c) * std::cos(b * v * 3 + c * 0.5);
    if (std::hypot(u - 0.5, v - 0.4) < 0.25) value += c == 0 ? 60 : -50;  // an object with an edge
    return value + int(random() % 17) - 8;
  });
}

pixels zone_plate(int height, int width, int channels) {
  return painted(height, width, channels, [&](int y, int x, int c) {
    const double u = x - width / 2.0, v = y - height / 2.0;
    return 127.5 + 127.5 * std::cos((u * u + v * v) * 3.14159265 / std::max(height, width) + c);
  });
}

pixels checkerboard(int height, int width, int channels) {
  return painted(height, width, channels, [](int y, int x, int c) { return (y + x + c) % 2 ? 255 : 0; });
}

pixels white_pixel(int height, int width, int channels) {
  return painted(height, width, channels,
                 [=](int y, int x, int) { return y == height / 2 && x == width / 2 ? 255 : 0; });
}

bytes jpeg(const pixels& p, const jpeg_style& style) {
  jpeg_compress_struct c;
  jpeg_error_mgr error;
  c.err = jpeg_std_error(&error);
  jpeg_create_compress(&c);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&c, &memory, &size);
  c.image_width = JDIMENSION(p.shape.width);
  c.image_height = JDIMENSION(p.shape.height);
  c.input_components = style.cmyk ? 4 : p.shape.channels;
  c.in_color_space = style.cmyk ? JCS_CMYK : p.shape.channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_set_defaults(&c);
  if (style.cmyk) jpeg_set_colorspace(&c, JCS_YCCK);
  jpeg_set_quality(&c, style.quality, TRUE);
  c.comp_info[0].h_samp_factor = style.across;
  c.comp_info[0].v_samp_factor = style.down;
  if (style.cmyk) c.comp_info[3].h_samp_factor = style.across, c.comp_info[3].v_samp_factor = style.down;
  c.optimize_coding = style.optimised;
  c.restart_in_rows = style.restart_rows;
  c.restart_interval = unsigned(style.restart_mcus);
  if (style.progressive) jpeg_simple_progression(&c);
  jpeg_start_compress(&c, TRUE);
  if (style.orientation) {
    const bytes segment = exif(style);
    jpeg_write_marker(&c, JPEG_APP0 + 1, segment.data(), unsigned(segment.size()));
  }
  std::vector<JSAMPLE> inked(std::size_t(p.shape.width) * 4, 255);
  while (c.next_scanline < c.image_height) {
    const int y = int(c.next_scanline);
    auto* row = const_cast<JSAMPROW>(p.data.data()) + std::size_t(y) * std::size_t(p.shape.width * p.shape.channels);
    if (style.cmyk) {
      for (int x = 0; x < p.shape.width; ++x) std::copy_n(row + 3 * x, 3, inked.data() + 4 * x);
      row = inked.data();
    }
    jpeg_write_scanlines(&c, &row, 1);
  }
  jpeg_finish_compress(&c);
  jpeg_destroy_compress(&c);
  bytes result(memory, memory + size);
  std::free(memory);
  return result;
}

bytes png(const pixels& p, const png_style& style) {
  bytes result;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  const auto write = [](png_structp w, png_bytep data, std::size_t n) {
    auto* to = static_cast<bytes*>(png_get_io_ptr(w));
    to->insert(to->end(), data, data + n);
  };
  png_set_write_fn(png, &result, write, nullptr);
  const int width = p.shape.width, height = p.shape.height;
  png_set_IHDR(png, info, png_uint_32(width), png_uint_32(height), style.bit_depth, style.colour_type,
               style.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, 0, 0);
  if (style.colour_type == 3) {
    std::vector<png_color> palette(64);
    for (unsigned i = 0; i < 64; ++i)
      palette[i] = {png_byte((i & 3) * 85), png_byte((i >> 2 & 3) * 85), png_byte((i >> 4 & 3) * 85)};
    png_set_PLTE(png, info, palette.data(), style.bit_depth == 8 ? 64 : 1 << style.bit_depth);
  }
  png_write_info(png, info);
  const int samples = style.colour_type == 2 ? 3 : style.colour_type == 4 ? 2 : style.colour_type == 6 ? 4 : 1;
  std::vector<bytes> rows(std::size_t(height), bytes(std::size_t(width * samples * 2 + 8), 0));
  std::vector<png_bytep> pointers;
  for (int y = 0; y < height; ++y) {
    bytes& row = rows[std::size_t(y)];
    for (int x = 0; x < width; ++x)
      for (int s = 0; s < samples; ++s) {
        const bool alpha = (samples == 2 || samples == 4) && s + 1 == samples;
        int v = alpha ? 77 : p.at(y, x, std::min(s, p.shape.channels - 1));
        const auto i = std::size_t(x) * std::size_t(samples) + std::size_t(s);
        if (style.colour_type == 3)
          v = style.bit_depth == 8 ? v / 4 : v >> (8 - style.bit_depth);
        else if (style.bit_depth < 8)
          v >>= 8 - style.bit_depth;
        if (style.bit_depth == 16)
          row[2 * i] = std::uint8_t(v), row[2 * i + 1] = 0x5A;
        else if (style.bit_depth == 8)
          row[i] = std::uint8_t(v);
        else
          row[i * std::size_t(style.bit_depth) / 8] |=
              std::uint8_t(v << (8 - style.bit_depth - int(i * std::size_t(style.bit_depth) % 8)));
      }
    pointers.push_back(row.data());
  }
  png_write_image(png, pointers.data());
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  return result;
}

bytes png_chunk(const std::string& type, const bytes& content) {
  const auto big = [](std::uint32_t v) {
    return bytes{std::uint8_t(v >> 24), std::uint8_t(v >> 16), std::uint8_t(v >> 8), std::uint8_t(v)};
  };
  bytes body(type.begin(), type.end());
  body.insert(body.end(), content.begin(), content.end());
  bytes chunk = big(std::uint32_t(content.size()));
  const bytes checksum = big(std::uint32_t(crc32(0, body.data(), uInt(body.size()))));
  chunk.insert(chunk.end(), body.begin(), body.end());
  chunk.insert(chunk.end(), checksum.begin(), checksum.end());
  return chunk;
}

pixels full_decode(const bytes& file, int shrink) {
  jpeg_decompress_struct c;
  jpeg_error_mgr error;
  c.err = jpeg_std_error(&error);
  jpeg_create_decompress(&c);
  jpeg_mem_src(&c, file.data(), static_cast<unsigned long>(file.size()));
  jpeg_read_header(&c, TRUE);
  c.out_color_space = JCS_RGB;
  c.scale_denom = unsigned(shrink);
  jpeg_start_decompress(&c);
  pixels p({int(c.output_height), int(c.output_width), 3});
  while (c.output_scanline < c.output_height) {
    JSAMPROW row = p.data.data() + std::size_t(c.output_scanline) * c.output_width * 3;
    jpeg_read_scanlines(&c, &row, 1);
  }
  jpeg_finish_decompress(&c);
  jpeg_destroy_decompress(&c);
  return p;
}
