#include <troupe/pipeline/ring.hpp>

#include <sys/mman.h>

#include <cstring>
#include <new>
#include <utility>

namespace troupe {

void ring::release_memory::operator()(std::byte* p) const noexcept { ::munmap(p, bytes); }

ring::ring(layout fields, std::size_t rows, std::size_t buffers)
    : fields_(std::move(fields)), rows_(rows), buffer_bytes_(fields_.bytes(rows)), first_(buffers) {
  for (std::size_t f = 0; f < fields_.fields().size(); ++f) {
    offsets_.push_back(fields_.offset(f, rows));
    row_bytes_.push_back(fields_.fields()[f].row_bytes());
  }
  blocks_.reserve(2 * buffers);
  for (std::size_t i = 0; i < buffers; ++i) {
    blocks_.push_back(allocate());
    free_.push_back(std::uint32_t(buffers - 1 - i));
  }
}

ring::~ring() = default;

ring::block ring::allocate() const {
  const auto bytes = buffer_bytes_ > 0 ? buffer_bytes_ : 1;
  void* p = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) throw std::bad_alloc();
  ::madvise(p, bytes, MADV_HUGEPAGE);  // fewer faults at the first touch; where it is refused, nothing is lost
  return block(static_cast<std::byte*>(p), release_memory{bytes});
}

std::size_t ring::buffers() const {
  std::lock_guard lock(mutex_);
  return blocks_.size() - resting_.size();
}

std::size_t ring::free_buffers() const {
  std::lock_guard lock(mutex_);
  return free_.size();
}

int ring::take() {
  std::lock_guard lock(mutex_);
  if (free_.empty()) return -1;
  auto buffer = free_.back();
  free_.pop_back();
  return int(buffer);
}

void ring::give_back(std::uint32_t buffer) {
  std::lock_guard lock(mutex_);
  free_.push_back(buffer);
  if (released_) released_();  // under the lock: after on_release({}) returned, it is never called again
}

bool ring::grow() {
  std::lock_guard lock(mutex_);
  if (!resting_.empty()) {
    free_.push_back(resting_.back());
    resting_.pop_back();
    return true;
  }
  if (blocks_.size() == 2 * first_) return false;
  blocks_.push_back(allocate());
  free_.push_back(std::uint32_t(blocks_.size() - 1));
  return true;
}

void ring::give_back_late(std::uint32_t buffer) {
  {
    std::lock_guard lock(mutex_);
    if (blocks_.size() - resting_.size() > first_) {
      ::madvise(blocks_[buffer].get(), buffer_bytes_, MADV_DONTNEED);
      return resting_.push_back(buffer);
    }
  }
  give_back(buffer);
}

void ring::on_release(std::function<void()> call) {
  std::lock_guard lock(mutex_);
  released_ = std::move(call);
}

std::byte* ring::row(std::uint32_t buffer, std::size_t f, std::size_t r) const noexcept {
  return blocks_[buffer].get() + offsets_[f] + r * row_bytes_[f];
}

void ring::copy_row(std::uint32_t from_buffer, std::size_t from, std::uint32_t to_buffer,
                    std::size_t to) const noexcept {
  for (std::size_t f = 0; f < row_bytes_.size(); ++f)
    std::memcpy(row(to_buffer, f, to), row(from_buffer, f, from), row_bytes_[f]);
}

}  // namespace troupe
