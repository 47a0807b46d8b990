#pragma once
#include <troupe/augment/arena.hpp>

#include <cstddef>
#include <cstdint>

namespace troupe {

/// Which outputs of a scaled axis are wanted: `count` of the `full` that `length` source samples become, from `first`
/// on, in reverse where mirrored. The source begins at `origin` samples (a fraction where the picture was decoded
/// smaller) and has `limit` samples in all; nothing beyond them is read.
struct axis_request {
  double origin = 0, length = 0;
  int limit = 0;
  int full = 0, first = 0, count = 0;
  bool mirror = false;
  bool antialias = true;
};

/// The triangle filter of one axis in fixed point: output o is the sum of `weights[o * taps + k] * source[start[o] +
/// k]`, 14 fraction bits, weights never negative, their sum exactly 1. The support grows with the scale where
/// `antialias` is set: Pillow's `Resample.c`, "bilinear". Taps beyond the last real one weigh 0 and may lie behind the
/// source's end.
struct filter_axis {
  static constexpr int one_bits = 14;

  int count = 0;
  int taps = 0;  ///< even
  const std::int32_t* start = nullptr;
  const std::int16_t* weights = nullptr;
  int lowest = 0, highest = 0;  ///< the source samples that any output touches, both included

  /// The bytes that `make_axis` takes, at most.
  static std::size_t bytes_needed(const axis_request& r) noexcept;
};

/// Throws std::bad_alloc where the arena has no more memory.
filter_axis make_axis(const axis_request& r, arena& memory);

/// The same weights laid out for 16-byte windows: outputs in groups of four whose taps lie in one window each, tap pair
/// by tap pair. `windowed` is false where the filter is too wide for that; then only `axis` is set.
struct filter_windows {
  filter_axis axis;  ///< counts source samples from `origin`
  int origin = 0;    ///< the first source sample that any output touches
  bool windowed = false;
  int pairs = 0;
  int groups = 0;                         ///< a multiple of 4
  const std::int32_t* base = nullptr;     ///< `[groups]` the first source byte of a group's window
  const std::uint8_t* picks = nullptr;    ///< `[pairs, groups, 16]` which byte of the window goes where; 128 is zero
  const std::int16_t* weights = nullptr;  ///< `[pairs, groups, 4, 2]`

  static std::size_t bytes_needed(const axis_request& r) noexcept;
};

filter_windows make_windows(const axis_request& r, arena& memory);

}  // namespace troupe
