#include <troupe/pipeline/block_pool.hpp>

#include <troupe/augment/pages.hpp>

#include <iterator>
#include <new>
#include <utility>

namespace troupe {

block_pool::block block_pool::take(std::size_t bytes) {
  const auto wanted = (bytes + page_bytes - 1) / page_bytes * page_bytes;
  std::lock_guard lock(mutex_);
  for (auto b = idle_.rbegin(); b != idle_.rend(); ++b) {
    if (b->capacity < wanted || b->capacity > wanted + wanted / 8 + page_bytes) continue;  // too small, or a waste
    auto found = std::move(*b);
    idle_.erase(std::next(b).base());
    idle_bytes_ -= found.capacity;
    out_bytes_ += found.capacity;
    return found;
  }
  make_room_for(wanted);
  block fresh{take_pages(wanted), wanted};
  if (!fresh.data) throw std::bad_alloc();
  if (idle_.capacity() == 0) idle_.reserve(1024);  // so that giving back cannot fail
  out_bytes_ += wanted;
  return fresh;
}

void block_pool::give_back(block b) noexcept {
  std::lock_guard lock(mutex_);
  out_bytes_ -= b.capacity;
  if (idle_.size() == idle_.capacity()) return;  // there are plenty
  idle_bytes_ += b.capacity;
  idle_.push_back(std::move(b));
  make_room_for(0);
}

// The block that lay idle longest goes first.
void block_pool::make_room_for(std::size_t bytes) noexcept {
  std::size_t gone = 0;
  while (gone < idle_.size() && idle_bytes_ + out_bytes_ + bytes > limit_) idle_bytes_ -= idle_[gone++].capacity;
  idle_.erase(idle_.begin(), idle_.begin() + std::ptrdiff_t(gone));
}

}  // namespace troupe
