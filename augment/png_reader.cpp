#include <troupe/augment/png_reader.hpp>

#include <troupe/augment/kernels.hpp>

#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>

namespace troupe {

/// libpng's objects for one picture, all in the arena. Errors jump to the setjmp of the call that is under way; the
/// frames in between hold nothing that needs destruction.
struct png_reader::state {
  png_structp png = nullptr;
  png_infop info = nullptr;
  arena* memory = nullptr;
  const std::uint8_t* data = nullptr;
  std::size_t size = 0, at = 0;  ///< of the next byte to hand over
  std::size_t chunk_end = 0;     ///< of the chunk that is being handed over
  bool complained = false, fatal = false, out_of_memory = false, ended = false;
  bool delivering = false;  ///< rows have memory; what follows an error is black
  char message[160]{};
  rect part;
  bool strict = true;
  std::size_t channels = 3;  ///< 1 where numbers are wanted
  int next_row = 0;
  std::uint8_t* row = nullptr;    ///< `[width, channels]`, for pictures that come row by row
  std::uint8_t** rows = nullptr;  ///< `[height][width, channels]`, for interlaced ones

  void note(const char* text) {
    if (!complained) {
      std::strncpy(message, text, sizeof message - 1);
      message[sizeof message - 1] = 0;
    }
    complained = true;
  }
  [[noreturn]] static void error(png_structp png, png_const_charp text) {
    auto* s = static_cast<state*>(png_get_error_ptr(png));
    s->complained = false;  // the error says more than the warnings before it
    s->note(text);
    s->fatal = true;
    png_longjmp(png, 1);
  }
  static void warning(png_structp png, png_const_charp text) {
    static_cast<state*>(png_get_error_ptr(png))->note(text);
  }
  static png_voidp allocate(png_structp png, png_alloc_size_t size) {
    auto* s = static_cast<state*>(png_get_mem_ptr(png));
    void* p = s->memory->take(size);
    s->out_of_memory = s->out_of_memory || !p;
    return p;
  }
  static void release(png_structp, png_voidp) {}
  static void hand_over(png_structp png, png_bytep to, std::size_t count);

  void seek_chunk();
  bool begin();
  bool read();
  void abort();
};

// Skips to the next chunk that carries pixels: signature and IHDR, PLTE, IDAT, IEND.
void png_reader::state::seek_chunk() {
  while (size - at >= 12) {
    const std::uint8_t* p = data + at;
    const std::size_t length = std::size_t(p[0]) << 24 | std::size_t(p[1]) << 16 | std::size_t(p[2]) << 8 | p[3];
    const bool wanted = std::memcmp(p + 4, "IHDR", 4) == 0 || std::memcmp(p + 4, "PLTE", 4) == 0 ||
                        std::memcmp(p + 4, "IDAT", 4) == 0 || std::memcmp(p + 4, "IEND", 4) == 0;
    if (wanted || length > size - at - 12) {
      chunk_end = std::min(size, at + 12 + length);
      return;
    }
    at += 12 + length;
  }
  chunk_end = size;
}

void png_reader::state::hand_over(png_structp png, png_bytep to, std::size_t count) {
  auto* s = static_cast<state*>(png_get_io_ptr(png));
  const std::size_t wanted = count;
  while (count > 0) {
    if (s->at == s->chunk_end) s->seek_chunk();
    const std::size_t n = std::min(count, s->chunk_end - s->at);
    if (n == 0) {
      s->ended = true;
      if (!s->strict && count < wanted) {  // libpng asks for a block at a time; this one still holds something
        std::memset(to, 0, count);
        return;
      }
      png_error(png, "the file ends before the image does");
    }
    std::memcpy(to, s->data + s->at, n);
    s->at += n;
    to += n;
    count -= n;
  }
}

bool png_reader::state::begin() {
  png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, this, error, warning, this, allocate, release);
  if (!png) return false;
  if (setjmp(png_jmpbuf(png))) return false;
  info = png_create_info_struct(png);
  if (!info) png_error(png, "no memory");
  png_set_read_fn(png, this, hand_over);
  png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);  // checked on the whole file, by the header walk
  png_set_user_limits(png, 0x7FFFFFFF, 0x7FFFFFFF);               // ours were applied before
  png_read_info(png, info);
  if (channels == 3) {
    png_set_expand(png);  // palette to RGB, 1 to 4 bits to 8
    png_set_strip_16(png);
    png_set_gray_to_rgb(png);
  } else {
    png_set_packing(png);  // a byte each
  }
  png_set_strip_alpha(png);
  const int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  const std::size_t height = png_get_image_height(png, info), bytes = png_get_rowbytes(png, info);
  if (bytes != channels * std::size_t(png_get_image_width(png, info))) png_error(png, "rows are not of 8 bits");
  if (passes == 1) {
    row = memory->take_array<std::uint8_t>(bytes + kernels::padding);
    if (!row) png_error(png, "no memory");
    delivering = true;
    for (int y = 0; y < part.top; ++y) png_read_row(png, row, nullptr);
    return true;
  }
  rows = memory->take_array<std::uint8_t*>(height);
  std::uint8_t* pixels = memory->take_array<std::uint8_t>(height * bytes + kernels::padding);
  if (!rows || !pixels) png_error(png, "no memory");
  std::memset(pixels, 0, height * bytes);
  for (std::size_t y = 0; y < height; ++y) rows[y] = pixels + y * bytes;
  delivering = true;
  png_read_image(png, rows);
  return true;
}

bool png_reader::state::read() {
  if (setjmp(png_jmpbuf(png))) return false;
  png_read_row(png, row, nullptr);
  return true;
}

void png_reader::state::abort() {
  if (png) png_destroy_read_struct(&png, &info, nullptr);
  png = nullptr;
  info = nullptr;
}

png_reader::png_reader() : state_(std::make_unique<state>()) {}
png_reader::~png_reader() = default;

failure png_reader::open(std::span<const std::uint8_t> bytes, const picture_header&, const rect& part, bool strict,
                         arena& memory, png_samples wanted) {
  *state_ = state{};
  state& s = *state_;
  s.memory = &memory;
  s.data = bytes.data();
  s.size = bytes.size();
  s.chunk_end = std::min<std::size_t>(8, s.size);  // the signature
  s.part = part;
  s.strict = strict;
  s.channels = wanted == png_samples::numbers ? 1 : 3;
  s.next_row = part.top;
  if (s.begin() || (!strict && s.delivering)) return {};
  if (!s.complained) s.note("it could not be started");
  s.fatal = true;
  return close();
}

pixel_row png_reader::next() noexcept {
  state& s = *state_;
  const auto from = [&](const std::uint8_t* row) {
    return pixel_row::interleaved(row + s.channels * std::size_t(s.part.left), int(s.channels));
  };
  if (s.rows && !(s.fatal && s.strict)) return from(s.rows[s.next_row++]);
  if (s.fatal || !s.read()) {
    if (s.strict || !s.row) return {};
    std::memset(s.row, 0, s.channels * std::size_t(s.part.left + s.part.width));
  }
  return from(s.row);
}

failure png_reader::close() {
  state& s = *state_;
  s.abort();
  if (!s.complained || (!s.strict && (s.delivering || !s.fatal))) return {};
  const fault reason = s.out_of_memory ? fault::too_large : s.ended ? fault::truncated : fault::corrupt;
  return {reason, std::string("libpng: ") + s.message};
}

bool png_reader::complained() const noexcept { return state_->complained; }

std::size_t png_reader::bytes_needed(const picture_header& h) noexcept {
  const auto width = std::size_t(h.width), height = std::size_t(h.height);
  std::size_t bytes = (std::size_t{128} << 10) + 4 * (8 * width + 256) + 3 * width + kernels::padding;
  if (h.multi_scan) bytes += height * (3 * width + sizeof(std::uint8_t*)) + 2 * kernels::padding;
  return bytes;
}

}  // namespace troupe
