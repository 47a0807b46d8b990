#pragma once
#include <troupe/augment/pages.hpp>

#include <cstddef>
#include <mutex>
#include <vector>

namespace troupe {

/// Memory for encoded files, used again while it is warm: the block that came back last goes out first. What lies idle
/// and what is out stay within `limit_bytes` together, as far as that is up to the pool: what is out is the budget's to
/// bound.
class block_pool {
 public:
  struct block {
    pages data;
    std::size_t capacity = 0;
  };

  explicit block_pool(std::size_t limit_bytes) noexcept : limit_(limit_bytes) {}

  /// A block of at least `bytes`. Throws std::bad_alloc.
  block take(std::size_t bytes);
  void give_back(block b) noexcept;

 private:
  void make_room_for(std::size_t bytes) noexcept;

  const std::size_t limit_;
  std::mutex mutex_;
  std::vector<block> idle_;
  std::size_t idle_bytes_ = 0, out_bytes_ = 0;
};

}  // namespace troupe
