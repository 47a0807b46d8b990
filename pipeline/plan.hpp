#pragma once
#include <troupe/augment/generator.hpp>
#include <troupe/pipeline/permutation.hpp>
#include <troupe/pipeline/sampler.hpp>

#include <cstdint>
#include <memory>
#include <optional>

namespace troupe {

/// Samples that data may have at most: positions are views of them, counted over all epochs in 64 bits.
constexpr std::uint64_t most_samples = std::uint64_t{1} << 48;

/// What a pass over data is for: in training a bad sample is replaced, in an evaluation its position is skipped.
enum class purpose : std::uint8_t { training, evaluation };

/// One pass over one data set: N positions in K batches. No batch crosses a pass.
struct pass {
  std::uint64_t number = 0;  ///< in the run: training epoch 0 is 0, its evaluation 1, training epoch 1 is 2 …
  std::uint64_t epoch = 0;   ///< the training epoch that it is, or follows
  purpose why = purpose::training;
  std::uint64_t positions = 0;  ///< N
  std::uint64_t batches = 0;    ///< K = ceil(N / B), or floor with drop_last
  std::uint64_t batch_size = 0;
  bool open_ended = false;  ///< of a stream that has not come to its end: positions is only a bound
  std::uint64_t seed = 0;
  permutation order;  ///< of the data set's indices; empty where it is not shuffled
  bool shuffled = false;
  std::uint64_t views = 1;                   ///< rows of each sample, one after the other
  std::uint64_t population = 0;              ///< samples in the data set: replacements are drawn from all of them
  std::shared_ptr<const sampler> chosen_by;  ///< what chooses instead of the order

  /// Rows of batch b: B, or fewer in the last one.
  std::uint64_t rows(std::uint64_t batch) const noexcept;
  /// The sample at an offset: the shuffle's at attempt 0, another one drawn by the same key for each further attempt;
  /// or the sampler's.
  std::uint64_t index(std::uint64_t offset, std::uint32_t attempt) const noexcept;
  /// What the randomness of a sample follows from.
  sample_key key(std::uint64_t offset, std::uint32_t attempt) const noexcept;
};

/// The whole run as data: which sample stands where, without a list. Three numbers (seed, epoch, batch) say where it
/// is.
class plan {
 public:
  struct options {
    std::uint64_t samples = 0;                      ///< in the training data; of a stream what it says, 0: unknown
    bool open_ended = false;                        ///< the training data are a stream: an epoch ends where it does
    std::uint64_t evaluation_samples = 0;           ///< in the evaluation data; 0: no evaluation passes
    bool evaluation_open_ended = false;             ///< the evaluation data are a stream, of so many samples if it says
    std::uint64_t views = 1, evaluation_views = 1;  ///< rows of each sample: `recipe::views`
    std::uint64_t batch_size = 64;
    std::uint64_t limit = 0;   ///< the first so many offsets of each training epoch; 0: as many as there are samples
    std::uint64_t epochs = 0;  ///< 0: without end
    std::uint64_t seed = 0;
    bool shuffle = false;
    bool drop_last = false;
    std::shared_ptr<const sampler> chosen_by = {};  ///< of training samples; empty: each of them once an epoch
  };

  plan() = default;
  explicit plan(const options& o) noexcept : options_(o) {}

  const options& described() const noexcept { return options_; }
  /// The same of the evaluation passes alone, as if they were those of training.
  options of_evaluation() const noexcept;
  /// The number of passes; nothing where the run has no end.
  std::optional<std::uint64_t> passes() const noexcept;
  /// Pass n, computed on demand. n must be below passes().
  pass at(std::uint64_t n) const noexcept;
  /// The pass that is training epoch e.
  std::uint64_t pass_of_epoch(std::uint64_t e) const noexcept { return e * passes_per_epoch(); }
  /// A training epoch, as long as it is expected to be: of a stream as many samples as it says.
  pass expected() const noexcept;
  /// Batches in one training epoch; 0 where that is not known.
  std::uint64_t batches_per_epoch() const noexcept { return expected().batches; }
  /// Rows of the smallest batch of a training epoch; 0 where that is not known, as of a stream.
  std::uint64_t smallest_batch() const noexcept;

 private:
  std::uint64_t passes_per_epoch() const noexcept {
    return options_.evaluation_samples > 0 || options_.evaluation_open_ended ? 2 : 1;
  }
  options options_;
};

}  // namespace troupe
