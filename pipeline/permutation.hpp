#pragma once
#include <array>
#include <cstdint>

namespace troupe {

/// A shuffle of 0 … n-1 that is computed per index: no buffer to fill, O(1) memory, seekable, the same for a billion
/// samples as for ten. A generalised Feistel network over a x b >= n (Black and Rogaway: "Ciphers with arbitrary finite
/// domains", CT-RSA 2002), walked along its cycle until it lands below n; round keys come from Philox.
///
///     troupe::permutation order(60000, {.seed = 7, .epoch = 0});
///     order(0);   // the index that is shown first
class permutation {
 public:
  struct key {
    std::uint64_t seed = 0;
    std::uint64_t epoch = 0;
  };

  permutation() = default;
  permutation(std::uint64_t n, key k) noexcept;

  std::uint64_t size() const noexcept { return n_; }
  /// The index at an offset. offset must be below size(); each index comes up exactly once.
  std::uint64_t operator()(std::uint64_t offset) const noexcept;

 private:
  static constexpr int rounds = 8;
  std::uint64_t n_ = 0, a_ = 1, b_ = 1;
  std::array<std::uint64_t, rounds> round_keys_{};
};

}  // namespace troupe
