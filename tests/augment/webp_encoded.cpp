#include "webp_encoded.hpp"

#include <webp/decode.h>
#include <webp/encode.h>

#include <algorithm>
#include <stdexcept>

namespace {

void append32(bytes& to, std::uint32_t v) {
  for (int shift = 0; shift < 32; shift += 8) to.push_back(std::uint8_t(v >> shift));
}

}  // namespace

bytes webp(const pixels& p, const webp_style& style) {
  WebPConfig config;
  WebPPicture picture;
  if (!WebPConfigInit(&config) || !WebPPictureInit(&picture)) throw std::runtime_error("libwebp's version");
  config.lossless = style.lossless;
  config.exact = 1;
  config.quality = style.quality;
  config.method = style.effort;
  config.filter_type = style.sharp_filter ? 0 : 1;
  config.partitions = style.partitions;
  picture.use_argb = style.lossless;
  picture.width = p.shape.width;
  picture.height = p.shape.height;
  bytes rgba;
  for (int y = 0; y < p.shape.height; ++y)
    for (int x = 0; x < p.shape.width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const int v = p.at(y, x, std::min(c, p.shape.channels - 1));
        rgba.push_back(std::uint8_t(style.colours ? v * style.colours / 256 * 7 : v));
      }
      rgba.push_back(style.alpha ? std::uint8_t(10 + 200 * x / p.shape.width) : std::uint8_t(255));
    }
  if (style.colours)
    for (std::size_t i = 0; i < rgba.size(); i += 4) rgba[i + 1] = std::uint8_t(255 - rgba[i]), rgba[i + 2] = 9;
  WebPMemoryWriter writer;
  WebPMemoryWriterInit(&writer);
  picture.writer = WebPMemoryWrite;
  picture.custom_ptr = &writer;
  const bool done =
      WebPPictureImportRGBA(&picture, rgba.data(), 4 * p.shape.width) != 0 && WebPEncode(&config, &picture) != 0;
  bytes result(writer.mem, writer.mem + writer.size);
  WebPMemoryWriterClear(&writer);
  WebPPictureFree(&picture);
  if (!done) throw std::runtime_error("libwebp does not write this");
  return result;
}

bytes webp_chunk(const std::string& name, const bytes& content) {
  bytes chunk(name.begin(), name.end());
  append32(chunk, std::uint32_t(content.size()));
  chunk.insert(chunk.end(), content.begin(), content.end());
  if (content.size() % 2) chunk.push_back(0);
  return chunk;
}

bytes webp_file(const bytes& chunks) {
  bytes file = {'R', 'I', 'F', 'F'};
  append32(file, std::uint32_t(chunks.size() + 4));
  for (const char c : {'W', 'E', 'B', 'P'}) file.push_back(std::uint8_t(c));
  file.insert(file.end(), chunks.begin(), chunks.end());
  return file;
}

bytes webp_extended(const bytes& file, std::uint8_t flags, const bytes& more) {
  int width = 0, height = 0;
  if (!WebPGetInfo(file.data(), file.size(), &width, &height)) throw std::runtime_error("no WebP");
  bytes canvas = {flags, 0, 0, 0};
  for (const int side : {width - 1, height - 1})
    for (int shift = 0; shift < 24; shift += 8) canvas.push_back(std::uint8_t(side >> shift));
  bytes chunks = webp_chunk("VP8X", canvas);
  chunks.insert(chunks.end(), file.begin() + (file[15] == 'X' ? 30 : 12), file.end());
  chunks.insert(chunks.end(), more.begin(), more.end());
  return webp_file(chunks);
}

bytes webp_exif(int orientation, bool big_endian) {
  const auto o = std::uint8_t(orientation);
  if (big_endian)
    return webp_chunk("EXIF",
                      {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, o, 0, 0, 0, 0, 0, 0});
  return webp_chunk("EXIF", {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, o, 0, 0, 0, 0, 0, 0, 0});
}

pixels webp_decode(const bytes& file) {
  int width = 0, height = 0;
  std::uint8_t* rgb = WebPDecodeRGB(file.data(), file.size(), &width, &height);
  if (!rgb) return pixels({0, 0, 3});
  pixels p({height, width, 3});
  std::copy_n(rgb, p.data.size(), p.data.begin());
  WebPFree(rgb);
  return p;
}
