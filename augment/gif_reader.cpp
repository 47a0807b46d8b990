#include <troupe/augment/gif_reader.hpp>

#include <troupe/augment/kernels.hpp>
#include <troupe/augment/pages.hpp>

#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace troupe {

namespace {

using red_green_blue = std::array<std::uint8_t, 3>;

/// What giflib gets to see: the screen with its colours, then the first frame.
struct feed {
  std::span<const std::uint8_t> screen, frame;

  static int hand_over(GifFileType* gif, GifByteType* to, int count) {
    auto& f = *static_cast<feed*>(gif->UserData);
    int given = 0;
    for (auto* from : {&f.screen, &f.frame}) {
      const auto n = std::min(std::size_t(count - given), from->size());
      std::copy_n(from->begin(), n, to + given);
      *from = from->subspan(n);
      given += int(n);
    }
    return given;
  }
};

struct closed {
  void operator()(GifFileType* gif) const noexcept { DGifCloseFile(gif, nullptr); }
};

failure verdict(int error) {
  const char* text = GifErrorString(error);
  const auto said = std::string("giflib: ") + (text ? text : "an error without a name");
  switch (error) {
    case D_GIF_ERR_NOT_ENOUGH_MEM: return {fault::too_large, "giflib: the system has no memory left"};
    case D_GIF_ERR_READ_FAILED:
    case D_GIF_ERR_EOF_TOO_SOON: return {fault::truncated, said};
    default: return {fault::corrupt, said};
  }
}

std::array<red_green_blue, 256> colours_of(const GifFileType& gif) {
  std::array<red_green_blue, 256> colours{};
  const ColorMapObject* table = gif.Image.ColorMap ? gif.Image.ColorMap : gif.SColorMap;
  for (std::size_t i = 0; i < colours.size(); ++i) {
    if (!table)
      colours[i].fill(std::uint8_t(i));
    else if (i < std::size_t(table->ColorCount))
      colours[i] = {table->Colors[i].Red, table->Colors[i].Green, table->Colors[i].Blue};
  }
  return colours;
}

red_green_blue background_of(const GifFileType& gif) {
  if (!gif.SColorMap || gif.SBackGroundColor >= gif.SColorMap->ColorCount) return {};
  const GifColorType& c = gif.SColorMap->Colors[gif.SBackGroundColor];
  return {c.Red, c.Green, c.Blue};
}

/// A part of the screen that takes rows of the frame.
struct canvas {
  std::uint8_t* pixels = nullptr;
  rect part;

  void fill(const red_green_blue& c) const {
    for (std::size_t i = 0; i < std::size_t(part.height) * std::size_t(part.width); ++i)
      std::memcpy(pixels + 3 * i, c.data(), 3);
  }
  /// Paints indices at (y, left) of the screen.
  void paint(const GifByteType* indices, int width, int y, int left,
             const std::array<red_green_blue, 256>& colours) const {
    if (y < part.top || y >= part.top + part.height) return;
    std::uint8_t* row = pixels + 3 * std::size_t(y - part.top) * std::size_t(part.width);
    const int from = std::max(left, part.left), to = std::min(left + width, part.left + part.width);
    for (int x = from; x < to; ++x) std::memcpy(row + 3 * (x - part.left), colours[indices[x - left]].data(), 3);
  }
};

}  // namespace

failure gif_reader::open(std::span<const std::uint8_t> bytes, const picture_header& h, const rect& part, bool strict,
                         arena& memory) {
  complained_ = false;
  stride_ = 3 * std::size_t(part.width);
  const canvas screen{memory.take_array<std::uint8_t>(stride_ * std::size_t(part.height) + kernels::padding), part};
  auto* indices = memory.take_array<GifByteType>(std::size_t(h.width));
  auto* stand_in = memory.take_array<std::uint8_t>(h.decoder_bytes);
  if (!screen.pixels || !indices || !stand_in) return {fault::too_large, "the system has no memory left to decode it"};
  empty_pages(stand_in, h.decoder_bytes);

  feed from{bytes.first(13 + gif_table_bytes(bytes[10])), bytes.subspan(h.coded_at, h.coded_bytes)};
  int error = 0;
  const std::unique_ptr<GifFileType, closed> gif(DGifOpen(&from, feed::hand_over, &error));
  if (!gif) return verdict(error);
  GifRecordType type = UNDEFINED_RECORD_TYPE;
  if (DGifGetRecordType(gif.get(), &type) != GIF_OK || DGifGetImageDesc(gif.get()) != GIF_OK)
    return verdict(gif->Error);

  screen.fill(background_of(*gif));
  const auto colours = colours_of(*gif);
  const GifImageDesc& frame = gif->Image;
  // Interlaced frames bring every eighth row, those between them, then every second, then the others (appendix E).
  static constexpr int first[] = {0, 4, 2, 1}, step[] = {8, 8, 4, 2};
  bool begun = false;
  for (int pass = 0; pass < (frame.Interlace ? 4 : 1); ++pass)
    for (int y = frame.Interlace ? first[pass] : 0; y < frame.Height; y += frame.Interlace ? step[pass] : 1) {
      if (DGifGetLine(gif.get(), indices, frame.Width) != GIF_OK) {
        complained_ = true;
        if (strict || !begun) return verdict(gif->Error);
        pass = 4;
        break;
      }
      begun = true;
      screen.paint(indices, frame.Width, frame.Top + y, frame.Left, colours);
    }
  row_ = screen.pixels;
  left_ = part.height;
  return {};
}

std::size_t gif_reader::bytes_needed(const picture_header& h) noexcept {
  const auto width = std::size_t(h.width), height = std::size_t(h.height);
  return arena::rounded(3 * width * height + kernels::padding) + arena::rounded(width) +
         arena::rounded(h.decoder_bytes);
}

}  // namespace troupe
