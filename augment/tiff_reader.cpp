#include <troupe/augment/tiff_reader.hpp>

#include <troupe/augment/kernels.hpp>
#include <troupe/augment/pages.hpp>
#include <troupe/augment/tiff_page.hpp>
#include <troupe/augment/tiff_samples.hpp>

#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace troupe {

/// The file with its appendix, as libtiff reads it, and the row of strips or tiles that is decoded.
struct tiff_reader::state {
  struct closed {
    void operator()(TIFF* t) const noexcept { TIFFClose(t); }
    void operator()(TIFFOpenOptions* o) const noexcept { TIFFOpenOptionsFree(o); }
  };

  std::span<const std::uint8_t> bytes;
  tiff_page page;
  tiff_samples samples;
  std::array<std::uint8_t, 8> header{};  ///< in place of the file's own: the directory is in the appendix
  std::size_t at = 0;                    ///< of the next byte to hand over
  std::unique_ptr<TIFF, closed> tiff;
  char message[160]{};
  bool strict = true, complained = false, fatal = false;
  rect part;
  int next_row = 0, band_row = -1;  ///< rows of the picture; of the bands, the one that is decoded
  std::uint8_t *band = nullptr, *row = nullptr;

  std::size_t size() const noexcept { return tiff_page::appendix_at(bytes.size()) + page.appendix.size(); }
  std::span<const std::uint8_t> from_here() const noexcept;
  bool begin(std::size_t most_bytes);
  bool decode(int wanted) noexcept;
  bool decode_unit(int across, int plane, std::uint8_t* to) noexcept;
  bool read(int y) noexcept;
  void note(const char* text, bool error) noexcept;

  static state& of(void* user) noexcept { return *static_cast<state*>(user); }
  static tmsize_t hand_over(thandle_t user, void* to, tmsize_t count) noexcept;
  static tmsize_t write(thandle_t, void*, tmsize_t) noexcept { return 0; }
  static toff_t seek(thandle_t user, toff_t offset, int whence) noexcept;
  static int leave(thandle_t) noexcept { return 0; }
  static toff_t tell_size(thandle_t user) noexcept { return of(user).size(); }
  static int complain(TIFF*, void* user, const char*, const char* format, va_list values) noexcept;
  static int warn(TIFF*, void* user, const char*, const char* format, va_list values) noexcept;
};

// What lies in one piece from the next byte on.
std::span<const std::uint8_t> tiff_reader::state::from_here() const noexcept {
  static constexpr std::uint8_t filling[1] = {0};
  const auto appendix = tiff_page::appendix_at(bytes.size());
  if (at < header.size()) return std::span(header).subspan(at);
  if (at < bytes.size()) return bytes.subspan(at);
  if (at < appendix) return filling;
  return std::span(page.appendix).subspan(std::min(at - appendix, page.appendix.size()));
}

tmsize_t tiff_reader::state::hand_over(thandle_t user, void* to, tmsize_t count) noexcept {
  state& s = of(user);
  std::size_t given = 0;
  while (given < std::size_t(count)) {
    const auto from = s.from_here();
    const std::size_t n = std::min(from.size(), std::size_t(count) - given);
    if (n == 0) break;
    std::memcpy(static_cast<std::uint8_t*>(to) + given, from.data(), n);
    given += n;
    s.at += n;
  }
  return tmsize_t(given);
}

toff_t tiff_reader::state::seek(thandle_t user, toff_t offset, int whence) noexcept {
  state& s = of(user);
  s.at = whence == SEEK_SET ? offset : offset + (whence == SEEK_CUR ? s.at : s.size());
  return s.at;
}

void tiff_reader::state::note(const char* text, bool error) noexcept {
  if (complained && !(error && !fatal)) return;  // the first error says more than warnings before it
  std::snprintf(message, sizeof message, "%s", text);
  complained = true;
  fatal = fatal || error;
}

int tiff_reader::state::complain(TIFF*, void* user, const char*, const char* format, va_list values) noexcept {
  char text[sizeof message];
  std::vsnprintf(text, sizeof text, format, values);
  of(user).note(text, true);
  return 1;
}

int tiff_reader::state::warn(TIFF*, void* user, const char*, const char* format, va_list values) noexcept {
  char text[sizeof message];
  std::vsnprintf(text, sizeof text, format, values);
  of(user).note(text, false);
  return 1;
}

bool tiff_reader::state::begin(std::size_t most_bytes) {
  const bool big = page.big_endian;
  std::copy_n(bytes.begin(), 4, header.begin());
  for (std::size_t i = 0; i < 4; ++i) header[4 + i] = std::uint8_t(page.directory_at >> 8 * (big ? 3 - i : i));
  const std::unique_ptr<TIFFOpenOptions, closed> options(TIFFOpenOptionsAlloc());
  if (!options) return false;
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), complain, this);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), warn, this);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), tmsize_t(most_bytes));
  // Not mapped, and one strip is one strip ("c"), however large.
  tiff.reset(
      TIFFClientOpenExt("", "rmc", this, hand_over, write, seek, leave, tell_size, nullptr, nullptr, options.get()));
  if (!tiff) return false;
  if (page.colours == tiff_colours::ycbcr && page.compression == tiff_page::jpeg)
    TIFFSetField(tiff.get(), TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  const auto unit = page.tiled ? TIFFTileSize(tiff.get()) : TIFFStripSize(tiff.get());
  if (unit == tmsize_t(page.unit_bytes())) return true;
  note("strips or tiles of another size than their tags say", true);
  return false;
}

bool tiff_reader::state::decode_unit(int across, int plane, std::uint8_t* to) noexcept {
  const int down = band_row;
  const auto index = std::uint32_t((plane * page.down() + down) * page.across() + across);
  const int rows = page.tiled ? page.unit_height : std::min(page.unit_height, page.height - down * page.unit_height);
  const auto wanted = tmsize_t(page.unit_bytes(rows));
  if (!strict) std::memset(to, 0, page.unit_bytes());
  const auto got = page.tiled ? TIFFReadEncodedTile(tiff.get(), index, to, wanted)
                              : TIFFReadEncodedStrip(tiff.get(), index, to, wanted);
  if (got == wanted) return true;
  note("a strip or tile that ends early", true);
  return false;
}

// Decodes the strips or tiles that the part needs of a row of them.
bool tiff_reader::state::decode(int wanted) noexcept {
  band_row = wanted;
  const int first = part.left / page.unit_width, last = (part.left + part.width - 1) / page.unit_width;
  bool sound = true;
  for (int across = first; across <= last; ++across)
    for (int plane = 0; plane < page.planes(); ++plane)
      sound =
          decode_unit(across, plane, band + std::size_t(across * page.planes() + plane) * page.unit_bytes()) && sound;
  return sound;
}

bool tiff_reader::state::read(int y) noexcept {
  if (const int wanted = y / page.unit_height; wanted != band_row && !decode(wanted) && strict) return false;
  for (int x = part.left; x < part.left + part.width;) {
    const int across = x / page.unit_width, begins = across * page.unit_width;
    const int end = std::min(begins + page.unit_width, part.left + part.width);
    const auto* unit = band + std::size_t(across * page.planes()) * page.unit_bytes();
    samples.convert(unit, y % page.unit_height, x - begins, end - begins, row + 3 * std::size_t(x - part.left));
    x = end;
  }
  return true;
}

tiff_reader::tiff_reader() : state_(std::make_unique<state>()) {}
tiff_reader::~tiff_reader() = default;

failure tiff_reader::open(std::span<const std::uint8_t> bytes, const picture_header& h, const rect& part, bool strict,
                          arena& memory) {
  *state_ = state{};
  state& s = *state_;
  s.bytes = bytes;
  s.page = read_tiff(bytes, strict);
  s.samples = tiff_samples(s.page);
  s.strict = strict;
  s.part = part;
  s.next_row = part.top;
  s.band = memory.take_array<std::uint8_t>(h.band_bytes);
  s.row = memory.take_array<std::uint8_t>(3 * std::size_t(part.width) + kernels::padding);
  auto* stand_in = memory.take_array<std::uint8_t>(h.decoder_bytes);
  if (!s.band || !s.row || !stand_in) return {fault::too_large, "the system has no memory left to decode it"};
  empty_pages(stand_in, h.decoder_bytes);
  if (s.begin(h.decoder_bytes) && (s.read(part.top) || !strict)) return {};
  if (!s.complained) s.note("it could not be started", true);
  s.strict = true;
  return close();
}

pixel_row tiff_reader::next() noexcept {
  state& s = *state_;
  if (!s.read(s.next_row)) return {};
  ++s.next_row;
  return pixel_row::interleaved(s.row, 3);
}

bool tiff_reader::complained() const noexcept { return state_->complained; }

failure tiff_reader::close() {
  state& s = *state_;
  s.tiff.reset();
  if (!s.complained || !s.strict) return {};
  return {fault::corrupt, std::string("libtiff: ") + s.message};
}

std::size_t tiff_reader::bytes_needed(const picture_header& h) noexcept {
  return arena::rounded(h.band_bytes) + arena::rounded(3 * std::size_t(h.width) + kernels::padding) +
         arena::rounded(h.decoder_bytes);
}

}  // namespace troupe
