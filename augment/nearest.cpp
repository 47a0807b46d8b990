#include <troupe/augment/nearest.hpp>

#include <algorithm>
#include <numeric>
#include <vector>

namespace troupe {

int edit_distance(std::string_view a, std::string_view b) {
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    int diagonal = row[0];
    row[0] = int(i) + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const int changed = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known) {
  std::string list;
  std::string_view best;
  int least = 1 + int(std::max<std::size_t>(2, word.size() / 3));
  for (std::string_view k : known) {
    list += (list.empty() ? "" : ", ") + std::string(k);
    int distance = edit_distance(word, k);
    if (word.size() >= 3 && k.find(word) != std::string_view::npos) distance = std::min(distance, 2);
    if (distance < least) least = distance, best = k;
  }
  return best.empty() ? "there are " + list : "did you mean '" + std::string(best) + "'?";
}

}  // namespace troupe
