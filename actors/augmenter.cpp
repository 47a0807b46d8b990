#include <troupe/actors/augmenter.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace troupe {

namespace {
constexpr std::size_t ahead = 5;  // chunks dealt to one worker: it never waits for the head
constexpr std::size_t restart_budget = 3;
constexpr std::chrono::seconds restart_window{60};
}  // namespace

void augmenter_state::connected(const connect<sample>& to) {
  downstream_ = to.downstream;
  self->send(upstream, connect<encoded>{self});
  end_if_done();
}

void augmenter_state::demanded(const demand<sample>& d) {
  if (run->augmenter.demanded == run->augmenter.answered) demanded_since_ = run->now();
  for (const auto& places : d.places) counters::add(run->augmenter.demanded, places.rows);
  self->send(upstream, demand<encoded>{d.places, d.last});
}

void augmenter_state::cancelled(const cancel<sample>&) {
  self->send(upstream, cancel<encoded>{});
  for (auto& what : waiting_) {
    counters::add(run->augmenter.answered, what.places.rows);
    self->send(downstream_, unused<sample>{what.places});
  }
  waiting_.clear();
  end_if_done();
}

void augmenter_state::arrived(chunk<encoded>& what) {
  counters::add(run->augmenter.items_in, what.items.size());
  waiting_.push_back(std::move(what));
  deal();
}

void augmenter_state::came_back(const unused<encoded>& u) {
  counters::add(run->augmenter.answered, u.places.rows);
  self->send(downstream_, unused<sample>{u.places});
}

void augmenter_state::lost_above(const abandoned<encoded>& lost) {
  self->send(downstream_, abandoned<sample>{lost.places});
}

void augmenter_state::ended(const end<encoded>&) {
  upstream_ended_ = true;
  end_if_done();
}

void augmenter_state::upstream_failed(const failed<encoded>& why) {
  self->send(downstream_, failed<sample>{why.reason});
}

void augmenter_state::deal() {
  while (!waiting_.empty()) {
    std::size_t least = ahead;
    std::uint32_t to = 0;
    for (std::uint32_t n = 0; n < workers_.size(); ++n) {
      if (!workers_[n].hangs && workers_[n].dealt.size() < least) {
        least = workers_[n].dealt.size();
        to = n;
      }
    }
    if (least == ahead) return;
    deal_to(to, std::move(waiting_.front()));
    waiting_.pop_front();
  }
}

void augmenter_state::deal_to(std::uint32_t n, chunk<encoded> what) {
  deal_to(n, std::make_shared<const chunk<encoded>>(std::move(what)));
}

void augmenter_state::deal_to(std::uint32_t n, std::shared_ptr<const chunk<encoded>> what) {
  work next{++serial_, std::move(what), demanded_since_};
  workers_[n].dealt.push_back(next);
  self->send(workers_[n].handle, std::move(next));
}

void augmenter_state::finished(done& result) {
  auto& dealt = workers_[result.worker].dealt;
  auto known = std::find_if(dealt.begin(), dealt.end(), [&](const work& w) { return w.serial == result.serial; });
  if (known == dealt.end() || ended_) return;  // from a worker that died, and was dealt again; or too late
  dealt.erase(known);
  counters::add(run->augmenter.answered, result.what.places.rows);
  counters::add(run->augmenter.items_out, result.what.items.size());
  self->send(downstream_, std::move(result.what));
  deal();
  end_if_done();
}

void augmenter_state::hire(std::uint32_t n, bool spare) {
  auto handle = spawn(augmenter_actor{self}, n, spare);
  self->monitor(handle);
  workers_[n].handle = std::move(handle);
}

void augmenter_state::replaced(const replace_worker& which) {
  auto& stuck = workers_[which.worker];
  if (stuck.hangs || ended_) return;
  if (workers_.size() == run->augmenter.workers.size()) {
    self->send(downstream_, failed<sample>{"augmenter: worker " + std::to_string(which.worker) +
                                           " hangs as well, and there is no spare left; see the stall alerts"});
    return;
  }
  stuck.hangs = true;
  for (const auto& w : stuck.dealt) {
    std::size_t bytes = 0;  // that it may keep for ever
    for (const auto& item : w.what->items) bytes += item.owner ? item.bytes.size() : 0;
    if (bytes > 0) run->read_ahead.widen(bytes);
    self->send(downstream_, abandoned<sample>{w.what->places});
  }
  workers_.emplace_back();
  hire(std::uint32_t(workers_.size() - 1), true);
  deal();
}

std::size_t augmenter_state::restarts_in_window() {
  while (!restarts_.empty() && run->now() - restarts_.front() > restart_window) restarts_.pop_front();
  return restarts_.size();
}

void augmenter_state::worker_died(const caf::down_msg& down) {
  auto dead = std::find_if(workers_.begin(), workers_.end(),
                           [&](const worker& w) { return w.handle && w.handle->address() == down.source; });
  if (dead == workers_.end()) return;
  if (leaving_) {
    dead->handle = nullptr;
    return leave_with_workers();
  }
  if (ended_) return;
  const auto n = std::uint32_t(dead - workers_.begin());
  run->augmenter.workers[n].end();
  if (restarts_in_window() >= restart_budget) {
    self->send(downstream_, failed<sample>{"augmenter: a worker died " + std::to_string(restart_budget + 1) +
                                           " times in a minute, the last time of " + run->crash()});
    return;
  }
  restarts_.push_back(run->now());
  run->raise({.name = "stage_restarted",
              .stage = name,
              .worker = n,
              .message = "a worker died of " + run->crash(),
              .action = "it was started again and its samples were dealt to it once more"});
  hire(n, false);
  auto again = std::move(dead->dealt);
  dead->dealt.clear();
  for (auto& w : again) deal_to(n, std::move(w.what));
}

// Nobody leaves before the workers have: one that hangs keeps the pool here, and the supervisor can name it.
void augmenter_state::leave_with_workers() {
  const bool first = !std::exchange(leaving_, true);
  bool gone = true;
  for (const auto& w : workers_) {
    if (first && w.handle) end_urgently(w.handle);
    gone = gone && !w.handle;
  }
  if (gone) self->quit(caf::exit_reason::user_shutdown);
}

void augmenter_state::end_if_done() {
  if (!upstream_ended_ || ended_ || !downstream_ || !waiting_.empty()) return;
  for (const auto& w : workers_) {
    if (!w.dealt.empty() && !w.hangs) return;
  }
  ended_ = true;
  self->send(downstream_, end<sample>{});
}

augmenter_actor::behavior_type augmenter(self_of<augmenter_actor, augmenter_state> self, std::shared_ptr<run_state> run,
                                         gives<encoded> upstream, spawn_worker spawn) {
  settle(self, std::move(run));
  auto& state = self->state;
  state.upstream = std::move(upstream);
  state.spawn = std::move(spawn);
  state.workers_.resize(std::size_t(state.run->settings.workers));
  for (std::uint32_t n = 0; n < state.workers_.size(); ++n) state.hire(n, false);
  self->set_down_handler(
      [self](caf::scheduled_actor*, caf::down_msg& down) { guarded(self, [&] { self->state.worker_died(down); }); });
  self->set_exit_handler(
      [self](caf::scheduled_actor*, caf::exit_msg&) { guarded(self, [&] { self->state.leave_with_workers(); }); });
  return {on(self, &augmenter_state::arrived),         on(self, &augmenter_state::came_back),
          on(self, &augmenter_state::lost_above),      on(self, &augmenter_state::ended),
          on(self, &augmenter_state::upstream_failed), on(self, &augmenter_state::connected),
          on(self, &augmenter_state::demanded),        on(self, &augmenter_state::cancelled),
          on(self, &augmenter_state::finished),        on(self, &augmenter_state::replaced)};
}

}  // namespace troupe
