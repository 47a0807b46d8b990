#pragma once
#include <troupe/augment/pages.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace troupe {

/// Memory that is handed out in order and taken back all at once: what decoding and resampling one image needs. Kept
/// from image to image, so that in steady state nothing is allocated. One thread at a time.
class arena {
 public:
  arena() = default;
  ~arena();
  arena(const arena&) = delete;
  arena& operator=(const arena&) = delete;

  /// What `take(size)` uses up: sizes are rounded up to whole cache lines.
  static constexpr std::size_t rounded(std::size_t size) noexcept { return (size + 63) / 64 * 64; }

  /// Takes everything back and makes room for `bytes` in one piece. Throws std::bad_alloc.
  void reset(std::size_t bytes);
  /// `size` bytes aligned to 64, their content unspecified; nullptr where the system has no memory left. Grows past
  /// what `reset` prepared if it has to.
  void* take(std::size_t size) noexcept;
  /// `count` elements of T.
  template <class T>
  T* take_array(std::size_t count) noexcept {
    return static_cast<T*>(take(count * sizeof(T)));
  }
  /// A point to come back to: what was taken after it is free again.
  struct mark {
    std::size_t pieces = 0, at = 0, used = 0;
  };
  mark now() const noexcept { return {pieces_.size(), at_, used_}; }
  void back_to(const mark& m) noexcept;
  /// Gives all memory back to the system.
  void release() noexcept;

  /// Bytes held, and those handed out since the last `reset`.
  std::size_t held() const noexcept { return held_; }
  std::size_t used() const noexcept { return used_; }

 private:
  struct piece {
    pages data;
    std::size_t size = 0;
  };
  bool grow(std::size_t size) noexcept;

  std::vector<piece> pieces_;
  std::size_t at_ = 0;
  std::size_t held_ = 0;
  std::size_t used_ = 0;
};

}  // namespace troupe
