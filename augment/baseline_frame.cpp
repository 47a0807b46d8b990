#include <troupe/augment/baseline_frame.hpp>

#include <algorithm>
#include <cstring>

namespace troupe {

namespace {

enum : std::uint8_t {
  SOF0 = 0xC0,
  SOF1 = 0xC1,
  DHT = 0xC4,
  SOS = 0xDA,
  DQT = 0xDB,
  DRI = 0xDD,
  APP0 = 0xE0,
  APP14 = 0xEE,
  COM = 0xFE
};

using segment = std::span<const std::uint8_t>;

bool begins(segment s, const char* name) noexcept { return s.size() >= 5 && std::memcmp(s.data(), name, 5) == 0; }

/// Reads the segments in front of the scan (ITU-T T.81, annex B). Every method says whether to go on.
class marker_reader {
 public:
  bool read(segment bytes) noexcept {
    std::size_t at = 2;
    while (at + 4 <= bytes.size() && bytes[at] == 0xFF) {
      const std::uint8_t marker = bytes[at + 1];
      if (marker == 0xFF) {  // a fill byte
        ++at;
        continue;
      }
      const std::size_t length = std::size_t(bytes[at + 2]) << 8 | bytes[at + 3];
      if (length < 2 || length > bytes.size() - at - 2) return false;
      const segment s = bytes.subspan(at + 4, length - 2);
      at += 2 + length;
      if (!take(marker, s)) return false;
      if (marker != SOS) continue;
      frame.scan = bytes.subspan(at);
      return true;
    }
    return false;
  }

  baseline_frame frame;

 private:
  bool take(std::uint8_t marker, segment s) noexcept {
    switch (marker) {
      case SOF0:
      case SOF1: return take_frame(s);
      case DHT: return take_codes(s);
      case DQT: return take_steps(s);
      case SOS: return take_scan(s);
      case DRI:
        if (s.size() != 2) return false;
        frame.restart_interval = s[0] << 8 | s[1];
        return true;
      case APP0:
        if (s.size() < 14 || !begins(s, "JFIF")) return true;
        jfif_ = true;
        return s[5] == 1;  // libjpeg warns of other major versions
      case APP14:
        if (s.size() < 12 || !begins(s, "Adobe")) return true;
        adobe_ = s[11] == 1 ? 1 : 0;
        return true;
      default: return (marker > APP0 && marker <= 0xEF) || marker == COM;
    }
  }

  bool take_frame(segment s) noexcept {
    if (frame.components != 0 || s.size() < 6 || s[0] != 8) return false;
    frame.height = s[1] << 8 | s[2];
    frame.width = s[3] << 8 | s[4];
    frame.components = s[5];
    if (frame.height == 0 || frame.width == 0 || (frame.components != 1 && frame.components != 3)) return false;
    const auto count = std::size_t(frame.components);
    if (s.size() != 6 + 3 * count) return false;
    for (std::size_t c = 0; c < count; ++c) {
      ids_[c] = s[6 + 3 * c];
      factors_[c] = s[7 + 3 * c];
      step_table_[c] = s[8 + 3 * c];
      if (step_table_[c] > 3) return false;
    }
    if (count == 1) {  // its blocks follow each other row by row, whatever its factors (A.2.2)
      frame.grey_down = factors_[0] & 15;
      return (factors_[0] >> 4) >= 1 && (factors_[0] >> 4) <= 4 && frame.grey_down >= 1 && frame.grey_down <= 4;
    }
    if (ids_[0] == ids_[1] || ids_[0] == ids_[2] || ids_[1] == ids_[2]) return false;
    frame.across = factors_[0] >> 4;
    frame.down = factors_[0] & 15;
    return frame.across >= 1 && frame.across <= 2 && frame.down >= 1 && frame.down <= 2 && factors_[1] == 0x11 &&
           factors_[2] == 0x11;
  }

  bool take_codes(segment s) noexcept {
    while (!s.empty()) {
      if (s.size() < 17 || (s[0] & 15) > 3 || (s[0] >> 4) > 1) return false;
      std::size_t symbols = 0;
      for (std::size_t i = 1; i <= 16; ++i) symbols += s[i];
      if (symbols > 256 || s.size() < 17 + symbols) return false;
      codes_[s[0] >> 4][s[0] & 15] = s.subspan(1, 16 + symbols);
      s = s.subspan(17 + symbols);
    }
    return true;
  }

  bool take_steps(segment s) noexcept {
    for (; !s.empty(); s = s.subspan(65)) {
      if (s.size() < 65 || s[0] > 3) return false;  // also where steps have 16 bits
      if (std::memchr(s.data() + 1, 0, 64)) return false;
      steps_[s[0]] = s.data() + 1;
    }
    return true;
  }

  bool take_scan(segment s) noexcept {
    const auto count = std::size_t(frame.components);
    if (count == 0 || s.size() != 4 + 2 * count || s[0] != count) return false;
    for (std::size_t c = 0; c < count; ++c) {
      const std::uint8_t tables = s[2 + 2 * c];
      if (s[1 + 2 * c] != ids_[c] || (tables >> 4) > 3 || (tables & 15) > 3) return false;
      frame.of[c] = {steps_[step_table_[c]], codes_[0][tables >> 4], codes_[1][tables & 15]};
      if (!frame.of[c].quantisation || frame.of[c].dc.empty() || frame.of[c].ac.empty()) return false;
    }
    const std::uint8_t* spectral = &s[1 + 2 * count];
    return spectral[0] == 0 && spectral[1] == 63 && spectral[2] == 0 && (count == 1 || is_ycc());
  }

  // What libjpeg takes for YCbCr: JFIF says so, or Adobe does, or the usual numbers of components.
  bool is_ycc() const noexcept {
    return jfif_ || adobe_ == 1 || (adobe_ < 0 && ids_[0] == 1 && ids_[1] == 2 && ids_[2] == 3);
  }

  std::array<std::uint8_t, 3> ids_{}, factors_{}, step_table_{};
  std::array<const std::uint8_t*, 4> steps_{};
  std::array<std::array<segment, 4>, 2> codes_{};
  bool jfif_ = false;
  int adobe_ = -1;
};

}  // namespace

std::optional<baseline_frame> read_baseline(std::span<const std::uint8_t> bytes) noexcept {
  marker_reader r;
  if (!r.read(bytes)) return {};
  return r.frame;
}

}  // namespace troupe
