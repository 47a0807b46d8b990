#pragma once
#include <troupe/augment/image.hpp>

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
///     if (const auto* kept = store.find(7)) return use(kept->bytes());
///     if (auto fresh = store.reserve(size)) {
///       fill(fresh->data());
///       store.keep(7, std::move(fresh));
///     }
class sample_store {
 public:
  /// What is kept of one sample.
  struct entry {
    std::unique_ptr<std::uint8_t[]> memory;
    std::size_t size = 0;
    image_shape shape;  ///< where they are pixels

    std::uint8_t* data() noexcept { return memory.get(); }
    const std::uint8_t* data() const noexcept { return memory.get(); }
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
  /// Memory of `size` bytes, content unspecified; null where there is no room for them.
  owned reserve(std::size_t size);
  /// Keeps it, unless something is kept of this sample already; returns what is.
  const entry& keep(std::uint64_t sample, owned fresh);

  /// Bytes held, with what keeping them costs; entries; the limit.
  std::size_t held() const noexcept { return held_.load(std::memory_order_relaxed); }
  std::size_t limit() const noexcept { return limit_; }
  std::uint64_t entries() const;

 private:
  static constexpr std::size_t overhead = sizeof(entry) + 96;  // with a node of the map, its bucket, two allocations
  void give_back(std::size_t size) noexcept { held_.fetch_sub(size + overhead, std::memory_order_relaxed); }

  const std::size_t limit_;
  std::atomic<std::size_t> held_{0};
  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, owned> kept_;
};

}  // namespace troupe
