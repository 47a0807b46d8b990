#pragma once
#include <troupe/pipeline/field.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace troupe {

/// The batch memory of a run: a few buffers of one layout, allocated once and used again and again. The batcher takes
/// them, whoever holds the last handle on a batch gives its buffer back, from any thread. Holds no actor handle, so
/// that a batch may outlive the run.
class ring {
 public:
  /// `buffers` of `rows` rows each. Memory is reserved here and touched when it is first written.
  ring(layout fields, std::size_t rows, std::size_t buffers);
  ~ring();
  ring(const ring&) = delete;
  ring& operator=(const ring&) = delete;

  const layout& fields() const noexcept { return fields_; }
  std::size_t rows() const noexcept { return rows_; }
  std::size_t buffer_bytes() const noexcept { return buffer_bytes_; }
  /// Those that rest left out.
  std::size_t buffers() const;
  std::size_t free_buffers() const;

  /// A free buffer, the one given back last first (it is warm in the caches); -1 where there is none.
  int take();
  /// Gives a buffer back and calls what `on_release` set.
  void give_back(std::uint32_t buffer);
  /// One buffer more, free, for a run whose only one is held by a hung worker. At most twice the first number.
  bool grow();
  /// Gives back a buffer that somebody who hung had held. Where one was added meanwhile there is again one too many:
  /// this one rests, its memory freed, until `grow` needs it.
  void give_back_late(std::uint32_t buffer);
  /// What to call after a buffer came back, on the thread that gave it; an empty function: nothing any more.
  void on_release(std::function<void()> call);

  /// Row r of field f of a buffer: `row_bytes()` bytes.
  std::byte* row(std::uint32_t buffer, std::size_t f, std::size_t r) const noexcept;
  /// Copies a row of every field to another place.
  void copy_row(std::uint32_t from_buffer, std::size_t from, std::uint32_t to_buffer, std::size_t to) const noexcept;

 private:
  struct release_memory {
    std::size_t bytes = 0;
    void operator()(std::byte* p) const noexcept;
  };
  using block = std::unique_ptr<std::byte, release_memory>;
  block allocate() const;

  layout fields_;
  std::size_t rows_ = 0, buffer_bytes_ = 0;
  std::vector<std::size_t> offsets_, row_bytes_;
  mutable std::mutex mutex_;
  std::vector<block> blocks_;  // reserved to twice the first number: addresses of elements never move
  std::vector<std::uint32_t> free_, resting_;
  std::size_t first_ = 0;
  std::function<void()> released_;
};

}  // namespace troupe
