#include "further_encoded.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include <gif_lib.h>
#include <tiffio.h>

namespace {

void check(bool done, const char* what) {
  if (!done) throw std::runtime_error(what);
}

void put(bytes& to, std::uint32_t v, int count, bool big = false) {
  for (int i = 0; i < count; ++i) to.push_back(std::uint8_t(v >> 8 * (big ? count - 1 - i : i)));
}

/// A file in memory for libtiff to write.
struct memory_file {
  bytes content;
  std::size_t at = 0;

  static memory_file& of(thandle_t f) { return *static_cast<memory_file*>(f); }
  static tmsize_t read(thandle_t f, void* to, tmsize_t count) {
    const auto n = std::min(std::size_t(count), of(f).content.size() - std::min(of(f).at, of(f).content.size()));
    if (n > 0) std::memcpy(to, of(f).content.data() + of(f).at, n);
    of(f).at += n;
    return tmsize_t(n);
  }
  static tmsize_t write(thandle_t f, void* from, tmsize_t count) {
    auto& c = of(f).content;
    c.resize(std::max(c.size(), of(f).at + std::size_t(count)));
    std::memcpy(c.data() + of(f).at, from, std::size_t(count));
    of(f).at += std::size_t(count);
    return count;
  }
  static toff_t seek(thandle_t f, toff_t offset, int whence) {
    of(f).at = whence == SEEK_SET ? offset : whence == SEEK_CUR ? of(f).at + offset : of(f).content.size() + offset;
    return of(f).at;
  }
  static int close(thandle_t) { return 0; }
  static toff_t size(thandle_t f) { return of(f).content.size(); }
};

/// `width` pixels of row y from x on, samples [first, first + count), as a TIFF has them.
bytes packed(const pixels& p, int y, int x, int width, int first, int count, int bits) {
  bytes row(std::size_t(width * count * bits + 7) / 8, 0);
  for (int i = 0; i < width * count; ++i) {
    const int column = std::min(x + i / count, p.shape.width - 1);
    const auto v = p.at(std::min(y, p.shape.height - 1), column, first + i % count);
    const auto at = std::size_t(i) * std::size_t(bits);
    if (bits == 16) {
      const auto wide = std::uint16_t(v << 8 | 0x5A);
      std::memcpy(row.data() + 2 * std::size_t(i), &wide, 2);
    } else {
      row[at / 8] |= std::uint8_t((v >> (8 - bits)) << (8 - bits - int(at % 8)));
    }
  }
  return row;
}

/// Rows [y, y + rows) as blocks of luma and the chroma behind them.
bytes blocks(const pixels& p, int y, int rows, const std::array<int, 2>& size) {
  bytes strip;
  const auto at = [&](int row, int x, int c) {
    return p.at(std::min(row, p.shape.height - 1), std::min(x, p.shape.width - 1), c);
  };
  for (int top = y; top < y + rows; top += size[1])
    for (int left = 0; left < p.shape.width; left += size[0]) {
      for (int i = 0; i < size[0] * size[1]; ++i) strip.push_back(at(top + i / size[0], left + i % size[0], 0));
      for (int c = 1; c < 3; ++c) strip.push_back(at(top, left, c));
    }
  return strip;
}

void write_page(TIFF* t, const pixels& p, const tiff_style& s) {
  const auto [height, width, channels] = p.shape;
  TIFFSetField(t, TIFFTAG_IMAGEWIDTH, width);
  TIFFSetField(t, TIFFTAG_IMAGELENGTH, height);
  TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, s.bits);
  TIFFSetField(t, TIFFTAG_SAMPLESPERPIXEL, channels);
  TIFFSetField(t, TIFFTAG_PHOTOMETRIC, s.photometric);
  TIFFSetField(t, TIFFTAG_COMPRESSION, s.compression);
  TIFFSetField(t, TIFFTAG_PLANARCONFIG, s.planar ? 2 : 1);
  TIFFSetField(t, TIFFTAG_SOFTWARE, "a tag that no pixel needs");
  if (s.orientation) TIFFSetField(t, TIFFTAG_ORIENTATION, s.orientation);
  if (s.predictor != 1) TIFFSetField(t, TIFFTAG_PREDICTOR, s.predictor);
  if (s.compression == COMPRESSION_JPEG && s.photometric == PHOTOMETRIC_YCBCR) {
    TIFFSetField(t, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    TIFFSetField(t, TIFFTAG_YCBCRSUBSAMPLING, s.subsampling[0], s.subsampling[1]);
  }
  if (s.extra >= 0) {
    const int colours = s.photometric == 5 ? 4 : s.photometric == 2 ? 3 : 1;
    std::vector<std::uint16_t> kinds(std::size_t(channels - colours), 0);
    kinds[0] = std::uint16_t(s.extra);
    TIFFSetField(t, TIFFTAG_EXTRASAMPLES, int(kinds.size()), kinds.data());
  }
  std::array<std::array<std::uint16_t, 256>, 3> map{};
  for (std::size_t i = 0; i < 256; ++i)
    for (std::size_t c = 0; c < 3; ++c) map[c][i] = std::uint16_t(tiff_colour(int(i))[c] * 257);
  if (s.photometric == PHOTOMETRIC_PALETTE)
    TIFFSetField(t, TIFFTAG_COLORMAP, map[0].data(), map[1].data(), map[2].data());
  if (s.tile) {
    TIFFSetField(t, TIFFTAG_TILEWIDTH, s.tile);
    TIFFSetField(t, TIFFTAG_TILELENGTH, s.tile);
  } else {
    TIFFSetField(t, TIFFTAG_ROWSPERSTRIP, s.rows_per_strip);
  }
  if (s.photometric == PHOTOMETRIC_YCBCR && s.compression != COMPRESSION_JPEG) {
    TIFFSetField(t, TIFFTAG_YCBCRSUBSAMPLING, s.subsampling[0], s.subsampling[1]);
    for (int y = 0; y < height; y += s.rows_per_strip) {
      bytes strip = blocks(p, y, std::min(s.rows_per_strip, height - y), s.subsampling);
      check(TIFFWriteEncodedStrip(t, std::uint32_t(y / s.rows_per_strip), strip.data(), tmsize_t(strip.size())) > 0,
            "a strip");
    }
    check(TIFFWriteDirectory(t) == 1, "a directory");
    return;
  }
  for (int plane = 0; plane < (s.planar ? channels : 1); ++plane) {
    const int first = s.planar ? plane : 0, count = s.planar ? 1 : channels;
    if (!s.tile)
      for (int y = 0; y < height; ++y) {
        bytes row = packed(p, y, 0, width, first, count, s.bits);
        check(TIFFWriteScanline(t, row.data(), std::uint32_t(y), std::uint16_t(plane)) == 1, "a scanline");
      }
    for (int y = 0; s.tile && y < height; y += s.tile)
      for (int x = 0; x < width; x += s.tile) {
        bytes tile;
        for (int i = 0; i < s.tile; ++i)
          for (const auto b : packed(p, y + i, x, s.tile, first, count, s.bits)) tile.push_back(b);
        check(TIFFWriteTile(t, tile.data(), std::uint32_t(x), std::uint32_t(y), 0, std::uint16_t(plane)) > 0, "a tile");
      }
  }
  check(TIFFWriteDirectory(t) == 1, "a directory");
}

}  // namespace

troupe::decode_options all_formats(bool strict) {
  return {.strict = strict, .also = {.gif = true, .bmp = true, .tiff = true}};
}

std::array<std::uint8_t, 3> gif_colour(int i, bool local) {
  return {std::uint8_t(i * 7 + local), std::uint8_t(255 - i), std::uint8_t(i * 13 + 5)};
}
std::array<std::uint8_t, 3> bmp_colour(int i) { return gif_colour(i + 3); }
std::array<std::uint8_t, 3> tiff_colour(int i) { return gif_colour(i + 5); }

bytes gif(const pixels& indices, const gif_style& style) {
  bytes result;
  const auto write = [](GifFileType* to, const GifByteType* data, int count) {
    auto& b = *static_cast<bytes*>(to->UserData);
    b.insert(b.end(), data, data + count);
    return count;
  };
  const auto table = [&](bool local) {
    ColorMapObject* map = GifMakeMapObject(style.colours, nullptr);
    for (int i = 0; i < style.colours; ++i) {
      const auto c = gif_colour(i, local);
      map->Colors[i] = {c[0], c[1], c[2]};
    }
    return map;
  };
  int error = 0;
  const int height = indices.shape.height, width = indices.shape.width;
  ColorMapObject *global = table(false), *local = style.local ? table(true) : nullptr;
  GifFileType* g = EGifOpen(&result, write, &error);
  check(g, "a GIF");
  EGifSetGifVersion(g, true);
  check(EGifPutScreenDesc(g, style.screen_width ? style.screen_width : width,
                          style.screen_height ? style.screen_height : height, 8, style.background, global) == GIF_OK,
        "a screen");
  for (int frame = 0; frame < style.frames; ++frame) {
    const GifByteType control[] = {1, 0, 0, GifByteType(style.transparent)};
    if (style.transparent >= 0)
      check(EGifPutExtension(g, GRAPHICS_EXT_FUNC_CODE, 4, control) == GIF_OK, "an extension");
    check(EGifPutImageDesc(g, style.left, style.top, width, height, style.interlaced, local) == GIF_OK, "a frame");
    static constexpr int first[] = {0, 4, 2, 1}, step[] = {8, 8, 4, 2};
    for (int pass = 0; pass < (style.interlaced ? 4 : 1); ++pass)
      for (int y = style.interlaced ? first[pass] : 0; y < height; y += style.interlaced ? step[pass] : 1) {
        std::vector<GifPixelType> row(std::size_t(width), 0);
        for (int x = 0; x < width; ++x)
          row[std::size_t(x)] = GifPixelType((indices.at(y, x, 0) + frame) % style.colours);
        check(EGifPutLine(g, row.data(), width) == GIF_OK, "a row");
      }
  }
  check(EGifCloseFile(g, &error) == GIF_OK, "the end");
  GifFreeMapObject(global);
  if (local) GifFreeMapObject(local);
  return result;
}

bytes bmp(const pixels& p, const bmp_style& s) {
  const bool core = s.header == 12, fields = s.masks[0] != 0, behind = fields && s.header == 40;
  const auto height = std::uint32_t(p.shape.height), width = std::uint32_t(p.shape.width);
  const int colours = s.bits > 8 ? 0 : s.colours ? s.colours : 1 << s.bits;
  const std::uint32_t row = (width * std::uint32_t(s.bits) + 31) / 32 * 4;
  const auto begin = std::uint32_t(14 + s.header + (behind ? 12 : 0) + colours * (core ? 3 : 4));
  bytes file = {'B', 'M'};
  put(file, begin + row * height, 4), put(file, 0, 4), put(file, begin, 4), put(file, std::uint32_t(s.header), 4);
  put(file, width, core ? 2 : 4), put(file, s.top_down ? 0 - height : height, core ? 2 : 4);
  put(file, 1, 2), put(file, std::uint32_t(s.bits), 2);
  if (!core) put(file, fields ? 3 : 0, 4), put(file, 0, 4), put(file, 2835, 4), put(file, 2835, 4);
  if (!core) put(file, std::uint32_t(s.colours), 4), put(file, 0, 4);
  for (const auto mask : s.masks)
    if (s.header > 40 || behind) put(file, mask, 4);
  file.resize(14 + std::size_t(s.header) + (behind ? 12 : 0), 0);
  for (int i = 0; i < colours; ++i) {
    const auto c = bmp_colour(i);
    file.insert(file.end(), {c[2], c[1], c[0]});
    if (!core) file.push_back(0);
  }
  for (int y = 0; y < p.shape.height; ++y) {
    const int from = s.top_down ? y : p.shape.height - 1 - y;
    bytes line = s.bits <= 8 ? packed(p, from, 0, p.shape.width, 0, 1, 8) : bytes();
    if (s.bits < 8) {  // indices as they are, not their upper bits
      bytes few(row, 0);
      for (std::size_t x = 0; x < line.size(); ++x)
        few[x * std::size_t(s.bits) / 8] |= std::uint8_t(line[x] << (8 - s.bits - int(x * std::size_t(s.bits) % 8)));
      line = few;
    }
    for (int x = 0; s.bits > 8 && x < p.shape.width; ++x) {
      std::uint32_t v = 0;
      for (std::size_t c = 0; c < 3; ++c) {
        const std::array<std::uint32_t, 3> usual = s.bits == 16 ? std::array<std::uint32_t, 3>{0x7C00, 0x3E0, 0x1F}
                                                                : std::array<std::uint32_t, 3>{0xFF0000, 0xFF00, 0xFF};
        const std::uint32_t mask = fields ? s.masks[c] : usual[c], lowest = mask & (0 - mask), most = mask / lowest;
        const std::uint32_t value = p.at(from, x, int(c));
        v |= (most < 255 ? value * (most + 1) / 256 : value * ((most + 1) / 256)) * lowest;
      }
      put(line, v, s.bits / 8);
    }
    line.resize(row, 0);
    file.insert(file.end(), line.begin(), line.end());
  }
  return file;
}

bytes tiff(const pixels& p, const tiff_style& style) {
  memory_file file;
  TIFF* t = TIFFClientOpen("test", style.big_endian ? "wb" : "wl", &file, memory_file::read, memory_file::write,
                           memory_file::seek, memory_file::close, memory_file::size, nullptr, nullptr);
  check(t, "a TIFF");
  for (int page = 0; page < style.pages; ++page) write_page(t, p, style);
  TIFFClose(t);
  return file.content;
}

bytes tiff_by_hand(const pixels& grey, bool big) {
  const auto height = std::uint32_t(grey.shape.height), width = std::uint32_t(grey.shape.width);
  bytes file = big ? bytes{'M', 'M', 0, 42} : bytes{'I', 'I', 42, 0};
  put(file, 8, 4, big);
  const std::vector<std::pair<std::uint32_t, std::uint32_t>> entries = {
      {256, width},  {257, height},        {258, 8}, {259, 1}, {262, 1}, {273, 8 + 2 + 12 * 9 + 4}, {277, 1},
      {278, height}, {279, height * width}};
  put(file, std::uint32_t(entries.size()), 2, big);
  for (const auto& [tag, value] : entries)
    put(file, tag, 2, big), put(file, 4, 2, big), put(file, 1, 4, big), put(file, value, 4, big);
  put(file, 0, 4, big);
  file.insert(file.end(), grey.data.begin(), grey.data.end());
  return file;
}
