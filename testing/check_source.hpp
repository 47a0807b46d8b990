#pragma once
#include <troupe/sources/source.hpp>
#include <troupe/testing/report.hpp>

#include <cstdint>

namespace troupe::testing {

/// How much of a source is looked at.
struct source_check_options {
  std::uint64_t most_samples = 10'000;  ///< evenly spread over a larger source; its first and last are among them
  int threads = 4;                      ///< that ask at once
};

/// Holds a source of one's own against what the line relies on:
///
///   1. its size, shape, classes and companions do not change;
///   2. every label is that of a class, and does not change; without classes it is -1; the row that `write_label`
///      writes is finite numbers, all of them, and does not change;
///   3. every path, and the location of every sample without pixels, names something, and does not change;
///   4. where there is a shape, every sample has that many bytes of pixels, at the same address each time; where there
///      is none, no sample has pixels; a source that is not in memory as a whole may have them of some parts alone;
///   5. every method may be called from several threads at once: they get the same answers;
///   6. every companion is a sample of another source, of the shape that was announced;
///   7. no sample has more boxes or keypoints than was announced, all of them are finite and no box is inverted, each
///      box has a class;
///   8. every weight is finite and not negative, and does not change.
///
/// What a method throws for a sample breaks the rule that it is of, and the sample is named.
///
///     const auto found = troupe::testing::check_source(*my_photos);
///     if (!found) std::cerr << found;
report check_source(const source& s, const source_check_options& options = {});

}  // namespace troupe::testing
