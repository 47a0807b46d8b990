#pragma once
#include <troupe/augment/image.hpp>
#include <troupe/augment/pages.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace troupe {

/// Bytes that belong to samples, kept until the run is over. Who comes first is kept, as long as there is room, and
/// nothing is ever given up for another: every epoch finds what the first one left. From any thread.
///
///     if (const auto* kept = store.find(7)) return use(kept->data(), kept->filled());
///     if (auto fresh = store.reserve(size)) {
///       fill(fresh->data());
///       store.keep(7, std::move(fresh));
///     }
class sample_store {
 public:
  /// What is kept of one sample.
  class entry {
   public:
    std::uint8_t* data() noexcept { return large_ ? large_.get() : small_.get(); }
    const std::uint8_t* data() const noexcept { return large_ ? large_.get() : small_.get(); }
    /// Bytes that may be read: all, unless `grow` is still to add some.
    std::size_t filled() const noexcept { return filled_.load(std::memory_order_acquire); }
    std::size_t capacity() const noexcept { return capacity_; }

    image_shape shape;         ///< where they are pixels
    std::size_t of_bytes = 0;  ///< the size of the file that they were made of

   private:
    friend class sample_store;
    pages large_;  ///< from the system and back to it; small ones are malloc's
    std::unique_ptr<std::uint8_t[]> small_;
    std::size_t capacity_ = 0, cost_ = 0;
    std::atomic<std::size_t> filled_{0};
  };
  /// Given back with its room where it is not kept.
  struct discard {
    sample_store* from = nullptr;
    void operator()(entry* e) const noexcept;
  };
  using owned = std::unique_ptr<entry, discard>;

  explicit sample_store(std::size_t limit_bytes) noexcept : limit_(limit_bytes) {}

  /// nullptr where nothing is kept of this sample. Valid as long as the store.
  const entry* find(std::uint64_t sample) const;
  /// Whether `size` bytes more may fit.
  bool has_room(std::size_t size) const noexcept { return size < limit_ && held() <= limit_ - size; }
  /// Memory of `size` bytes, content unspecified; null where there is no room for them, or the system has none.
  owned reserve(std::size_t size) noexcept;
  /// Keeps it, its first `filled` bytes to be read, unless something is kept of this sample already. Returns what is;
  /// nullptr where the system has no memory left.
  const entry* keep(std::uint64_t sample, owned fresh, std::size_t filled);
  const entry* keep(std::uint64_t sample, owned fresh);
  /// Adds to what is kept: `size` bytes in all, those that are there already being the same.
  void grow(std::uint64_t sample, const std::uint8_t* bytes, std::size_t size);

  /// Bytes held, with what keeping them costs; entries; the limit.
  std::size_t held() const noexcept { return held_.load(std::memory_order_relaxed); }
  std::size_t limit() const noexcept { return limit_; }
  std::uint64_t entries() const;

 private:
  void give_back(std::size_t cost) noexcept { held_.fetch_sub(cost, std::memory_order_relaxed); }

  const std::size_t limit_;
  std::atomic<std::size_t> held_{0};
  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, owned> kept_;
};

}  // namespace troupe
