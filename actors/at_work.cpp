#include <troupe/actors/at_work.hpp>

#include <algorithm>
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

work work_of(const run_state& run, std::uint32_t worker) {
  for (auto n = run.settings.stages_in_line; n < run.own.size(); ++n) {
    const auto& doing = run.own[n].workers[worker];
    if (doing.doing.load(std::memory_order_acquire) != operation::idle) return {run.settings.stages[n].name, &doing};
  }
  return {"augmenter", &run.augmenter.workers[worker]};
}

std::string describe(const run_state& run, const std::string& stage, std::size_t n, const activity& doing) {
  const auto op = doing.doing.load(std::memory_order_acquire);
  auto text = stage + " " + std::to_string(n) + " is " + to_string(op);
  const bool of_a_sample =
      op == operation::transforming || op == operation::reading || op == operation::opening || op == operation::pulling;
  const auto path = of_a_sample ? run.path(doing.pass.load(), doing.index.load()) : std::string();
  return path.empty() ? text : text + " " + path;
}

std::string who_works(const run_state& run, std::chrono::nanoseconds at_least) {
  std::string text;
  std::vector<std::pair<std::string, const counters*>> all = {{"loader", &run.loader}};
  for (std::size_t n = 0; n < run.own.size(); ++n) all.emplace_back(run.settings.stages[n].name, &run.own[n]);
  all.insert(all.end(),
             {{"augmenter", &run.augmenter}, {"batcher", &run.batcher}, {run.settings.consumer_name(), &run.consumer}});
  const auto now = std::chrono::nanoseconds(run.now().time_since_epoch());
  for (const auto& [stage, c] : all) {
    for (std::size_t n = 0; n < c->workers.size(); ++n) {
      const auto& a = c->workers[n];
      if (a.doing.load(std::memory_order_acquire) == operation::idle) continue;
      if (now - std::chrono::nanoseconds(a.since_ns.load()) < at_least) continue;
      text += (text.empty() ? "" : "; ") + describe(run, stage, n, a);
    }
  }
  return text;
}

std::string who_holds(const run_state& run) {
  auto text = who_works(run);
  if (const std::chrono::nanoseconds since(run.listener_since_ns); since.count() > 0) {
    const auto s = std::chrono::duration_cast<std::chrono::seconds>(run.now().time_since_epoch() - since).count();
    text += (text.empty() ? "" : "; ");
    text +=
        "the monitor waits for a listener of alerts or events, which has not returned for " + std::to_string(s) + " s";
  }
  if (!text.empty()) return text;
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
