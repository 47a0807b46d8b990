#pragma once
#include <troupe/augment/arena.hpp>
#include <troupe/augment/image.hpp>
#include <troupe/augment/pad.hpp>

#include <cstddef>

namespace troupe {

/// Throws std::invalid_argument unless all four are in 0 ... 16384: `pad: padding must be in 0 ... 16384, got -1`.
void check_margins(const char* transform, const margins& padding);

/// Writes the window of `view`, which neither scales nor mirrors, to `to`, an image of its size: of `from`, and beyond
/// its edges what `view.beyond` shows of it, which is not `constant`. Throws std::bad_alloc where the arena has less
/// than `show_beyond_bytes`.
void show_beyond(const image& from, const resampling& view, image& to, arena& memory);
std::size_t show_beyond_bytes(int window_width) noexcept;

}  // namespace troupe
