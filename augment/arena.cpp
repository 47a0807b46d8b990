#include <troupe/augment/arena.hpp>

#include <algorithm>
#include <new>
#include <utility>

namespace troupe {

arena::~arena() { release(); }

bool arena::grow(std::size_t size) noexcept {
  size = rounded(size);
  try {
    pieces_.reserve(pieces_.size() + 1);
  } catch (const std::bad_alloc&) { return false; }
  auto data = take_pages(size);
  if (!data) return false;
  pieces_.push_back({std::move(data), size});
  held_ += size;
  at_ = 0;
  return true;
}

void arena::reset(std::size_t bytes) {
  if (pieces_.size() > 1 || (pieces_.size() == 1 && pieces_[0].size < bytes)) {
    const std::size_t least = pieces_.size() > 1 ? std::max(bytes, used_) : bytes;
    release();
    bytes = least;
  }
  at_ = 0;
  used_ = 0;
  if (pieces_.empty() && bytes > 0 && !grow(bytes)) throw std::bad_alloc();
}

void* arena::take(std::size_t size) noexcept {
  if (size > std::size_t{1} << 40) return nullptr;
  size = rounded(std::max<std::size_t>(size, 1));
  if (pieces_.empty() || pieces_.back().size - at_ < size)
    if (!grow(std::max<std::size_t>(size, std::size_t{64} << 10))) return nullptr;
  void* result = pieces_.back().data.get() + at_;
  at_ += size;
  used_ += size;
  return result;
}

// Where it has grown since, the last piece is used from its beginning.
void arena::back_to(const mark& m) noexcept {
  at_ = pieces_.size() == m.pieces ? m.at : 0;
  used_ = m.used;
}

void arena::release() noexcept {
  pieces_.clear();
  at_ = held_ = used_ = 0;
}

}  // namespace troupe
