// The file beside a shard, all numbers little-endian: "TRPSHRD3"; u64 bytes of the shard, when it was written last
// (nanoseconds since 1970), hash of its first and last 4 KiB, samples n, bytes of the names, bytes of the labels, bytes
// of the names of the rest, counts of the rest (keys without a picture, further members, foreign ones, skipped ones,
// bytes behind the end); n u64 offsets, n u64 sizes, n u64 unpacked bytes, n u8 packings; names, labels, and the first
// name of each count, each ending in a zero byte; u64 hash of all before.
#include <troupe/sources/shard_index.hpp>

#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <string_view>

namespace troupe {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic = "TRPSHRD3";
constexpr std::size_t head_bytes = 8 + (7 + shard_rest::parts) * 8, per_sample = 3 * 8 + 1, edge = 4096,
                      tar_block = 512;

fs::path beside(const fs::path& shard) { return shard.string() + ".index"; }

void put(std::string& to, std::uint64_t number) {
  for (int i = 0; i < 8; ++i) to.push_back(char(number >> (8 * i) & 0xFF));
}

std::uint64_t get(const std::string& from, std::size_t at) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number |= std::uint64_t(static_cast<unsigned char>(from[at + i])) << (8 * i);
  return number;
}

std::uint64_t hash(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

/// What tells one content of a shard from another, at the price of two reads.
struct identity {
  std::uint64_t bytes = 0, written = 0, hash = 0;
  bool operator==(const identity&) const = default;
};

identity identity_of(const fs::path& shard) {
  byte_file front(shard, {.size = edge, .window_bytes = edge, .unpack = false});
  struct ::stat known = {};
  if (::stat(shard.c_str(), &known) != 0) return {};
  const auto bytes = std::uint64_t(known.st_size);
  const auto written = std::uint64_t(known.st_mtim.tv_sec) * 1'000'000'000 + std::uint64_t(known.st_mtim.tv_nsec);
  byte_file back(shard,
                 {.offset = bytes - std::min<std::uint64_t>(bytes, edge), .window_bytes = edge, .unpack = false});
  std::string both(2 * edge, '\0');
  const auto first = front.read(both.data(), edge);
  both.resize(first + back.read(both.data() + first, edge));
  return {bytes, written, hash(both)};
}

std::string text_of(const name_list& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) text.append(names[i]).push_back('\0');
  return text;
}

/// n texts, each ending in a zero byte; false where they are more or fewer.
bool take_names(std::string_view text, std::uint64_t n, name_list& to) {
  if (!text.empty() && text.back() != '\0') return false;
  while (!text.empty()) {
    const std::string_view one = text.data();
    to.add(one);
    text.remove_prefix(one.size() + 1);
  }
  return to.size() == n;
}

}  // namespace

std::optional<shard_index> read_index(const fs::path& shard) {
  const auto file = beside(shard);
  std::error_code failed;
  const auto bytes = fs::is_regular_file(file, failed) ? fs::file_size(file, failed) : 0;
  if (failed || bytes < head_bytes + 8) return {};
  byte_file in(file, {.unpack = false});
  std::string all(head_bytes, '\0');
  if (in.read(all.data(), head_bytes) != head_bytes || all.compare(0, 8, magic) != 0) return {};
  const identity of{get(all, 8), get(all, 16), get(all, 24)};
  const auto n = get(all, 32), names = get(all, 40), labels = get(all, 48), rest = get(all, 56);
  const auto room = bytes - head_bytes - 8;
  if (n > room / per_sample || names > room || labels > room || rest > room ||
      n * per_sample + names + labels + rest != room)
    return {};
  if (of != identity_of(shard) || n > of.bytes / tar_block || names > of.bytes) return {};
  all.resize(std::size_t(bytes));
  if (in.read(all.data() + head_bytes, all.size() - head_bytes) != all.size() - head_bytes) return {};
  const std::string_view content(all.data(), all.size() - 8);
  if (get(all, all.size() - 8) != hash(content)) return {};

  shard_index index;
  for (std::uint64_t i = 0; i < n; ++i) {
    const auto at = head_bytes + 8 * i;
    index.offsets.push_back(get(all, at));
    index.sizes.push_back(get(all, at + 8 * n));
    index.unpacked.push_back(get(all, at + 16 * n));
    const auto how = static_cast<unsigned char>(all[head_bytes + 24 * n + i]);
    if (how > std::uint8_t(packing::zstd) || index.offsets.back() > of.bytes ||
        index.sizes.back() > of.bytes - index.offsets.back())
      return {};
    index.packed.push_back(packing(how));
  }
  const auto texts = content.substr(head_bytes + n * per_sample);
  name_list firsts;
  if (!take_names(texts.substr(0, names), n, index.members) ||
      !take_names(texts.substr(names, labels), n, index.labels) ||
      !take_names(texts.substr(names + labels), shard_rest::parts, firsts))
    return {};
  std::size_t k = 0;
  for (auto* part : index.rest.all()) {
    *part = {get(all, 64 + 8 * k), std::string(firsts[k])};
    ++k;
  }
  return index;
}

bool write_index(const fs::path& shard, const shard_index& index) {
  const auto of = identity_of(shard);
  name_list firsts;
  for (const auto* part : index.rest.all()) firsts.add(part->first);
  const auto names = text_of(index.members), labels = text_of(index.labels), rest = text_of(firsts);
  std::string all(magic);
  for (const auto number : {of.bytes, of.written, of.hash, index.size(), std::uint64_t(names.size()),
                            std::uint64_t(labels.size()), std::uint64_t(rest.size())})
    put(all, number);
  for (const auto* part : index.rest.all()) put(all, part->count);
  for (const auto* column : {&index.offsets, &index.sizes, &index.unpacked})
    for (const auto number : *column) put(all, number);
  for (const auto how : index.packed) all.push_back(char(how));
  all.append(names).append(labels).append(rest);
  put(all, hash(all));

  const auto file = beside(shard);
  const auto temporary = file.string() + ".tmp." + std::to_string(::getpid());
  std::error_code failed;
  {
    std::ofstream out(temporary, std::ios::binary);
    out.write(all.data(), std::streamsize(all.size()));
    out.close();
    if (!out) {
      fs::remove(temporary, failed);
      return false;
    }
  }
  fs::rename(temporary, file, failed);
  if (!failed) return true;
  fs::remove(temporary, failed);
  return false;
}

}  // namespace troupe
