#include <troupe/pipeline/turns.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace troupe {

namespace {
std::int64_t in_ns(steady_time t) { return std::chrono::nanoseconds(t.time_since_epoch()).count(); }

// Approximate where two do so at once: who comes next is then judged by the older figure.
void raise(std::atomic<std::int64_t>& known, std::int64_t to) {
  if (known.load(std::memory_order_relaxed) < to) known.store(to, std::memory_order_relaxed);
}
}  // namespace

bool turns::try_take() noexcept {
  auto free = free_.load();
  while (free > 0) {
    if (free_.compare_exchange_weak(free, free - 1)) return true;
  }
  return false;
}

// Who waits says so and then looks for a free one, who gives back frees one and then looks who waits: as all of these
// are sequentially consistent, one of the two sees the other.
void turns::give_back(steady_time now) {
  free_.fetch_add(1);
  if (waiting_.load() > 0) serve(now);
}

void turns::serve(steady_time now) {
  std::vector<std::function<void()>> ready;
  {
    std::lock_guard lock(mutex_);
    while (!line_.empty() && try_take()) {
      const auto next = std::min_element(
          line_.begin(), line_.end(), [](const seat* a, const seat* b) { return a->used_->load() < b->used_->load(); });
      auto& s = **next;
      line_.erase(next);
      waiting_.fetch_sub(1);
      raise(served_ns_, s.used_->load());
      s.since_ns_.store(in_ns(now));
      s.is_.store(seat::state::at_work);
      ready.push_back(std::exchange(s.ready_, {}));
    }
  }
  for (const auto& call : ready) call();
}

bool turns::seat::take(steady_time now) {
  if (!of_ || is_.load() == state::at_work) return true;
  if (is_.load() == state::waiting || of_->waiting_.load() > 0 || !of_->try_take()) return false;
  raise(of_->served_ns_, used_->load(std::memory_order_relaxed));
  since_ns_.store(in_ns(now));
  is_.store(state::at_work);
  return true;
}

// Whose turn it was stands in line before it lets go: it may be the next one again.
void turns::seat::wait(steady_time now, std::function<void()> ready) {
  {
    std::lock_guard lock(of_->mutex_);
    auto was = state::at_work;
    const bool lets_go = is_.compare_exchange_strong(was, state::waiting);
    if (was == state::waiting) return;
    is_.store(state::waiting);
    if (lets_go) used_->fetch_add(std::max<std::int64_t>(0, in_ns(now) - since_ns_.load()));
    const auto served = of_->served_ns_.load(std::memory_order_relaxed);
    if (used_->load() < served) used_->store(served);
    ready_ = std::move(ready);
    of_->line_.push_back(this);
    of_->waiting_.fetch_add(1);
    if (lets_go) of_->free_.fetch_add(1);
  }
  of_->serve(now);
}

void turns::seat::let_go(steady_time now) {
  auto was = state::at_work;
  if (!of_ || !is_.compare_exchange_strong(was, state::away)) return;
  used_->fetch_add(std::max<std::int64_t>(0, in_ns(now) - since_ns_.load()));
  of_->give_back(now);
}

void turns::seat::leave() {
  if (!of_) return;
  {
    std::lock_guard lock(of_->mutex_);
    if (is_.load() == state::waiting) {
      auto& line = of_->line_;
      line.erase(std::find(line.begin(), line.end(), this));
      of_->waiting_.fetch_sub(1);
      is_.store(state::away);
      ready_ = {};
    }
  }
  let_go(steady_time(std::chrono::nanoseconds(since_ns_.load())));
}

}  // namespace troupe
