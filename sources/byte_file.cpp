#include <troupe/sources/byte_file.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace troupe {
namespace {

constexpr std::size_t window_bytes = 256 * 1024;

}  // namespace

struct byte_file::state {
  std::string name;
  int descriptor = -1;
  std::uint64_t size = 0;
  bool gzip = false;
  bool inside_member = false;
  std::vector<unsigned char> window = std::vector<unsigned char>(window_bytes);
  std::size_t first = 0, last = 0;  ///< what of the window is not consumed yet
  z_stream inflater = {};

  ~state() {
    if (gzip) inflateEnd(&inflater);
    if (descriptor >= 0) ::close(descriptor);
  }

  [[noreturn]] void fail(const std::string& what) const { throw std::runtime_error(name + ": " + what); }

  std::size_t available() const noexcept { return last - first; }

  /// Reads more of the file behind what is there; false at the end of the file.
  bool fill() {
    if (first > 0) {
      std::memmove(window.data(), window.data() + first, available());
      last -= first;
      first = 0;
    }
    for (;;) {
      auto n = ::read(descriptor, window.data() + last, window.size() - last);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail(std::string("cannot be read: ") + std::strerror(errno));
      last += static_cast<std::size_t>(n);
      return n > 0;
    }
  }

  std::size_t read_plain(unsigned char* to, std::size_t bytes) {
    std::size_t done = 0;
    while (done < bytes && (available() > 0 || fill())) {
      auto n = std::min(bytes - done, available());
      std::memcpy(to + done, window.data() + first, n);
      first += n;
      done += n;
    }
    return done;
  }

  std::size_t read_gzip(unsigned char* to, std::size_t bytes) {
    std::size_t done = 0;
    while (done < bytes) {
      if (available() == 0 && !fill()) {
        if (inside_member) fail("the gzip file is cut off; copy or download it again");
        break;
      }
      if (!inside_member) {
        inflateReset(&inflater);
        inside_member = true;
      }
      auto room = std::min<std::size_t>(bytes - done, 1u << 30);
      inflater.next_in = window.data() + first;
      inflater.avail_in = static_cast<uInt>(available());
      inflater.next_out = to + done;
      inflater.avail_out = static_cast<uInt>(room);
      auto result = inflate(&inflater, Z_NO_FLUSH);
      first = last - inflater.avail_in;
      done += room - inflater.avail_out;
      if (result == Z_STREAM_END)
        inside_member = false;
      else if (result != Z_OK && result != Z_BUF_ERROR)
        fail(std::string("the gzip file is damaged (") + (inflater.msg ? inflater.msg : "no valid data") +
             "); copy or download it again");
    }
    return done;
  }
};

byte_file::byte_file(const std::filesystem::path& file) : state_(std::make_unique<state>()) {
  auto& s = *state_;
  s.name = file.string();
  s.descriptor = ::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (s.descriptor < 0) s.fail(std::string("cannot be opened: ") + std::strerror(errno));
  struct stat about = {};
  if (::fstat(s.descriptor, &about) != 0) s.fail(std::string("cannot be examined: ") + std::strerror(errno));
  if (!S_ISREG(about.st_mode)) s.fail("is not a regular file");
  s.size = static_cast<std::uint64_t>(about.st_size);
  while (s.available() < 2 && s.fill()) {}
  if (s.available() >= 2 && s.window[0] == 0x1f && s.window[1] == 0x8b) {
    if (inflateInit2(&s.inflater, 15 + 16) != Z_OK) s.fail("zlib could not be started");
    s.gzip = true;
  }
}

byte_file::~byte_file() = default;
byte_file::byte_file(byte_file&&) noexcept = default;
byte_file& byte_file::operator=(byte_file&&) noexcept = default;

std::size_t byte_file::read(void* to, std::size_t bytes) {
  auto* out = static_cast<unsigned char*>(to);
  return state_->gzip ? state_->read_gzip(out, bytes) : state_->read_plain(out, bytes);
}

std::uint64_t byte_file::most_bytes() const noexcept { return state_->gzip ? state_->size * 1032 : state_->size; }

}  // namespace troupe
