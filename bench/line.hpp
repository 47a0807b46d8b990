#pragma once
// Troupe, measured: whole epochs taken by a loop that does nothing, start-up of threads and actors included.
#include <troupe/pipeline/pipeline.hpp>

#include <cstdint>

#include "rounds.hpp"

namespace troupe::bench {

/// Rows a second over so many epochs.
inline double line(const pipeline& described, std::uint64_t epochs) {
  std::uint64_t rows = 0;
  const auto s = seconds_of([&] {
    auto run = described.start();
    for (std::uint64_t e = 0; e < epochs; ++e) {
      for (const auto& b : run.epoch()) rows += b.rows();
    }
  });
  return double(rows) / s;
}

}  // namespace troupe::bench
