#include <troupe/sources/byte_file.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace troupe {

struct byte_file::state {
  std::string name;
  int descriptor = -1;
  std::uint64_t at = 0, end = 0;  ///< in the file: what is behind the window, and where the part ends
  std::uint64_t size = 0, position = 0;
  std::vector<std::uint8_t> window;
  std::size_t first = 0, last = 0;  ///< what of the window is not consumed yet
  packing how = packing::none;
  std::optional<unpacker> unpacks;

  ~state() {
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
      const auto wanted = std::min<std::uint64_t>(window.size() - last, end - at);
      const auto n = ::pread(descriptor, window.data() + last, wanted, static_cast<off_t>(at));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail(std::string("cannot be read: ") + std::strerror(errno));
      last += static_cast<std::size_t>(n);
      at += static_cast<std::uint64_t>(n);
      return n > 0;
    }
  }

  std::size_t read_plain(std::uint8_t* to, std::size_t bytes) {
    std::size_t done = 0;
    while (done < bytes && (available() > 0 || fill())) {
      auto n = std::min(bytes - done, available());
      std::memcpy(to + done, window.data() + first, n);
      first += n;
      done += n;
    }
    return done;
  }

  std::size_t read_packed(std::uint8_t* to, std::size_t bytes) {
    std::size_t done = 0;
    while (done < bytes) {
      const bool more = available() > 0 || fill();
      if (!more && unpacks->complete()) break;
      unpacker::step step;
      try {
        step = unpacks->unpack({window.data() + first, available()}, {to + done, bytes - done});
      } catch (const std::runtime_error& e) { fail(std::string(e.what()) + "; copy or download it again"); }
      if (!more && step.made == 0)
        fail(std::string("the ") + (how == packing::gzip ? "gzip" : "zstd") +
             " file is cut off; copy or download it again");
      first += step.taken;
      done += step.made;
    }
    return done;
  }
};

byte_file::byte_file(const std::filesystem::path& file, byte_file_options options) : state_(std::make_unique<state>()) {
  auto& s = *state_;
  s.name = file.string();
  s.descriptor = ::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (s.descriptor < 0) s.fail(std::string("cannot be opened: ") + std::strerror(errno));
  struct stat about = {};
  if (::fstat(s.descriptor, &about) != 0) s.fail(std::string("cannot be examined: ") + std::strerror(errno));
  if (!S_ISREG(about.st_mode)) s.fail("is not a regular file");
  const auto whole = static_cast<std::uint64_t>(about.st_size);
  s.at = std::min(options.offset, whole);
  s.size = std::min(options.size.value_or(whole), whole - s.at);
  s.end = s.at + s.size;
  s.window.resize(std::max<std::size_t>(options.window_bytes, 512));
  while (s.available() < 4 && s.fill()) {}
  if (options.unpack) s.how = packing_of({s.window.data(), s.available()});
  if (s.how != packing::none) s.unpacks.emplace(s.how);
}

byte_file::~byte_file() = default;
byte_file::byte_file(byte_file&&) noexcept = default;
byte_file& byte_file::operator=(byte_file&&) noexcept = default;

std::size_t byte_file::read(void* to, std::size_t bytes) {
  auto* out = static_cast<std::uint8_t*>(to);
  const auto n = state_->unpacks ? state_->read_packed(out, bytes) : state_->read_plain(out, bytes);
  state_->position += n;
  return n;
}

std::uint64_t byte_file::skip(std::uint64_t bytes) {
  auto& s = *state_;
  std::uint64_t done = 0;
  if (!s.unpacks) {
    const auto of_window = std::min<std::uint64_t>(bytes, s.available());
    s.first += static_cast<std::size_t>(of_window);
    const auto beyond = std::min(bytes - of_window, s.end - s.at);
    s.at += beyond;
    done = of_window + beyond;
    s.position += done;
    return done;
  }
  std::vector<std::uint8_t> dropped(static_cast<std::size_t>(std::min<std::uint64_t>(bytes, 64 * 1024)));
  while (done < bytes) {
    const auto n =
        read(dropped.data(), static_cast<std::size_t>(std::min<std::uint64_t>(bytes - done, dropped.size())));
    if (n == 0) break;
    done += n;
  }
  return done;
}

std::uint64_t byte_file::position() const noexcept { return state_->position; }
packing byte_file::packed() const noexcept { return state_->how; }
std::uint64_t byte_file::most_bytes() const noexcept { return most_unpacked(state_->how, state_->size); }

}  // namespace troupe
