#include <troupe/pipeline/byte_budget.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace troupe {

std::size_t byte_budget::held() const {
  std::lock_guard lock(mutex_);
  return held_;
}

std::size_t byte_budget::peak() const {
  std::lock_guard lock(mutex_);
  return peak_;
}

bool byte_budget::try_take(std::size_t bytes) {
  std::lock_guard lock(mutex_);
  if (!line_.empty() || bytes > limit_ - held_) return false;
  held_ += bytes;
  peak_ = std::max(peak_, held_);
  return true;
}

void byte_budget::take(std::size_t bytes, std::function<void()> ready) {
  {
    std::lock_guard lock(mutex_);
    if (!line_.empty() || bytes > limit_ - held_) {
      line_.push_back({bytes, std::move(ready)});
      return;
    }
    held_ += bytes;
    peak_ = std::max(peak_, held_);
  }
  ready();
}

void byte_budget::give_back(std::size_t bytes) {
  std::vector<std::function<void()>> ready;
  {
    std::lock_guard lock(mutex_);
    held_ -= bytes;
    while (!line_.empty() && line_.front().bytes <= limit_ - held_) {
      held_ += line_.front().bytes;
      peak_ = std::max(peak_, held_);
      ready.push_back(std::move(line_.front().ready));
      line_.pop_front();
    }
  }
  for (auto& call : ready) call();
}

}  // namespace troupe
