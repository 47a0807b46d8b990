#include <troupe/sources/npy.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <stdexcept>
#include <string_view>

#include <troupe/sources/byte_file.hpp>
#include <troupe/sources/grouped.hpp>
#include <troupe/sources/refuse.hpp>

namespace troupe {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_header = 64 * 1024, most_dimensions = 8;

/// The text behind a key of the header's dictionary: {'descr': '|u1', 'fortran_order': False, 'shape': (3, 4), }
std::string_view value_of(const fs::path& file, std::string_view header, std::string_view key) {
  const auto at = header.find("'" + std::string(key) + "'");
  const auto colon = at == std::string_view::npos ? at : header.find(':', at);
  if (colon == std::string_view::npos) refuse(file, "the .npy header has no " + std::string(key));
  auto value = header.substr(colon + 1);
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  return value;
}

void read_type(const fs::path& file, std::string_view value, npy_header& h) {
  const auto end = value.size() > 1 && value[0] == '\'' ? value.find('\'', 1) : std::string_view::npos;
  if (end == std::string_view::npos) refuse(file, "holds records, not numbers; save a plain array of uint8");
  const auto type = value.substr(1, end - 1);
  const std::string_view orders = "<>|=";
  const bool known = type.size() == 3 && orders.find(type[0]) != orders.npos &&
                     std::string_view("uifb").find(type[1]) != std::string_view::npos &&
                     std::string_view("1248").find(type[2]) != std::string_view::npos;
  if (!known) refuse(file, "items of type " + std::string(type.substr(0, 32)) + "; numbers of 1 to 8 bytes are read");
  h.kind = type[1];
  h.item_bytes = std::size_t(type[2] - '0');
  h.swapped = type[0] == '>' && h.item_bytes > 1;
  if ((h.kind == 'b' && h.item_bytes != 1) || (h.kind == 'f' && h.item_bytes < 2))
    refuse(file, "items of type " + std::string(type) + "; save a.astype('float32')");
}

void read_shape(const fs::path& file, std::string_view value, npy_header& h) {
  const auto end = value.find(')');
  if (value.empty() || value[0] != '(' || end == std::string_view::npos)
    refuse(file, "the shape in the .npy header is no list");
  value = value.substr(1, end - 1);
  h.items = 1;
  while (!value.empty()) {
    if (value[0] == ' ' || value[0] == ',' || value[0] == 'L') {
      value.remove_prefix(1);
      continue;
    }
    std::uint64_t extent = 0;
    const auto [after, failed] = std::from_chars(value.data(), value.data() + value.size(), extent);
    if (failed != std::errc{} || h.shape.size() == most_dimensions)
      refuse(file, "the shape in the .npy header is no list of sizes");
    h.shape.push_back(extent);
    if (__builtin_mul_overflow(h.items, extent, &h.items)) h.items = UINT64_MAX;
    value.remove_prefix(std::size_t(after - value.data()));
  }
}

}  // namespace

std::string npy_header::shape_text() const {
  std::string text;
  for (const auto extent : shape) text += (text.empty() ? "" : ", ") + std::to_string(extent);
  return "[" + text + "]";
}

npy_header read_npy_header(const fs::path& path) {
  byte_file file(path, {.window_bytes = 512});
  if (file.packed() != packing::none) refuse(path, "is packed; unpack it first");
  std::array<std::uint8_t, 12> start = {};
  const auto got = file.read(start.data(), 10);
  if (got < 10 || std::memcmp(start.data(), "\x93NUMPY", 6) != 0) refuse(path, "is no .npy file");
  if (start[6] < 1 || start[6] > 3) refuse(path, ".npy version " + std::to_string(start[6]) + "; 1 to 3 are read");
  npy_header h;
  std::uint64_t length = std::uint64_t{start[8]} | std::uint64_t{start[9]} << 8;
  h.begin = 10;
  if (start[6] > 1) {
    if (file.read(start.data() + 10, 2) != 2) refuse(path, "the .npy header is cut off");
    length |= std::uint64_t{start[10]} << 16 | std::uint64_t{start[11]} << 24;
    h.begin = 12;
  }
  if (length > most_header) refuse(path, "a .npy header of " + grouped(length) + " bytes; at most 65,536 are read");
  std::string header(std::size_t(length), '\0');
  if (file.read(header.data(), header.size()) != header.size()) refuse(path, "the .npy header is cut off");
  h.begin += length;
  read_type(path, value_of(path, header, "descr"), h);
  if (value_of(path, header, "fortran_order").substr(0, 5) != "False")
    refuse(path, "is in Fortran order; save numpy.ascontiguousarray(a)");
  read_shape(path, value_of(path, header, "shape"), h);
  std::uint64_t bytes = 0;
  const auto there = file.most_bytes() - h.begin;
  if (__builtin_mul_overflow(h.items, std::uint64_t(h.item_bytes), &bytes) || bytes > there)
    refuse(path, "cut off: the header says " + h.shape_text() + ", the file has " + grouped(there) +
                     " bytes behind it; copy or download it again");
  return h;
}

std::vector<double> read_npy_numbers(const fs::path& path, const npy_header& h) {
  if (h.kind == 'f' && h.item_bytes == 2) refuse(path, "items are float16; save a.astype('float32')");
  byte_file file(path, {.offset = h.begin, .size = h.items * h.item_bytes, .unpack = false});
  std::vector<double> numbers;
  numbers.reserve(std::size_t(h.items));
  for (std::uint64_t i = 0; i < h.items; ++i) {
    std::array<std::uint8_t, 8> bytes = {};
    if (file.read(bytes.data(), h.item_bytes) != h.item_bytes) refuse(path, "became shorter while it was read");
    if (h.swapped) std::reverse(bytes.begin(), bytes.begin() + std::ptrdiff_t(h.item_bytes));
    std::uint64_t word = 0;
    for (std::size_t b = 0; b < 8; ++b) word |= std::uint64_t{bytes[b]} << (8 * b);
    if (h.kind == 'f' && h.item_bytes == 4) {
      float f = 0;
      std::memcpy(&f, bytes.data(), 4);
      numbers.push_back(f);
    } else if (h.kind == 'f') {
      double d = 0;
      std::memcpy(&d, bytes.data(), 8);
      numbers.push_back(d);
    } else if (h.kind == 'i') {
      const auto unused = 64 - 8 * h.item_bytes;  // the sign moves to the top and back
      numbers.push_back(double(std::int64_t(word << unused) >> unused));
    } else {
      numbers.push_back(double(word));
    }
  }
  return numbers;
}

}  // namespace troupe
