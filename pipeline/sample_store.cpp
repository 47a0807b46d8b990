#include <troupe/pipeline/sample_store.hpp>

#include <utility>

namespace troupe {

void sample_store::discard::operator()(entry* e) const noexcept {
  from->give_back(e->size);
  delete e;
}

const sample_store::entry* sample_store::find(std::uint64_t sample) const {
  if (limit_ == 0) return nullptr;
  std::lock_guard lock(mutex_);
  const auto found = kept_.find(sample);
  return found == kept_.end() ? nullptr : found->second.get();
}

sample_store::owned sample_store::reserve(std::size_t size) {
  const auto cost = size + overhead;
  auto before = held_.load(std::memory_order_relaxed);
  do {
    if (cost > limit_ || before > limit_ - cost) return {};
  } while (!held_.compare_exchange_weak(before, before + cost, std::memory_order_relaxed));
  try {
    return owned(new entry{std::make_unique_for_overwrite<std::uint8_t[]>(size), size, {}}, discard{this});
  } catch (...) {
    give_back(size);
    throw;
  }
}

const sample_store::entry& sample_store::keep(std::uint64_t sample, owned fresh) {
  std::lock_guard lock(mutex_);
  return *kept_.try_emplace(sample, std::move(fresh)).first->second;
}

std::uint64_t sample_store::entries() const {
  std::lock_guard lock(mutex_);
  return kept_.size();
}

}  // namespace troupe
