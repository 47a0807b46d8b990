#include <troupe/augment/jpeg_writer.hpp>

#include <csetjmp>
#include <cstdio>  // jpeglib.h uses FILE
#include <stdexcept>
#include <string>

#include <jerror.h>
#include <jpeglib.h>

namespace troupe {

namespace {

/// The libjpeg object. Errors jump to `caller`, over frames that hold nothing; all it has allocated goes with it.
class writer {
 public:
  writer(std::uint8_t* file, std::size_t room) noexcept : room_(room) {
    cinfo_.err = jpeg_std_error(&errors_.base);
    errors_.base.error_exit = [](j_common_ptr c) { std::longjmp(reinterpret_cast<listener*>(c->err)->caller, 1); };
    errors_.base.emit_message = [](j_common_ptr, int) {};
    destination_.next_output_byte = file;
    destination_.free_in_buffer = room;
    destination_.init_destination = [](j_compress_ptr) {};
    destination_.empty_output_buffer = [](j_compress_ptr c) -> boolean {
      ERREXIT(c, JERR_BUFFER_SIZE);
      return FALSE;
    };
    destination_.term_destination = [](j_compress_ptr) {};
  }
  ~writer() { jpeg_destroy_compress(&cinfo_); }
  writer(const writer&) = delete;
  writer& operator=(const writer&) = delete;

  bool write(const image& pixels, int quality) {
    if (setjmp(errors_.caller)) return false;
    jpeg_create_compress(&cinfo_);
    cinfo_.dest = &destination_;
    cinfo_.image_width = JDIMENSION(pixels.shape.width);
    cinfo_.image_height = JDIMENSION(pixels.shape.height);
    cinfo_.input_components = pixels.shape.channels;
    cinfo_.in_color_space = pixels.shape.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&cinfo_);
    jpeg_set_quality(&cinfo_, quality, TRUE);
    jpeg_start_compress(&cinfo_, TRUE);
    while (cinfo_.next_scanline < cinfo_.image_height) {
      JSAMPROW row = const_cast<JSAMPROW>(pixels.row(int(cinfo_.next_scanline)));
      jpeg_write_scanlines(&cinfo_, &row, 1);
    }
    jpeg_finish_compress(&cinfo_);
    return true;
  }
  std::size_t written() const noexcept { return room_ - destination_.free_in_buffer; }
  std::string message() {
    char text[JMSG_LENGTH_MAX]{};
    errors_.base.format_message(reinterpret_cast<j_common_ptr>(&cinfo_), text);
    return text;
  }

 private:
  struct listener {
    jpeg_error_mgr base{};
    std::jmp_buf caller{};
  };

  jpeg_compress_struct cinfo_{};
  listener errors_;
  jpeg_destination_mgr destination_{};
  std::size_t room_ = 0;
};

}  // namespace

std::size_t write_jpeg(const image& pixels, int quality, std::uint8_t* file) {
  writer w(file, jpeg_bytes(pixels.shape));
  if (!w.write(pixels, quality)) throw std::runtime_error("jpeg: libjpeg: " + w.message());
  return w.written();
}

// TurboJPEG's tjBufSize: whole MCUs at 2 bytes a sample, and the headers.
std::size_t jpeg_bytes(image_shape shape) noexcept {
  const auto whole = [](int side) { return (std::size_t(side) + 15) / 16 * 16; };
  return whole(shape.height) * whole(shape.width) * 3 + 2048;
}

}  // namespace troupe
