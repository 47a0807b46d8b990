#pragma once
#include <array>
#include <cstdint>

namespace troupe {

/// Where a row of MCUs begins in the entropy-coded bytes of a JPEG, and what its DC differences count from: who has
/// decoded a picture once begins there the next time, and leaves the rows above out.
struct scan_mark {
  std::uint32_t byte = 0;            ///< counted from the first byte of the scan, stuffing included
  std::uint16_t bit = 0;             ///< of that byte, 0 is the highest
  std::array<std::int16_t, 3> dc{};  ///< predictions by component
};

}  // namespace troupe
