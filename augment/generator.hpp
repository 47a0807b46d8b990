#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace troupe {

/// One block of Philox4x32-10: four random words of a counter and a key, no state. Salmon, Moraes, Dror, Shaw:
/// "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) noexcept;

/// What the randomness of one sample follows from. `offset` is the sample's place in its epoch, not its index, because
/// weighted sampling and ten-crop show one index several times; `attempt` counts replacements of a bad sample.
struct sample_key {
  std::uint64_t seed = 0;
  std::uint64_t epoch = 0;
  std::uint64_t offset = 0;
  std::uint32_t attempt = 0;
  std::uint32_t view = 0;
};

/// A counter-based random generator: the same key and operation give the same numbers, on any thread, in any order.
///
///     troupe::generator g{{.seed = 7, .epoch = 0, .offset = 12}, 0};
///     float u = g.uniform();            // [0, 1)
///     int k = g.below(10);              // 0 … 9
class generator {
 public:
  /// `operation` is the transform's path in its list: 0, 1, 2 … at the top, so that a transform added at the end
  /// changes nothing before it.
  generator(const sample_key& key, std::uint64_t operation) noexcept;

  /// The generator of another operation on the same sample, from its first number on: cheaper than deriving it again.
  generator for_operation(std::uint64_t operation) const noexcept;

  /// The next 32 random bits. Satisfies UniformRandomBitGenerator, so `<random>`'s distributions take it.
  std::uint32_t operator()() noexcept;
  using result_type = std::uint32_t;
  static constexpr result_type min() noexcept { return 0; }
  static constexpr result_type max() noexcept { return ~std::uint32_t{0}; }

  /// The next n of them at once: what as many calls give.
  void fill(std::uint32_t* to, std::size_t n) noexcept;

  /// Uniform in [0, 1), 24 bits.
  float uniform() noexcept;
  /// Uniform in [low, high).
  double uniform(double low, double high) noexcept;
  /// Uniform in 0 … n-1, without bias (Lemire's method). n must be at least 1.
  std::uint32_t below(std::uint32_t n) noexcept;
  /// The next 64 random bits.
  std::uint64_t word() noexcept;
  /// Uniform in 0 … n-1 for an n of any size, by the upper half of a product; its bias is below n / 2^64.
  std::uint64_t index_below(std::uint64_t n) noexcept;
  /// True with probability p.
  bool chance(double p) noexcept;

 private:
  std::array<std::uint32_t, 2> key_{};
  std::array<std::uint32_t, 2> stream_{};
  std::array<std::uint32_t, 4> block_{};
  std::uint64_t operation_ = 0;
  std::uint32_t drawn_ = 0;
};

}  // namespace troupe
