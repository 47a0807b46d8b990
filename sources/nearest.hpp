#pragma once
#include <troupe/augment/nearest.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// The word that was probably meant, empty where none is near: at most a third of its letters differ.
inline std::string nearest(std::string_view word, const std::vector<std::string>& words) {
  std::string best;
  std::size_t best_distance = 0;
  for (const auto& w : words) {
    const auto d = std::size_t(edit_distance(word, w));
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
