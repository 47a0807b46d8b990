#include <troupe/augment/tiff_directory.hpp>

#include <algorithm>
#include <array>

namespace troupe {

namespace {

constexpr std::uint16_t type_byte = 1, type_short = 3, type_long = 4;

/// 0 for a type that does not exist.
std::size_t bytes_of(std::uint16_t type) noexcept {
  static constexpr std::array<std::uint8_t, 14> sizes{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
  return type < sizes.size() ? sizes[type] : 0;
}

}  // namespace

tiff_directory::tiff_directory(std::span<const std::uint8_t> bytes) noexcept : bytes_(bytes), big_(bytes[0] == 'M') {
  const std::size_t at = u32(4);
  if (at > bytes_.size() - 2) return;
  const std::size_t promised = u16(at);
  first_ = at + 2;
  entries_ = std::min(promised, (bytes_.size() - first_) / 12);
  cut_ = bytes_.size() - first_ < 12 * promised + 4;  // with the offset of the next directory
}

std::uint32_t tiff_directory::u16(std::size_t at) const noexcept {
  return std::uint32_t(bytes_[at + (big_ ? 0 : 1)] << 8 | bytes_[at + (big_ ? 1 : 0)]);
}

std::uint32_t tiff_directory::u32(std::size_t at) const noexcept {
  return big_ ? u16(at) << 16 | u16(at + 2) : u16(at) | u16(at + 2) << 16;
}

// Tag, type, count; then the values, or where they are if they take more than 4 bytes.
std::optional<tiff_directory::values> tiff_directory::entry(std::size_t at) const noexcept {
  values v{std::uint16_t(u16(at + 2)), u32(at + 4), at + 8};
  const std::size_t size = bytes_of(v.type) * v.count;
  if (size > 4) v.at = u32(at + 8);
  if (v.at > bytes_.size() || bytes_.size() - v.at < size) return {};
  return v;
}

bool tiff_directory::whole() const noexcept {
  bool whole = !cut_;
  for (std::size_t i = 0; i < entries_; ++i) whole = whole && entry(first_ + 12 * i);
  return whole;
}

std::optional<tiff_directory::values> tiff_directory::find(tiff_tag tag) const noexcept {
  for (std::size_t i = 0; i < entries_; ++i)
    if (u16(first_ + 12 * i) == std::uint16_t(tag)) {
      const auto v = entry(first_ + 12 * i);
      const bool readable = v && v->count > 0 && bytes_of(v->type) > 0;
      return readable ? v : std::nullopt;
    }
  return {};
}

std::uint32_t tiff_directory::value(const values& v, std::size_t i) const noexcept {
  switch (v.type) {
    case type_byte: return bytes_[v.at + i];
    case type_short: return u16(v.at + 2 * i);
    case type_long: return u32(v.at + 4 * i);
    default: return 0;
  }
}

std::uint32_t tiff_directory::number(tiff_tag tag, std::uint32_t otherwise) const noexcept {
  const auto v = find(tag);
  return v ? value(*v, 0) : otherwise;
}

void tiff_directory_writer::put16(std::vector<std::uint8_t>& to, std::uint32_t v) const {
  const auto high = std::uint8_t(v >> 8), low = std::uint8_t(v);
  to.push_back(big_ ? high : low);
  to.push_back(big_ ? low : high);
}

void tiff_directory_writer::put32(std::vector<std::uint8_t>& to, std::uint32_t v) const {
  put16(to, big_ ? v >> 16 : v & 0xFFFF);
  put16(to, big_ ? v & 0xFFFF : v >> 16);
}

void tiff_directory_writer::begin(tiff_tag tag, std::uint16_t type, std::size_t count) {
  put16(entries_, std::uint32_t(tag));
  put16(entries_, type);
  put32(entries_, std::uint32_t(count));
}

void tiff_directory_writer::number(tiff_tag tag, std::uint32_t v) {
  if (v <= 0xFFFF) return numbers(tag, {std::uint16_t(v)});
  begin(tag, type_long, 1);
  put32(entries_, v);
}

void tiff_directory_writer::numbers(tiff_tag tag, const std::vector<std::uint16_t>& v) {
  begin(tag, type_short, v.size());
  const bool fit = v.size() <= 2;
  if (!fit) put32(entries_, std::uint32_t(directory_at()));
  for (const auto n : v) put16(fit ? entries_ : arrays_, n);
  if (fit) entries_.resize((entries_.size() + 11) / 12 * 12);
}

void tiff_directory_writer::same(tiff_tag tag, const tiff_directory::values& v, std::uint32_t count,
                                 std::span<const std::uint8_t> file) {
  begin(tag, v.type, count);
  const std::size_t size = bytes_of(v.type) * count;
  if (size > 4) return put32(entries_, std::uint32_t(v.at));
  const auto values = file.subspan(v.at, size);
  entries_.insert(entries_.end(), values.begin(), values.end());
  entries_.resize((entries_.size() + 11) / 12 * 12);
}

std::vector<std::uint8_t> tiff_directory_writer::written() const {
  std::vector<std::uint8_t> all = arrays_;
  put16(all, std::uint32_t(entries_.size() / 12));
  all.insert(all.end(), entries_.begin(), entries_.end());
  put32(all, 0);
  return all;
}

}  // namespace troupe
