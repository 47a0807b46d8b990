#include <troupe/pipeline/sample_store.hpp>

#include <troupe/augment/pages.hpp>

#include <algorithm>
#include <new>
#include <utility>

namespace troupe {

namespace {

/// With the entry, its node and bucket of the map, and what malloc adds to each.
std::size_t cost_of(std::size_t size) noexcept {
  constexpr std::size_t around = sizeof(sample_store::entry) + 96;
  return around + (size < page_bytes ? size : (size + page_bytes - 1) / page_bytes * page_bytes);
}

}  // namespace

void sample_store::discard::operator()(entry* e) const noexcept {
  from->give_back(e->cost_);
  delete e;
}

const sample_store::entry* sample_store::find(std::uint64_t sample) const {
  if (limit_ == 0) return nullptr;
  std::lock_guard lock(mutex_);
  const auto found = kept_.find(sample);
  return found == kept_.end() ? nullptr : found->second.get();
}

sample_store::owned sample_store::reserve(std::size_t size) noexcept {
  const auto cost = cost_of(size);
  auto before = held_.load(std::memory_order_relaxed);
  do {
    if (cost > limit_ || before > limit_ - cost) return {};
  } while (!held_.compare_exchange_weak(before, before + cost, std::memory_order_relaxed));
  std::unique_ptr<entry> fresh(new (std::nothrow) entry);
  if (fresh && size >= page_bytes)
    fresh->large_ = take_pages(size);
  else if (fresh)
    fresh->small_.reset(new (std::nothrow) std::uint8_t[std::max<std::size_t>(size, 1)]);
  if (!fresh || !fresh->data()) {
    give_back(cost);
    return {};
  }
  fresh->capacity_ = size;
  fresh->cost_ = cost;
  return {fresh.release(), discard{this}};
}

const sample_store::entry* sample_store::keep(std::uint64_t sample, owned fresh, std::size_t filled) try {
  fresh->filled_.store(filled, std::memory_order_release);
  std::lock_guard lock(mutex_);
  return kept_.try_emplace(sample, std::move(fresh)).first->second.get();
} catch (const std::bad_alloc&) { return nullptr; }

const sample_store::entry* sample_store::keep(std::uint64_t sample, owned fresh) {
  const auto all = fresh->capacity();
  return keep(sample, std::move(fresh), all);
}

void sample_store::grow(std::uint64_t sample, const std::uint8_t* bytes, std::size_t size) {
  std::lock_guard lock(mutex_);
  const auto found = kept_.find(sample);
  if (found == kept_.end()) return;
  entry& e = *found->second;
  const auto there = e.filled();
  if (size > e.capacity() || size <= there) return;
  std::copy(bytes + there, bytes + size, e.data() + there);
  e.filled_.store(size, std::memory_order_release);
}

std::uint64_t sample_store::entries() const {
  std::lock_guard lock(mutex_);
  return kept_.size();
}

}  // namespace troupe
