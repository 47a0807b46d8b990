#include <troupe/augment/picture_header.hpp>

#include <algorithm>
#include <cstring>

namespace troupe {

namespace {

enum : std::uint8_t { SOI = 0xD8, EOI = 0xD9, SOS = 0xDA, APP1 = 0xE1, DNL = 0xDC };

/// Standalone markers have no length: TEM and the restart markers (ITU-T T.81, table B.1).
bool standalone(std::uint8_t m) noexcept { return m == 0x01 || (m >= 0xD0 && m <= 0xD7); }

bool frame(std::uint8_t m) noexcept { return m >= 0xC0 && m <= 0xCF && m != 0xC4 && m != 0xC8 && m != 0xCC; }

/// Walks the markers of a JPEG (ITU-T T.81, annex B); every read is bounded by the span.
class walker {
 public:
  walker(std::span<const std::uint8_t> bytes, bool strict, picture_header& h) : bytes_(bytes), strict_(strict), h_(h) {}

  failure walk() {
    at_ = 2;
    for (;;) {
      if (!find_marker()) return incomplete("no end marker");
      const std::uint8_t m = bytes_[at_++];
      if (m == EOI) return scans_ > 0 ? failure{} : failure{fault::corrupt, "an end marker before any scan"};
      if (standalone(m)) continue;
      if (m == SOI) return {fault::corrupt, "a second start marker"};
      if (bytes_.size() - at_ < 2) return incomplete("cut inside a marker");
      const std::size_t length = std::size_t(bytes_[at_]) << 8 | bytes_[at_ + 1];
      if (length < 2) return {fault::corrupt, "a marker segment of length " + std::to_string(length)};
      if (bytes_.size() - at_ < length) return incomplete("cut inside a marker segment");
      const auto segment = bytes_.subspan(at_ + 2, length - 2);
      at_ += length;
      if (frame(m)) {
        if (failure bad = read_frame(m, segment)) return bad;
      } else if (m == APP1) {
        read_exif(segment);
      } else if (m == SOS) {
        if (h_.components == 0) return {fault::corrupt, "a scan before the frame header"};
        if (segment.empty() || segment[0] < 1 || segment[0] > 4) return {fault::corrupt, "a scan of no components"};
        ++scans_;
        if (segment[0] < h_.components || scans_ > 1) h_.multi_scan = true;
        h_.scans = scans_;
        skip_entropy();
      }
    }
  }

 private:
  // Lenient reading delivers what is there, once there is a scan to decode.
  failure incomplete(const char* where) const {
    if (!strict_ && scans_ > 0) return {};
    return {fault::truncated, std::string(where) + ", after " + std::to_string(bytes_.size()) + " bytes"};
  }

  // To the byte after FF (and fill bytes FF) of the next marker. Bytes in between are skipped here; libjpeg counts
  // them.
  bool find_marker() noexcept {
    while (at_ < bytes_.size()) {
      const void* ff = std::memchr(bytes_.data() + at_, 0xFF, bytes_.size() - at_);
      if (!ff) break;
      at_ = std::size_t(static_cast<const std::uint8_t*>(ff) - bytes_.data()) + 1;
      while (at_ < bytes_.size() && bytes_[at_] == 0xFF) ++at_;
      if (at_ < bytes_.size() && bytes_[at_] != 0) return true;
    }
    at_ = bytes_.size();
    return false;
  }

  // Entropy-coded bytes end at a marker that is neither a stuffed FF 00 nor a restart.
  void skip_entropy() noexcept {
    while (find_marker()) {
      if (!standalone(bytes_[at_])) {
        at_ -= 1;  // find_marker looks for the FF before it
        return;
      }
      ++at_;
    }
  }

  failure read_frame(std::uint8_t m, std::span<const std::uint8_t> s) {
    if (h_.components != 0) return {fault::corrupt, "a second frame header"};
    if (m != 0xC0 && m != 0xC1 && m != 0xC2 && m != 0xC9 && m != 0xCA)
      return {fault::unsupported, "a lossless or hierarchical JPEG"};
    if (s.size() < 6) return {fault::corrupt, "a frame header of " + std::to_string(s.size()) + " bytes"};
    if (s[0] != 8) return {fault::unsupported, std::to_string(s[0]) + " bits a sample, only 8 are read"};
    const int components = s[5];
    if (components != 1 && components != 3 && components != 4)
      return {fault::unsupported, std::to_string(components) + " components, only 1, 3 and 4 are read"};
    if (s.size() < 6 + 3 * std::size_t(components)) return {fault::corrupt, "a frame header that is too short"};
    h_.height = s[1] << 8 | s[2];
    h_.width = s[3] << 8 | s[4];
    if (h_.width == 0) return {fault::corrupt, "a width of 0"};
    if (h_.height == 0) return {fault::unsupported, "a height that is given after the first scan"};
    for (int c = 0; c < components; ++c) {
      const std::uint8_t factors = s[7 + 3 * std::size_t(c)];
      h_.across[std::size_t(c)] = factors >> 4;
      h_.down[std::size_t(c)] = factors & 15;
      if ((factors >> 4) < 1 || (factors >> 4) > 4 || (factors & 15) < 1 || (factors & 15) > 4)
        return {fault::corrupt, "sampling factors outside 1 ... 4"};
    }
    h_.components = components;
    h_.multi_scan = m == 0xC2 || m == 0xCA;
    return {};
  }

  // Of several the first one counts, as for PIL.
  void read_exif(std::span<const std::uint8_t> s) noexcept {
    static constexpr std::uint8_t name[] = {'E', 'x', 'i', 'f', 0, 0};
    if (exif_read_ || s.size() <= sizeof name || !std::equal(std::begin(name), std::end(name), s.begin())) return;
    exif_read_ = true;
    h_.orientation = exif_orientation(s.subspan(sizeof name));
  }

  std::span<const std::uint8_t> bytes_;
  bool strict_ = true;
  picture_header& h_;
  std::size_t at_ = 0;
  int scans_ = 0;
  bool exif_read_ = false;
};

}  // namespace

void walk_jpeg(std::span<const std::uint8_t> bytes, bool strict, picture_header& h) {
  h.scans = 0;
  h.bad = walker(bytes, strict, h).walk();
}

// Rounded up. Where libjpeg scales, it makes up for what is coarser both ways alone (jdmaster.c).
int picture_header::uneven() const noexcept {
  if (components == 1) return 1;
  const auto whole = std::size_t(components);
  const int across_most = *std::max_element(across.begin(), across.begin() + std::ptrdiff_t(whole));
  const int down_most = *std::max_element(down.begin(), down.begin() + std::ptrdiff_t(whole));
  int most = 1;
  for (std::size_t c = 0; c < whole; ++c) {
    const int wide = across_most * down[c], high = down_most * across[c];
    most = std::max(most, (std::max(wide, high) + std::min(wide, high) - 1) / std::min(wide, high));
  }
  return most;
}

}  // namespace troupe
