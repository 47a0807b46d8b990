#pragma once
#include <troupe/augment/transform.hpp>

#include <functional>
#include <span>
#include <string>

namespace troupe {

/// What a filter on pixels is.
struct filter_options {
  /// It drops by memory of what it saw (duplicates, say), and guards that memory itself. What it saw depends on time
  /// and on the number of workers, and so do the batches then: the run says that its digest is not guaranteed.
  bool stateful = false;
};

/// Leaves out samples by their pixels: those that `keep` does not want. Where it stands in the list decides what it
/// sees: `[height, width, channels]` uint8 as the transforms before it have left it, not to be written.
///
///     .augment({troupe::resize(256), troupe::filter("bright enough", [](const troupe::image& i) { return … > 40; }),
///               troupe::random_crop(224), troupe::normalize("imagenet")})
///
/// In training another sample takes the place of one that is left out, as for a bad file, though it counts as none;
/// after 16 others in a row that are left out as well, the run ends. An evaluation skips the position. What can be told
/// by path, label or size costs nothing where it is left out of the plan: `filter(data, keep)` in
/// <troupe/sources/subset.hpp>.
///
/// `keep` is called on several workers at once, and its answer follows from the pixels alone; what it throws makes a
/// bad sample. It may be asked about a sample again, where a worker died over it or needed more memory for it. `name`
/// is printed and reported; a transform report says `kept`. Throws std::invalid_argument where either is missing.
transform filter(std::string name, std::function<bool(const image&)> keep, filter_options options = {});

/// The names of the filters on pixels in a list, with commas; empty where there are none.
std::string filters_in(std::span<const transform> list);
/// The same for whatever is stateful.
std::string stateful_in(std::span<const transform> list);

}  // namespace troupe
