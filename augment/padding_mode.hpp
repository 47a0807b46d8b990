#pragma once
#include <cstdint>

namespace troupe {

/// What stands beyond the edges of a row `0 1 2`.
enum class padding_mode : std::uint8_t {
  constant,   ///< one colour
  edge,       ///< 0 0 | 0 1 2 | 2 2
  reflect,    ///< 2 1 | 0 1 2 | 1 0
  symmetric,  ///< 1 0 | 0 1 2 | 2 1
};

/// `constant`, `edge`, `reflect` or `symmetric`.
const char* to_string(padding_mode mode) noexcept;

/// Which of n pixels stands at place i, which may lie beyond them; -1: none of them.
int shown_at(int i, int n, padding_mode mode) noexcept;

}  // namespace troupe
