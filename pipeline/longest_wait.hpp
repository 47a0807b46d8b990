#pragma once
#include <chrono>

namespace troupe {

/// What a clock is set by at most: a duration beyond it has no end to anybody, but the clock's own numbers have one.
constexpr std::chrono::milliseconds longest_wait = std::chrono::hours(24 * 365);

}  // namespace troupe
