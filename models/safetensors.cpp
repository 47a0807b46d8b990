#include <troupe/models/safetensors.hpp>

#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <set>
#include <stdexcept>
#include <utility>

#include <troupe/models/atomic_file.hpp>
#include <troupe/models/safetensors_header.hpp>

static_assert(std::endian::native == std::endian::little, "safetensors files are little-endian");

namespace troupe {
namespace {

namespace fs = std::filesystem;

constexpr const char* no_checksum = "crc32:00000000";
constexpr std::uint64_t most_header_bytes = 100'000'000;  // as the reference reader has it

std::uint64_t bytes_of(const view& v) { return static_cast<std::uint64_t>(v.elements()) * size_of(v.type); }

std::uint32_t crc(std::uint32_t sum, const void* data, std::uint64_t bytes) {
  if (bytes == 0) return sum;  // zlib takes a null pointer for a request to begin
  return static_cast<std::uint32_t>(crc32_z(sum, static_cast<const Bytef*>(data), bytes));
}

std::string spelled(std::uint32_t sum) {
  std::array<char, 16> text = {};
  std::snprintf(text.data(), text.size(), "crc32:%08x", sum);
  return text.data();
}

/// Where the digits of the checksum stand in the header; npos where it has none.
std::size_t checksum_position(std::string_view header) {
  constexpr std::string_view key = "\"checksum\":\"crc32:";
  const auto at = header.find(key);
  return at == std::string_view::npos || at + key.size() + 8 > header.size() ? std::string_view::npos : at + key.size();
}

}  // namespace

std::uint64_t write_safetensors(const fs::path& file, const std::vector<named_view>& tensors,
                                const std::map<std::string, std::string>& metadata) {
  std::vector<const named_view*> order;
  std::set<std::string> names;
  for (const auto& t : tensors) {
    if (t.name.empty() || t.name == "__metadata__" || !names.insert(as_utf8(t.name)).second)
      throw std::invalid_argument("safetensors: names must be unique and not empty, got \"" + t.name + "\"");
    order.push_back(&t);
  }
  // Widest elements first, so that every tensor is aligned to its own.
  std::stable_sort(order.begin(), order.end(),
                   [](const auto* a, const auto* b) { return size_of(a->value.type) > size_of(b->value.type); });
  safetensors_header header;
  header.metadata = metadata;
  header.metadata["checksum"] = no_checksum;
  std::uint64_t at = 0;
  for (const auto* t : order) {
    header.tensors.push_back({t->name, t->value.type, t->value.shape, at, at + bytes_of(t->value)});
    at = header.tensors.back().end;
  }
  auto text = to_text(header);
  std::array<char, 8> length = {};
  const std::uint64_t text_bytes = text.size();
  std::memcpy(length.data(), &text_bytes, 8);
  auto sum = crc(crc(0, length.data(), 8), text.data(), text.size());
  for (const auto* t : order) sum = crc(sum, t->value.data, bytes_of(t->value));
  text.replace(checksum_position(text), 8, spelled(sum), 6, 8);

  atomic_file out(file);
  out.write(length.data(), 8);
  out.write(text.data(), text.size());
  for (const auto* t : order) out.write(t->value.data, bytes_of(t->value));
  out.commit();
  return 8 + text.size() + at;
}

const view* safetensors::find(std::string_view name) const noexcept {
  const auto found = std::find_if(tensors.begin(), tensors.end(), [&](const auto& t) { return t.name == name; });
  return found == tensors.end() ? nullptr : &found->value;
}

safetensors read_safetensors(const fs::path& file) {
  const auto refuse = [&](const std::string& what) { throw std::runtime_error(file.string() + ": " + what); };
  std::error_code failed;
  if (!fs::is_regular_file(file, failed)) refuse(fs::exists(file, failed) ? "is not a regular file" : "no such file");
  const auto size = fs::file_size(file, failed);
  std::ifstream in(file, std::ios::binary);
  if (failed || !in) refuse("cannot be opened");
  std::uint64_t text_bytes = 0;
  if (!in.read(reinterpret_cast<char*>(&text_bytes), 8)) refuse("too short for a safetensors file");
  if (text_bytes > size - 8 || text_bytes > most_header_bytes)
    refuse("its header would be longer than the file; not a safetensors file, or one that is cut off");
  std::string text(text_bytes, '\0');
  const auto data_bytes = size - 8 - text_bytes;
  std::shared_ptr<std::uint64_t[]> data(new std::uint64_t[data_bytes / 8 + 1]);  // aligned for every element
  if (!in.read(text.data(), static_cast<std::streamsize>(text_bytes)) ||
      !in.read(reinterpret_cast<char*>(data.get()), static_cast<std::streamsize>(data_bytes)))
    refuse("cannot be read to its end");

  safetensors result;
  try {
    const auto header = parse_header(text, data_bytes);
    result.metadata = header.metadata;
    for (const auto& t : header.tensors)
      result.tensors.push_back({t.name, {reinterpret_cast<const char*>(data.get()) + t.begin, t.type, t.shape}});
  } catch (const std::runtime_error& e) { refuse(e.what()); }
  result.memory = data;
  const auto stated = result.metadata.find("checksum");
  const auto position = checksum_position(text);
  if (stated != result.metadata.end() && stated->second.starts_with("crc32:") && position != std::string::npos) {
    text.replace(position, 8, no_checksum, 6, 8);
    auto sum = crc(crc(crc(0, &text_bytes, 8), text.data(), text.size()), data.get(), data_bytes);
    if (spelled(sum) != stated->second) refuse("damaged: its checksum is " + spelled(sum) + ", not " + stated->second);
    result.verified = true;
  }
  return result;
}

}  // namespace troupe
