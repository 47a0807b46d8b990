#pragma once
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// How many letters have to be inserted, deleted, changed or swapped with their neighbour to turn one word into the
/// other (optimal string alignment distance; Damerau 1964).
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) now[j] = std::min(now[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, now);
  }
  return last[b.size()];
}

/// The word that was probably meant, empty where none is near: at most a third of its letters differ.
inline std::string nearest(std::string_view word, const std::vector<std::string>& words) {
  std::string best;
  std::size_t best_distance = 0;
  for (const auto& w : words) {
    auto d = edit_distance(word, w);
    if (d * 3 <= std::max<std::size_t>(w.size(), 3) && (best.empty() || d < best_distance)) best = w, best_distance = d;
  }
  return best;
}

/// "; did you mean WORD?", or nothing.
inline std::string did_you_mean(std::string_view word, const std::vector<std::string>& words) {
  auto w = nearest(word, words);
  return w.empty() ? std::string() : "; did you mean " + w + "?";
}

}  // namespace troupe
