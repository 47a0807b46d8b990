#pragma once
#include <troupe/pipeline/sampler.hpp>
#include <troupe/sources/source.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace troupe {

/// How samples are chosen, where it is not each of them once an epoch: a name, and what makes a sampler for some data.
/// Evaluation is never sampled.
///
///     .load(photos, {.shuffle = true, .seed = 7, .sampling = troupe::by_class()})
///
/// One of one's own: `sampling{"hard ones first", [](const dataset& data, bool shuffle) { return …; }}`.
struct sampling {
  std::string name = {};  ///< for a person; empty: each sample once an epoch
  /// Called once, by `load()`; never with data that have no samples.
  std::function<std::shared_ptr<const sampler>(const dataset& data, bool shuffle)> make = {};
};

/// Every class as often as any other: in each round of as many positions as there are classes (those without samples
/// aside) every class comes once, in another order each round, and no sample of a class comes again before all of the
/// class were shown, over the epochs. Labels must be classes. 8 bytes a sample.
sampling by_class();

/// The parts of a concatenation in proportion to these weights, each > 0, without chance: any stretch of n positions
/// holds n x share samples of a part to within one, and no sample of a part comes again before all of the part were
/// shown, over the epochs. (Of three parts to within two, of more to within four: no order keeps three shares within
/// one, but for a few of them; Fraenkel's conjecture.)
sampling by_part(std::vector<double> weights);

/// Each position draws a sample by itself, with probability in proportion to its weight: `source::weight()`, or these,
/// one for each sample; finite, >= 0, not all 0. Samples come again at random. 16 bytes a sample.
sampling by_weight();
sampling by_weight(std::vector<double> weights);

}  // namespace troupe
