#pragma once
#include <troupe/augment/generator.hpp>

#include <cstdint>

namespace troupe {

/// Which sample stands at a position of training, where that is no permutation of every epoch. The law: it follows from
/// configuration, data and position alone, so that batches are the same for any number of workers and after a seek.
class sampler {
 public:
  sampler() = default;
  sampler(const sampler&) = delete;
  sampler& operator=(const sampler&) = delete;
  virtual ~sampler() = default;

  /// The index at a position, counted over all epochs: epoch x samples of an epoch + offset. `key.attempt` > 0 asks for
  /// a replacement of a bad sample, to be drawn from the same distribution. Called from several threads at once, in any
  /// order, once for each row: a pure function of its arguments, without memory of earlier calls.
  virtual std::uint64_t index(const sample_key& key, std::uint64_t position) const noexcept = 0;

 protected:
  /// The generator of choices about a sample. No transform has its operation: choices and augmentation never share
  /// random numbers.
  static generator choices(const sample_key& key) noexcept { return {key, ~std::uint64_t{0}}; }
};

}  // namespace troupe
