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

bool byte_budget::fits(std::size_t bytes) const noexcept {
  return stopping_ || (held_ + bytes <= limit_ + more_ && (held_ < enough_ + more_ || holders_ < least_holders_));
}

bool byte_budget::refills() const noexcept { return 2 * held_ <= enough_ + 2 * more_ || holders_ < least_holders_; }

void byte_budget::grant(std::size_t bytes) noexcept {
  held_ += bytes;
  ++holders_;
  if (!stopping_) peak_ = std::max(peak_, held_);
}

bool byte_budget::try_take(std::size_t bytes) {
  std::lock_guard lock(mutex_);
  if (!line_.empty() || !fits(bytes)) return false;
  grant(bytes);
  return true;
}

void byte_budget::take(std::size_t bytes, std::function<void()> ready) {
  {
    std::lock_guard lock(mutex_);
    if (!line_.empty() || !fits(bytes)) {
      line_.push_back({bytes, std::move(ready)});
      return;
    }
    grant(bytes);
  }
  ready();
}

std::vector<std::function<void()>> byte_budget::grant_line() {
  std::vector<std::function<void()>> ready;
  while (!line_.empty() && fits(line_.front().bytes)) {
    grant(line_.front().bytes);
    ready.push_back(std::move(line_.front().ready));
    line_.pop_front();
  }
  return ready;
}

void byte_budget::give_back(std::size_t bytes) {
  std::vector<std::function<void()>> ready;
  {
    std::lock_guard lock(mutex_);
    held_ -= bytes;
    --holders_;
    if (refills()) ready = grant_line();
  }
  for (auto& call : ready) call();
}

void byte_budget::charge(std::size_t bytes) {
  std::lock_guard lock(mutex_);
  grant(bytes);
}

void byte_budget::widen(std::size_t bytes) {
  std::vector<std::function<void()>> ready;
  {
    std::lock_guard lock(mutex_);
    more_ += bytes;
    ready = grant_line();
  }
  for (auto& call : ready) call();
}

void byte_budget::narrow(std::size_t bytes) {
  std::lock_guard lock(mutex_);
  more_ -= bytes;
}

void byte_budget::aim(std::size_t enough, std::size_t least_holders) {
  std::lock_guard lock(mutex_);
  enough_ = std::min(enough, limit_);
  least_holders_ = least_holders;
}

void byte_budget::let_all_in() {
  std::vector<std::function<void()>> ready;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    ready = grant_line();
  }
  for (auto& call : ready) call();
}

void byte_budget::clear() {
  std::deque<waiting> forgotten;  // destroyed outside the lock
  std::lock_guard lock(mutex_);
  forgotten.swap(line_);
}

}  // namespace troupe
