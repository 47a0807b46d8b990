#pragma once
// Troupe, measured: whole epochs taken by a loop that does nothing, start-up of threads and actors included.
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/pipeline/run_state.hpp>

#include <sys/resource.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

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

/// Of this process, so far.
inline double processor_s() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto s = [](const timeval& t) { return double(t.tv_sec) + 1e-6 * double(t.tv_usec); };
  return s(used.ru_utime) + s(used.ru_stime);
}

/// Lines over the same data in turn. Two tables: the rate, and images for a second of processor time, which says the
/// same where a machine has other things to do.
inline void compare_lines(const std::string& title, const std::vector<std::pair<std::string, pipeline>>& lines,
                          std::uint64_t epochs, int rounds) {
  std::printf("%s, %d epochs a round, %d rounds\n\n", title.c_str(), int(epochs), rounds);
  std::vector<contender> all, processor;
  const auto images = double(lines.front().second.settings().positions.at(0).positions * epochs);
  for (const auto& [name, p] : lines) {
    processor.push_back({name, {}});
    all.push_back({name, [&, n = all.size(), p = &p] {
                     const auto before = processor_s();
                     const auto rate = line(*p, epochs);
                     processor[n].figures.push_back(images / (processor_s() - before));
                     return rate;
                   }});
  }
  interleave(all, rounds);
  for (auto& c : processor) c.figures.erase(c.figures.begin());  // the warm-up
  print_table(all, "images/s");
  std::printf("\n");
  print_table(processor, "images a processor second");
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace troupe::bench
