#pragma once
// How this room measures: alternatives in turn, A B A B …, so that a machine whose speed drifts drifts for all of them;
// medians, and ratios pair by pair.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::bench {

struct options {
  std::string photos = "build/photos";
  bool quick = false;
  int cpus = 2;
  std::vector<std::string> peers = {};  // commands
};

inline options parse(int argc, char** argv) {
  options o;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--quick") {
      o.quick = true;
    } else if (word == "--photos" && i + 1 < argc) {
      o.photos = argv[++i];
    } else if (word == "--cpus" && i + 1 < argc) {
      o.cpus = std::atoi(argv[++i]);
    } else if (word == "--peer" && i + 1 < argc) {
      o.peers.emplace_back(argv[++i]);
    } else {
      std::fprintf(stderr, "use: %s [--photos DIR] [--cpus N] [--quick] [--peer COMMAND]...\n", argv[0]);
      std::exit(64);
    }
  }
  return o;
}

inline double seconds_of(const std::function<void()>& work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

inline double median(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  return v.empty() ? 0 : v.size() % 2 == 1 ? v[v.size() / 2] : (v[v.size() / 2 - 1] + v[v.size() / 2]) / 2;
}

/// One alternative and what it measured, a figure a round.
struct contender {
  std::string name;
  std::function<double()> measure;
  std::vector<double> figures = {};
};

/// Measures all in turn, the order reversed in every second round; a warm-up round is not counted.
inline void interleave(std::vector<contender>& all, int rounds) {
  for (auto& c : all) c.measure();
  for (int r = 0; r < rounds; ++r) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      auto& c = all[r % 2 == 0 ? i : all.size() - 1 - i];
      c.figures.push_back(c.measure());
    }
  }
}

/// The median of the ratios round by round, with the interval that holds the true median at about 95 % (order
/// statistics: ranks n/2 -+ sqrt(n)).
struct ratio {
  double middle = 0, low = 0, high = 0;
};
inline ratio compare(const contender& a, const contender& b) {
  std::vector<double> r;
  for (std::size_t i = 0; i < a.figures.size(); ++i) r.push_back(a.figures[i] / b.figures[i]);
  std::sort(r.begin(), r.end());
  const auto n = double(r.size());
  const auto low = std::size_t(std::max(0.0, n / 2 - std::max(1.0, std::sqrt(n))));
  return {median(r), r[low], r[r.size() - 1 - low]};
}

/// A Markdown table: name, median, least, greatest, ratio to the first one.
inline void print_table(const std::vector<contender>& all, const char* unit) {
  std::printf("| | median %s | min | max | ratio to the first (interval) |\n|---|---|---|---|---|\n", unit);
  for (const auto& c : all) {
    const auto r = compare(c, all.front());
    std::printf("| %s | %.0f | %.0f | %.0f | %.3f (%.3f – %.3f) |\n", c.name.c_str(), median(c.figures),
                *std::min_element(c.figures.begin(), c.figures.end()),
                *std::max_element(c.figures.begin(), c.figures.end()), r.middle, r.low, r.high);
  }
}

}  // namespace troupe::bench
