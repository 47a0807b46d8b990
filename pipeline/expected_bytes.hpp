#pragma once
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace troupe {

/// What samples will take that a stage of one's own is yet to bring, so that room is kept for them before they are
/// there: the mean of those that came lately. The first four are asked for at once, and say how large they are. Safe
/// from any thread.
class expected_bytes {
 public:
  /// One came.
  void came(std::size_t bytes);
  /// Of the next one, where so much may be read ahead: 1 … `room`.
  std::size_t next(std::size_t room) const;

 private:
  mutable std::mutex mutex_;
  std::uint64_t came_ = 0;
  double mean_ = 0;
};

}  // namespace troupe
