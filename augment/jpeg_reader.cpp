#include <troupe/augment/jpeg_reader.hpp>

#include <troupe/augment/jpeg_memory.hpp>
#include <troupe/augment/kernels.hpp>

#include <algorithm>
#include <csetjmp>
#include <new>

#include <jerror.h>

namespace troupe {

namespace {

// libjpeg-turbo writes aligned rows past the cache, and reading them back costs 100 us an image: ours begin beside a
// line.
constexpr std::size_t off_alignment = 8;

}  // namespace

/// The libjpeg object and what it said. Errors jump to `caller`, which is set anew around every call into libjpeg; the
/// frames in between hold nothing that needs destruction.
struct jpeg_reader::state {
  /// libjpeg hands the first member back.
  struct listener {
    jpeg_error_mgr base{};
    state* owner = nullptr;
  };

  jpeg_decompress_struct cinfo{};
  listener errors;
  std::jmp_buf caller{};
  arena* memory = nullptr;
  fault reason = fault::none;  ///< of the first error or warning since `open`
  char message[JMSG_LENGTH_MAX]{};
  bool fatal = false;
  std::uint8_t* row = nullptr;  ///< `[output_width, components]`
  rect part;
  int before = 0;  ///< columns of `row` before the part

  static state& of(j_common_ptr c) { return *reinterpret_cast<listener*>(c->err)->owner; }

  static void note(j_common_ptr c, bool fatal) {
    state& s = of(c);
    s.fatal = s.fatal || fatal;
    if (s.reason != fault::none && !fatal) return;
    const int code = c->err->msg_code;
    const bool ended = code == JWRN_JPEG_EOF || code == JERR_INPUT_EOF || code == JERR_INPUT_EMPTY;
    s.reason = ended ? fault::truncated : code == JERR_OUT_OF_MEMORY ? fault::too_large : fault::corrupt;
    c->err->format_message(c, s.message);
  }
  [[noreturn]] static void error_exit(j_common_ptr c) {
    note(c, true);
    std::longjmp(of(c).caller, 1);
  }
  static void emit_message(j_common_ptr c, int level) {
    if (level < 0) note(c, false);
  }
  static void output_message(j_common_ptr) {}

  bool create();
  bool begin(const std::uint8_t* data, std::size_t size, int shrink);
  bool read();
  void abort();
};

bool jpeg_reader::state::create() {
  cinfo.err = jpeg_std_error(&errors.base);
  errors.owner = this;
  errors.base.error_exit = error_exit;
  errors.base.emit_message = emit_message;
  errors.base.output_message = output_message;
  if (setjmp(caller)) return false;
  jpeg_create_decompress(&cinfo);
  static const std::uint8_t nothing = 0;
  jpeg_mem_src(&cinfo, &nothing, 1);
  use_arena(cinfo, &memory);
  return true;
}

bool jpeg_reader::state::begin(const std::uint8_t* data, std::size_t size, int shrink) {
  if (setjmp(caller)) return false;
  forget_tables(cinfo);
  jpeg_mem_src(&cinfo, data, static_cast<unsigned long>(size));
  jpeg_read_header(&cinfo, TRUE);
  cinfo.out_color_space = cinfo.num_components == 4 ? JCS_CMYK : JCS_RGB;
  cinfo.scale_num = 1;
  cinfo.scale_denom = unsigned(shrink);
  cinfo.dct_method = JDCT_ISLOW;
  jpeg_start_decompress(&cinfo);
  if (part.top + part.height > int(cinfo.output_height) || part.left + part.width > int(cinfo.output_width))
    ERREXIT(&cinfo, JERR_BAD_CROP_SPEC);
  // One column more on each side gives the chroma upsampling its neighbours, so that pixels are those of a full decode;
  // of a part with less than two chroma samples in a row libjpeg would repeat them instead.
  const int whole = int(cinfo.output_width), wanted = std::max(0, std::min(part.left - 1, whole - 8));
  auto left = JDIMENSION(wanted);
  auto width = JDIMENSION(std::min(whole, std::max(part.left + part.width + 1, wanted + 8)) - wanted);
  // Of chroma that is a quarter as wide or high, scaled, libjpeg-turbo 2.1 leaves a part of a cropped row unwritten.
  const bool coarse = cinfo.max_h_samp_factor > 2 || cinfo.max_v_samp_factor > 2;
  if (width < cinfo.output_width && !(coarse && shrink > 1))
    jpeg_crop_scanline(&cinfo, &left, &width);
  else
    left = 0;
  before = part.left - int(left);
  row = memory->take_array<std::uint8_t>(std::size_t(cinfo.output_width) * 4 + kernels::padding + off_alignment);
  if (!row) ERREXIT1(&cinfo, JERR_OUT_OF_MEMORY, 0);
  row += off_alignment;
  if (part.top > 0) jpeg_skip_scanlines(&cinfo, JDIMENSION(part.top));
  return true;
}

bool jpeg_reader::state::read() {
  if (setjmp(caller)) return false;
  return jpeg_read_scanlines(&cinfo, &row, 1) == 1;
}

void jpeg_reader::state::abort() {
  if (setjmp(caller)) return;
  jpeg_abort_decompress(&cinfo);
}

jpeg_reader::jpeg_reader() : state_(std::make_unique<state>()) {
  if (!state_->create()) throw std::bad_alloc();
}

jpeg_reader::~jpeg_reader() { jpeg_destroy_decompress(&state_->cinfo); }

failure jpeg_reader::open(std::span<const std::uint8_t> bytes, const rect& part, int shrink, arena& memory) {
  state& s = *state_;
  s.memory = &memory;
  s.reason = fault::none;
  s.fatal = false;
  s.part = part;
  if (s.begin(bytes.data(), bytes.size(), shrink)) return {};
  return close(true);
}

pixel_row jpeg_reader::next() noexcept {
  state& s = *state_;
  if (s.fatal || !s.read()) return {};
  if (s.cinfo.out_color_components == 3) return pixel_row::interleaved(s.row + 3 * s.before, 3);
  // CMYK in Adobe's inverted sense: ink values are stored as 255 - ink, so that a colour is its product with black.
  std::uint8_t* to = s.row;
  const std::uint8_t* from = s.row + 4 * s.before;
  for (int x = 0; x < s.part.width; ++x, from += 4, to += 3) {
    const unsigned c = from[0], m = from[1], y = from[2], k = from[3];
    to[0] = std::uint8_t((c * k + 127) / 255);
    to[1] = std::uint8_t((m * k + 127) / 255);
    to[2] = std::uint8_t((y * k + 127) / 255);
  }
  return pixel_row::interleaved(s.row, 3);
}

failure jpeg_reader::close(bool strict) {
  state& s = *state_;
  s.abort();
  if (s.reason == fault::none || (!strict && !s.fatal)) return {};
  return {s.reason, std::string("libjpeg: ") + s.message};
}

bool jpeg_reader::complained() const noexcept { return state_->reason != fault::none; }

std::size_t jpeg_reader::bytes_needed(const picture_header& h) noexcept {
  return jpeg_memory_bytes(h) + arena::rounded(std::size_t(h.width) * 4 + kernels::padding + 256);
}

}  // namespace troupe
