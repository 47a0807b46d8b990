#include <troupe/augment/nearest.hpp>

#include <algorithm>
#include <numeric>
#include <vector>

namespace troupe {

int edit_distance(std::string_view a, std::string_view b) {
  std::vector<int> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  std::iota(last.begin(), last.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = int(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) now[j] = std::min(now[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, now);
  }
  return last[b.size()];
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
