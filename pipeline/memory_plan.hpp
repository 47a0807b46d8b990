#pragma once
#include <cstddef>
#include <iosfwd>

namespace troupe {

/// What the line may hold at once, known before the first image: buffers x batch bytes + read-ahead bytes + decode
/// scratch + what is kept of samples for later epochs.
struct memory_plan {
  std::size_t buffers = 0;               ///< batches in memory
  std::size_t buffer_bytes = 0;          ///< of one batch
  std::size_t read_ahead_bytes = 0;      ///< encoded bytes
  std::size_t window_bytes = 0;          ///< what a stream is shuffled in, and stand-ins
  std::size_t worker_scratch_bytes = 0;  ///< of each augmenter
  std::size_t workers = 0;
  std::size_t shared_scratch_bytes = 0;  ///< for single images that need more than one augmenter's share
  std::size_t batch_scratch_bytes = 0;   ///< of all that transform whole batches
  std::size_t marks_bytes = 0;           ///< where rows begin in JPEGs that were decoded before
  std::size_t cache_bytes = 0;           ///< what is left, where a cache was asked for

  std::size_t bound_bytes() const noexcept {
    return buffers * buffer_bytes + read_ahead_bytes + window_bytes + workers * worker_scratch_bytes +
           shared_scratch_bytes + batch_scratch_bytes + marks_bytes + cache_bytes;
  }
};

struct memory_request {
  std::size_t buffer_bytes = 0;
  std::size_t wanted_buffers = 4;  ///< as many as overlap needs
  bool fixed_buffers = false;      ///< they were asked for: fewer is refused
  std::size_t workers = 1;
  std::size_t read_ahead_bytes = 0;     ///< 0: samples are in memory already
  std::size_t window_bytes = 0;         ///< that a stream asks for
  std::size_t scratch_bytes = 0;        ///< of each augmenter, where that is known; 0: images are decoded
  std::size_t batch_scratch_bytes = 0;  ///< of all that transform whole batches
  std::size_t marks_bytes = 0;          ///< that marks of all samples need
  bool cache = false;                   ///< the rest of the limit is for a cache
  std::size_t limit_bytes = 0;          ///< --memory
};

/// The plan within the limit: fewer buffers and less read-ahead where it must be. Throws std::invalid_argument, naming
/// the least amount, where not even one buffer, one read and one scratch fit.
memory_plan plan_memory(const memory_request& r);

/// "154.0 MiB" and the like.
struct readable_bytes {
  std::size_t bytes = 0;
};
std::ostream& operator<<(std::ostream& out, readable_bytes b);
/// "4 batches x 36.8 MiB + 32.0 MiB read ahead + 2 x 4.0 MiB scratch + 64.0 MiB for large images = 251.0 MiB"
std::ostream& operator<<(std::ostream& out, const memory_plan& p);

}  // namespace troupe
