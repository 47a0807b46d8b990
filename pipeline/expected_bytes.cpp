#include <troupe/pipeline/expected_bytes.hpp>

#include <algorithm>

namespace troupe {

namespace {
constexpr std::uint64_t lately = 64, at_first = 4;
}  // namespace

void expected_bytes::came(std::size_t bytes) {
  std::lock_guard lock(mutex_);
  mean_ += (double(bytes) - mean_) / double(std::min(++came_, lately));
}

std::size_t expected_bytes::next(std::size_t room) const {
  std::lock_guard lock(mutex_);
  const auto while_few = double(room) / double(at_first * (1 + came_));
  return std::size_t(std::clamp(std::max(mean_, while_few), 1.0, double(std::max<std::size_t>(room, 1))));
}

}  // namespace troupe
