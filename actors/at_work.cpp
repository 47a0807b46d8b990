#include <troupe/actors/at_work.hpp>

#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

namespace troupe {

bool all_at_rest(const run_state& run) {
  const auto idle = [](const activity& a) { return a.doing.load(std::memory_order_acquire) == operation::idle; };
  const auto rests = [&](const counters& c) { return std::all_of(c.workers.begin(), c.workers.end(), idle); };
  const auto in_workers = run.own.begin() + std::ptrdiff_t(run.settings.stages_in_line);
  return rests(run.loader) && rests(run.augmenter) && rests(run.batcher) &&
         std::all_of(in_workers, run.own.end(), rests);
}

std::string who_holds(const run_state& run) {
  std::ostringstream text;
  std::vector<std::pair<std::string, const counters*>> all = {{"loader", &run.loader}};
  for (std::size_t n = 0; n < run.own.size(); ++n) all.emplace_back(run.settings.stages[n].name, &run.own[n]);
  all.insert(all.end(),
             {{"augmenter", &run.augmenter}, {"batcher", &run.batcher}, {run.settings.consumer_name(), &run.consumer}});
  for (const auto& [stage, c] : all) {
    for (std::size_t n = 0; n < c->workers.size(); ++n) {
      const auto op = c->workers[n].doing.load();
      if (op == operation::idle) continue;
      text << (text.tellp() > 0 ? "; " : "") << stage << " " << n << " is " << to_string(op);
      const bool of_a_sample = op == operation::transforming || op == operation::reading || op == operation::opening ||
                               op == operation::pulling;
      const auto path = of_a_sample ? run.path(c->workers[n].pass.load(), c->workers[n].index.load()) : std::string();
      if (!path.empty()) text << " " << path;
    }
  }
  if (text.tellp() > 0) return text.str();
  const auto owes = first_without_end(run);
  return owes.empty() ? "the line is idle and did not drain" : owes + " has not said its `end`";
}

std::string first_without_end(const run_state& run) {
  if (!run.loader.ended.load()) return "loader";
  for (std::size_t n = 0; n < run.settings.stages_in_line; ++n) {
    if (!run.own[n].ended.load()) return run.settings.stages[n].name;
  }
  return !run.augmenter.ended.load() ? "augmenter" : !run.batcher.ended.load() ? "batcher" : "";
}

}  // namespace troupe
