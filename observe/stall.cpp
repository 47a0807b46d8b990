#include <troupe/observe/snapshot.hpp>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <tuple>

namespace troupe {

namespace {

// Of the patience with a place that is asked for anew because somebody hung.
constexpr std::uint32_t most_doublings = 5;

std::string in_seconds(double s) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", s);
  return text;
}

const char* remedy(const std::string& stage, const std::string& op = {}) {
  if (op == "pulling") return "The generator does not return: look at what it waits for; nobody can go on without it";
  if (stage == "loader") return "Look at the disk or network mount of this file; the other readers go on";
  if (stage == "augmenter")
    return "Look at this file, and at transforms of your own that may not return; raise monitor.stall_after where they "
           "are only slow";
  if (stage == "trainer") return "A step takes much longer than usual: look for a deadlock or a starved machine";
  if (stage == "consumer") return "Release batches that you keep, or raise batch buffers";
  return "Look at this file, and at this stage of your own: it may not return, or keep what it was given";
}

class stall_rule {
 public:
  explicit stall_rule(double after) : after_(after) {}

  std::vector<alert> operator()(const snapshot& s) {
    std::vector<alert> out;
    std::map<key, alert> now;
    if (!s.ending) {
      for (const auto& stage : s.stages) look_at(stage, s, now);
      look_at_consumer(s, now);
    }
    for (auto& [what, a] : now) {
      if (said_.emplace(what, a).second) out.push_back(a);
    }
    for (auto it = said_.begin(); it != said_.end();) {
      if (now.count(it->first) > 0) {
        ++it;
        continue;
      }
      it->second.cleared = true;
      it->second.action.clear();
      out.push_back(it->second);
      it = said_.erase(it);
    }
    return out;
  }

 private:
  using key = std::tuple<std::string, std::uint32_t, std::uint64_t>;

  void look_at(const stage_snapshot& stage, const snapshot& s, std::map<key, alert>& now) const {
    for (const auto& w : stage.working) {
      auto longest = after_ * double(1u << std::min(w.generation, most_doublings));
      if (stage.stage == "trainer")
        longest = std::max(longest, s.steps > 0 ? 4 * stage.busy_s / double(s.steps) : 3 * after_);
      if (w.since.count() < longest) continue;
      alert a{.name = "stall", .severity = severity::error, .stage = stage.stage, .worker = w.worker, .op = w.op};
      if (!w.path.empty()) {
        a.index = w.index;
        a.path = w.path;
      }
      a.elapsed_s = w.since.count();
      a.limit = longest;
      a.message = stage.stage + " " + std::to_string(w.worker) + " has been " + w.op +
                  (w.path.empty() ? "" : " " + w.path) + " for " + in_seconds(w.since.count());
      a.suggestion = remedy(stage.stage, w.op);
      if (stage.pooled || stage.stage == "augmenter") a.action = "its batch is made again by another worker";
      now.emplace(key{stage.stage, w.worker, w.index}, std::move(a));
    }
  }

  void look_at_consumer(const snapshot& s, std::map<key, alert>& now) {
    if (s.delivered != delivered_ || !s.consumer_waits) {
      delivered_ = s.delivered;
      waits_since_ = (s.at - s.paused).count();
      return;
    }
    const auto waited = (s.at - s.paused).count() - waits_since_;
    if (waited < after_ || !now.empty()) return;
    alert a{.name = "stall", .severity = severity::error, .elapsed_s = waited, .limit = after_};
    if (s.buffers_held == s.buffers) {
      a.stage = "consumer";
      a.op = "consuming";
      a.message = "consumer holds " + std::to_string(s.buffers_held) + " of " + std::to_string(s.buffers) +
                  " batches and waits for another one since " + in_seconds(waited);
      a.suggestion = remedy("consumer");
    } else {
      a.stage = "batcher";
      for (const auto& stage : s.stages) {
        if (stage.open_demand > 0 && a.stage == "batcher") a.stage = stage.stage;  // the first of the walk that owes
      }
      a.message = "no batch came for " + in_seconds(waited) + " although one is wanted; " + a.stage + " owes the most";
      a.suggestion = "Look at the stages before it in events.jsonl";
    }
    now.emplace(key{"a consumer that waits", 0, 0}, std::move(a));
  }

  double after_ = 10;
  std::uint64_t delivered_ = 0;
  double waits_since_ = 0;
  std::map<key, alert> said_;
};

}  // namespace

rule stall(std::chrono::duration<double> after) {
  return [r = std::make_shared<stall_rule>(after.count())](const snapshot& s) { return (*r)(s); };
}

rule slow_start(std::chrono::duration<double> after) {
  return [after, said = std::make_shared<bool>(false)](const snapshot& s) -> std::vector<alert> {
    const auto at = s.at - s.paused;
    if (*said || s.delivered > 0 || s.ending || at < after) {
      if (!*said || s.delivered == 0) return {};
      *said = false;
      return {{.name = "slow_start",
               .severity = severity::info,
               .message = "the first batch came after " + in_seconds(at.count()),
               .cleared = true}};
    }
    *said = true;
    const auto* batcher = s.find("batcher");
    if (batcher && batcher->items > 0 && !s.find("trainer")) {
      return {{.name = "slow_start",
               .stage = "consumer",
               .elapsed_s = s.at.count(),
               .limit = after.count(),
               .message = "no batch was taken in " + in_seconds(s.at.count()) + " although there are some",
               .suggestion = "Walk them, for (const auto& b : run.epoch()), or leave them to train() or sink(): a run "
                             "whose batches nobody takes does not end, and wait() does not return"}};
    }
    std::string doing;
    for (const auto& stage : s.stages) {
      for (const auto& w : stage.working) {
        if (doing.empty()) doing = "; " + stage.stage + " is " + w.op + (w.path.empty() ? "" : " " + w.path);
      }
    }
    return {{.name = "slow_start",
             .elapsed_s = at.count(),
             .limit = after.count(),
             .message = "no batch after " + in_seconds(at.count()) + doing,
             .suggestion = "A cold disk, large files or a heavy model show here first: troupe bench tells which"}};
  };
}

}  // namespace troupe
