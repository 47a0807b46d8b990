#include <troupe/actors/quarantine.hpp>

#include <algorithm>

namespace troupe {

namespace {
constexpr std::size_t named_ones = 5;
}

bool quarantine::add(run_state& run, const pass& of, const sample& s) {
  const bool evaluation = run.settings.evaluation.data && &run.data(of.number) == &run.settings.evaluation;
  if (!bad_.emplace(evaluation, s.index).second) return false;
  const auto path = s.bad->path.empty() ? run.path(of.number, s.index) : s.bad->path;
  const std::string reason = to_string(s.bad->reason);
  const auto words = path + " (" + reason + (s.bad->detail.empty() ? "" : ": " + s.bad->detail) + ")";
  boost::json::object line;
  line["index"] = s.index;
  line["path"] = path;
  line["reason"] = reason;
  line["epoch"] = of.epoch;
  line["split"] = evaluation ? "evaluation" : "training";
  if (!s.bad->detail.empty()) line["detail"] = s.bad->detail;
  run.events.quarantine(line);
  if (first_.size() < named_ones) first_.push_back(words);
  {
    std::lock_guard lock(run.result_mutex);
    run.result.bad_samples = bad_.size();
    run.result.first_bad = first_;
  }
  of_ = run.samples(of.number);
  const auto of_these =
      std::uint64_t(std::count_if(bad_.begin(), bad_.end(), [&](const auto& b) { return b.first == evaluation; }));
  const auto budget = run.error_budget(of.number);
  if (bad_.size() == 1 || of_these == budget / 2) {  // the first one, and when half of what a run survives is used up
    run.raise({.name = "bad_samples",
               .stage = run.names_stage(s.bad->detail) ? s.bad->detail.substr(0, s.bad->detail.find(':'))
                        : s.bad->reason == fault::io || s.bad->reason == fault::missing ? "loader"
                                                                                        : "augmenter",
               .index = s.index,
               .path = path,
               .value = double(of_these),
               .limit = double(budget),
               .message = (of_these == 1 ? "a sample is bad: "
                                         : std::to_string(of_these) + " samples are bad, the last one: ") +
                          words,
               .suggestion = "quarantine.jsonl in output.directory (--out) lists them; mend or remove these files",
               .action = of.why == purpose::evaluation ? "its position is skipped" : "another sample takes its place"});
  }
  return of_these > budget;
}

std::string quarantine::summary() const {
  std::string text =
      std::to_string(bad_.size()) + " bad samples of " + std::to_string(of_) + ", more than 10 and more than 1 %: ";
  for (std::size_t i = 0; i < first_.size(); ++i) text += (i > 0 ? ", " : "") + first_[i];
  if (bad_.size() > first_.size()) text += " and others";
  return text + "; quarantine.jsonl in output.directory (--out) lists them all: mend or remove these files";
}

}  // namespace troupe
