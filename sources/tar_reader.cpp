#include <troupe/sources/tar_reader.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <stdexcept>

#include <troupe/sources/enclosure.hpp>

namespace troupe {
namespace {

constexpr std::uint64_t most_name = 64 * 1024, most_pax = 1 << 20;

std::string field(const unsigned char* block, std::size_t at, std::size_t length) {
  const auto* first = reinterpret_cast<const char*>(block) + at;
  return {first, std::find(first, first + length, '\0')};
}

/// A number in octal digits, or in base 256 where the first bit is set (GNU); nothing where it is neither, or negative.
std::optional<std::uint64_t> number(const unsigned char* block, std::size_t at, std::size_t length) {
  const auto* p = block + at;
  std::uint64_t value = 0;
  if (p[0] & 0x80) {
    for (std::size_t i = 0; i < length; ++i) {
      const auto byte = i == 0 ? p[0] & 0x7F : p[i];
      if (value >> 55 != 0) return {};
      value = value << 8 | std::uint64_t(byte);
    }
    return value;
  }
  std::size_t i = 0;
  while (i < length && (p[i] == ' ')) ++i;
  for (; i < length && p[i] >= '0' && p[i] <= '7'; ++i) value = value << 3 | std::uint64_t(p[i] - '0');
  for (; i < length; ++i)
    if (p[i] != ' ' && p[i] != '\0') return {};
  return value;
}

bool has_checksum(const unsigned char* block) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < 512; ++i) sum += i >= 148 && i < 156 ? ' ' : block[i];
  return number(block, 148, 8) == sum;
}

bool points_outside(const std::string& name) { return name.empty() || name[0] == '/' || goes_up(name); }

}  // namespace

struct tar_reader::overrides {
  std::optional<std::string> name;
  std::optional<std::uint64_t> size;
  bool sparse = false;
};

tar_reader::tar_reader(const std::filesystem::path& archive) : path_(archive), file_(archive, {.window_bytes = 4096}) {}

void tar_reader::fail(std::uint64_t offset, const std::string& what) const {
  throw std::runtime_error(path_.string() + ", offset " + std::to_string(offset) + ": " + what);
}

void tar_reader::note(std::uint64_t& count, const std::string& name) {
  ++count;
  if (skipped_.example.empty()) skipped_.example = name;
}

void tar_reader::pass_over(std::uint64_t bytes) {
  if (file_.skip(bytes) != bytes)
    fail(file_.position(), "the archive is cut off within what begins at offset " + std::to_string(header_) +
                               "; copy or download it again");
}

/// False: the archive ends here.
bool tar_reader::read_header(unsigned char* block) {
  header_ = file_.position();
  const auto got = file_.read(block, 512);
  if (got == 0 && header_ == 0) fail(0, "the archive is empty");
  if (got != 512) fail(file_.position(), "the archive is cut off: its end is missing; copy or download it again");
  if (std::all_of(block, block + 512, [](unsigned char c) { return c == 0; })) return false;
  if (!has_checksum(block))
    fail(header_, header_ == 0 ? "is no tar archive" : "the archive is damaged: no header where one should be");
  return true;
}

/// An archive is filled up with zeros.
void tar_reader::look_behind() {
  if (packed() != packing::none) return;
  std::array<unsigned char, 4096> bytes;
  while (const auto got = file_.read(bytes.data(), bytes.size())) {
    const auto* end = bytes.cbegin() + got;
    const auto* found = std::find_if(bytes.cbegin(), end, [](unsigned char c) { return c != 0; });
    if (found != end) behind_ = std::uint64_t(end - found) + file_.skip(UINT64_MAX);
    if (found != end) return;
  }
}

std::string tar_reader::read_text(std::uint64_t size, std::uint64_t most) {
  if (size > most) fail(header_, "a header of " + std::to_string(size) + " bytes; the archive is damaged");
  std::string text(std::size_t(size), '\0');
  if (file_.read(text.data(), text.size()) != text.size()) fail(file_.position(), "the archive is cut off");
  pass_over(padding(size));
  return text;
}

/// Records of "LENGTH KEY=VALUE\n".
void tar_reader::read_pax(std::uint64_t size, overrides& next) {
  const auto text = read_text(size, most_pax);
  for (std::size_t at = 0; at < text.size() && text[at] != '\0';) {
    std::size_t length = 0;
    const auto* begin = text.data() + at;
    const auto [after, failed] = std::from_chars(begin, text.data() + text.size(), length);
    const auto head = std::size_t(after - begin);
    if (failed != std::errc{} || length > text.size() - at || length < head + 3 || *after != ' ' ||
        begin[length - 1] != '\n')
      fail(header_, "the archive is damaged: a pax header that is none");
    const std::string record(after + 1, begin + length - 1);
    at += length;
    const auto equals = std::min(record.find('='), record.size());
    const auto key = record.substr(0, equals), value = record.substr(std::min(equals + 1, record.size()));
    if (key == "path") next.name = value;
    if (key == "size") {
      std::uint64_t bytes = 0;
      const auto [end, wrong] = std::from_chars(value.data(), value.data() + value.size(), bytes);
      if (wrong != std::errc{} || end != value.data() + value.size())
        fail(header_, "the archive is damaged: a pax size");
      next.size = bytes;
    }
    if (key.rfind("GNU.sparse", 0) == 0) next.sparse = true;
  }
}

bool tar_reader::next(tar_member& member) {
  pass_over(unread_);
  unread_ = 0;
  std::array<unsigned char, 512> block;
  for (overrides over; read_header(block.data());) {
    auto size = number(block.data(), 124, 12);
    const char type = char(block[156]);
    if (!size || *size > (std::uint64_t{1} << 62)) fail(header_, "the archive is damaged: a size that is no number");
    if (type == 'x' || type == 'L') {
      if (type == 'x')
        read_pax(*size, over);
      else
        over.name = read_text(*size, most_name).c_str();
      continue;
    }
    if (type == 'g' || type == 'K') {  // of all entries; the target of a link
      pass_over(*size + padding(*size));
      continue;
    }
    if (over.size) size = over.size;
    if (*size > (std::uint64_t{1} << 62)) fail(header_, "the archive is damaged: a size that is no number");
    auto name = over.name.value_or(field(block.data(), 0, 100));
    if (!over.name && std::memcmp(block.data() + 257, "ustar", 6) == 0)
      if (const auto prefix = field(block.data(), 345, 155); !prefix.empty()) name.insert(0, prefix + "/");
    while (name.rfind("./", 0) == 0) name.erase(0, 2);
    const bool file = type == '0' || type == '\0' || type == '7';
    if (file && (type != '\0' || name.empty() || name.back() != '/')) {
      if (over.sparse) fail(header_, name + " is a sparse file; write the archive without --sparse");
      member = {name, file_.position(), *size};
      size_ = *size;
      unread_ = *size + padding(*size);
      if (!points_outside(name) && name.find('\0') == std::string::npos) return true;
      note(skipped_.outside, name);
    } else if (type == 'S') {
      fail(header_, name + " is a sparse file; write the archive without --sparse");
    } else {
      if (type == '1' || type == '2') note(skipped_.links, name);
      if (type == '3' || type == '4' || type == '6') note(skipped_.special, name);
      // Links, devices and folders have no content, whatever size they state.
      unread_ = type >= '1' && type <= '6' ? 0 : *size + padding(*size);
    }
    pass_over(unread_);
    unread_ = 0;
    over = {};
  }
  look_behind();
  return false;
}

std::string tar_reader::content(std::uint64_t most) {
  if (size_ > most)
    fail(header_, "a label of " + std::to_string(size_) + " bytes; at most " + std::to_string(most) + " are read");
  std::string text(std::size_t(size_), '\0');
  if (file_.read(text.data(), text.size()) != text.size()) fail(file_.position(), "the archive is cut off");
  unread_ -= size_;
  size_ = 0;
  return text;
}

}  // namespace troupe
