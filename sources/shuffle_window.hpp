#pragma once
#include <troupe/sources/generated.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace troupe {

/// A sample out of a stream, and which one of its epoch it was.
struct pulled {
  std::uint64_t number = 0;
  std::shared_ptr<const yielded> what;

  /// Memory that it takes.
  std::size_t bytes() const noexcept;
};

/// What a windowed shuffle came to.
struct shuffle_quality {
  std::uint64_t samples = 0;     ///< given out
  std::uint64_t window = 0;      ///< samples that there were to choose from, at most
  double mean_displacement = 0;  ///< mean |position out - position in|: 0.74 x window once it is full, where N / 3
                                 ///< would be a perfect shuffle of N
};

/// One epoch of a stream, in the order that follows from (seed, epoch) and from what the stream yields, in its order:
/// each sample given is drawn from a window, which grows by one with every sample given, until it is full. So the first
/// one goes out when two were pulled, and two are pulled for every further one until then.
class shuffle_window {
 public:
  /// `shuffle` false: as the stream yields them. `limit`: no more than so many are given. Calls what the stream was
  /// made of.
  shuffle_window(const stream& from, std::uint64_t seed, std::uint64_t epoch, bool shuffle,
                 std::uint64_t limit = ~std::uint64_t{0});

  /// Whether the next one is to be pulled before one is given.
  bool wants() const noexcept;
  /// Pulls one: false at the end. May block and throw, as the stream does.
  bool pull();
  /// None is left to give, as far as was pulled.
  bool empty() const noexcept { return window_.empty(); }
  bool ended() const noexcept { return from_ == nullptr; }
  /// All were given.
  bool spent() const noexcept { return ended() && window_.empty() && ahead_.empty(); }
  /// Draws the next one, of a window that neither `wants()` nor is empty.
  pulled next();
  /// Before anything was pulled: passes by what comes before `offset`, as far as the stream can skip and nothing is
  /// shuffled.
  void leap(std::uint64_t offset);

  std::uint64_t taken() const noexcept { return taken_; }  ///< pulled so far
  std::uint64_t given() const noexcept { return given_; }  ///< the offset of the next one
  std::size_t bytes() const noexcept;                      ///< in the window, and on their way into it
  shuffle_quality quality() const noexcept;

  /// What is shown at an offset whose own sample is bad: one of sixteen that were pulled not long before it; at the
  /// beginning, one of the first sixteen. Sixteen attempts come to each of them. May pull.
  pulled stand_in(std::uint64_t offset, std::uint32_t attempt);
  /// Nothing more is wanted but stand-ins.
  void close();
  /// Nobody asks for stand-ins of offsets before this one any more.
  void forget_before(std::uint64_t offset);

 private:
  std::optional<pulled> pull_ahead();
  std::uint64_t block_of(std::uint64_t offset) const noexcept;

  std::unique_ptr<yielder> from_;
  const std::uint64_t seed_ = 0, epoch_ = 0, limit_ = 0;
  const std::size_t most_ = 1, most_bytes_ = 0;
  const std::uint64_t block_ = 1;
  std::vector<pulled> window_;
  std::vector<pulled> ahead_;  // pulled for a stand-in, before their turn
  struct reserve {
    std::vector<pulled> few;  // the first that were pulled in a block, while they are small enough together
    bool full = false;
  };
  std::map<std::uint64_t, reserve> reserve_;  // by block
  std::uint64_t taken_ = 0, given_ = 0, widest_ = 0;
  std::size_t bytes_ = 0, largest_ = 0;
  double displaced_ = 0;
};

}  // namespace troupe
