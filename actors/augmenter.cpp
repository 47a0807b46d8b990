#include <troupe/actors/augmenter.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace troupe {

namespace {
constexpr double ahead_ns = 2e7;  // of work dealt to one worker: it never waits for the head
constexpr std::uint32_t nobody = ~std::uint32_t{0};
constexpr double least_ahead = 2, largest_ahead = 64;  // chunks: one in hand, one ahead
constexpr std::size_t restart_budget = 3;
constexpr std::chrono::seconds restart_window{60};
}  // namespace

void augmenter_state::connected(const connect<sample>& to) {
  downstream_ = to.downstream;
  for (std::uint32_t n = 0; n < workers_.size(); ++n) hire(n, false);
  self->send(upstream, connect<encoded>{self});
  end_if_done();
}

void augmenter_state::demanded(const demand<sample>& d) {
  if (run->augmenter.demanded == run->augmenter.answered) {
    run->augmenter.demanded_since_ns.store(run->now().time_since_epoch().count(), std::memory_order_relaxed);
  }
  for (const auto& places : d.places) counters::add(run->augmenter.demanded, places.rows);
  self->send(upstream, demand<encoded>{d.places, d.last});
}

void augmenter_state::cancelled(const cancel<sample>&) {
  run->cancelled = true;
  self->send(upstream, cancel<encoded>{});
  for (const auto& what : waiting_) give_back(what.places);
  waiting_.clear();
  end_if_done();
}

void augmenter_state::arrived(chunks<encoded>& what) {
  for (auto& c : what.all) {
    counters::add(run->augmenter.items_in, c.items.size());
    if (run->cancelled) {
      give_back(c.places);  // there may be nobody left to fill them
    } else {
      waiting_.push_back(std::move(c));
    }
  }
  deal();
}

void augmenter_state::came_back(const unused<encoded>& u) { give_back(u.places); }

void augmenter_state::give_back(const lease& places) {
  counters::add(run->augmenter.answered, places.rows);
  self->send(downstream_, unused<sample>{places});
}

void augmenter_state::lost_above(const abandoned<encoded>& lost) {
  self->send(downstream_, abandoned<sample>{lost.places});
}

void augmenter_state::ended(const end<encoded>&) {
  upstream_ended_ = true;
  run->head_waits = true;
  end_if_done();
}

void augmenter_state::upstream_failed(const failed<encoded>& why) {
  self->send(downstream_, failed<sample>{why.reason});
}

// Chunks of a worker that it has not finished, by its counter: that is exact also when it has died.
std::size_t augmenter_state::unfinished(std::uint32_t n) {
  auto& w = workers_[n];
  for (const auto now = run->augmenter.workers[n].finished.load(); w.finished < now && !w.dealt.empty(); ++w.finished) {
    w.dealt.pop_front();
  }
  return w.dealt.size();
}

std::size_t augmenter_state::most_ahead() const {
  const auto chunk_ns = run->sample_ns() * double(waiting_.front().places.rows);
  return std::size_t(chunk_ns == 0 ? least_ahead : std::clamp(ahead_ns / chunk_ns, least_ahead, largest_ahead));
}

// The worker that has the least, of as many as tuning lets work.
std::uint32_t augmenter_state::next_worker() {
  auto least = most_ahead();
  auto to = nobody;
  auto at_work = run->tuning.workers.load(std::memory_order_relaxed);
  for (std::uint32_t n = 0; n < workers_.size() && at_work > 0; ++n) {
    if (workers_[n].hangs || !workers_[n].handle) continue;
    --at_work;
    if (unfinished(n) >= least) continue;
    least = workers_[n].dealt.size();
    to = n;
  }
  return to;
}

// Says that it waits before it looks for the last time who has room: a worker that has finished meanwhile may not have
// known that it should say so (worker_state::hand_down).
void augmenter_state::deal() {
  run->head_waits = upstream_ended_;
  while (!waiting_.empty()) {
    auto& what = waiting_.front();
    const auto to = next_worker();
    if (to == nobody) {
      if (run->head_waits.exchange(true)) break;
      continue;
    }
    std::size_t bytes = 0;
    const auto& expected = run->expected(what.places.pass);
    const auto charged = [&](const auto& picture) -> std::size_t {
      if (!picture.owner) return 0;
      return picture.to_bring() ? expected.next(run->read_ahead.limit()) : picture.bytes.size();
    };
    for (const auto& item : what.items) {
      bytes += charged(item);
      for (const auto& c : item.companions) bytes += charged(c);
    }
    workers_[to].dealt.push_back({what.places, bytes});
    workers_[to].next.all.push_back(std::move(what));
    waiting_.pop_front();
  }
  for (std::uint32_t n = 0; n < workers_.size(); ++n) {
    auto& w = workers_[n];
    if (w.next.all.empty()) continue;
    counters::add(run->augmenter.workers[n].dealt, w.next.all.size());
    self->send(w.handle, std::exchange(w.next, {}));
  }
}

void augmenter_state::finished(const done&) {
  if (ended_) return;
  deal();
  end_if_done();
}

void augmenter_state::hire(std::uint32_t n, bool spare) {
  auto handle = spawn(augmenter_actor{self}, downstream_, n, spare);
  self->monitor(handle);
  workers_[n].handle = std::move(handle);
  auto& known = run->augmenter.workers[n];
  workers_[n].finished = known.finished;
  known.dealt.store(known.finished);
}

void augmenter_state::replaced(const replace_worker& which) {
  auto& stuck = workers_[which.worker];
  if (stuck.hangs || ended_) return;
  if (unfinished(which.worker) == 0) return;  // it has just come back
  run->seats[which.worker].let_go(run->now());
  if (workers_.size() == run->augmenter.workers.size()) {
    self->send(downstream_, failed<sample>{"augmenter: worker " + std::to_string(which.worker) +
                                           " hangs as well, and there is no spare left; see the stall alerts"});
    return;
  }
  stuck.hangs = true;
  for (const auto& held : stuck.dealt) {
    if (held.bytes > 0) run->read_ahead.widen(held.bytes);  // it may keep them for ever
    counters::add(run->lost_rows, held.places.rows);
    self->send(downstream_, abandoned<sample>{held.places});
  }
  if (const auto scratch = run->augmenter.workers[which.worker].scratch_bytes.load(); scratch > 0) {
    run->large_scratch.widen(scratch);
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
  dead->handle = nullptr;
  if (leaving_) return leave_with_workers();
  const auto n = std::uint32_t(dead - workers_.begin());
  run->rests(n);
  run->seats[n].leave();
  unfinished(n);
  const auto held = std::exchange(dead->dealt, {});
  if (dead->hangs) {  // a spare has its work: its places were abandoned, and nobody writes there any more
    for (const auto& h : held) give_back(h.places);
    return;
  }
  if (ended_) return;
  if (restarts_in_window() >= restart_budget) {
    self->send(downstream_, failed<sample>{"augmenter: a worker died " + std::to_string(restart_budget + 1) +
                                           " times in a minute, the last time of " + run->crash(name)});
  } else {
    restarts_.push_back(run->now());
    run->raise({.name = "stage_restarted",
                .stage = name,
                .worker = n,
                .message = "a worker died of " + run->crash(name),
                .action = "it was started again and its places were asked for once more"});
    hire(n, n >= std::uint32_t(run->settings.workers));
    deal();
  }
  ask_again(held);
}

// The loader has not ended: nobody says `last` while a place is empty, unless it was cancelled.
void augmenter_state::ask_again(const std::deque<held>& places) {
  demand<encoded> again;
  for (const auto& h : places) {
    counters::add(run->lost_rows, h.places.rows);
    if (run->cancelled) {
      give_back(h.places);
    } else {
      again.places.push_back(h.places);
    }
  }
  if (!again.places.empty()) self->send(upstream, std::move(again));
  end_if_done();
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
  for (std::uint32_t n = 0; n < workers_.size(); ++n) {
    if (unfinished(n) > 0 && !workers_[n].hangs) return;
  }
  ended_ = true;
  run->augmenter.ended.store(true);
  self->send(downstream_, end<sample>{});
}

augmenter_actor::behavior_type augmenter(self_of<augmenter_actor, augmenter_state> self, std::shared_ptr<run_state> run,
                                         gives<encoded> upstream, spawn_worker spawn) {
  settle(self, std::move(run));
  auto& state = self->state;
  state.upstream = std::move(upstream);
  state.spawn = std::move(spawn);
  state.workers_.resize(std::size_t(state.run->settings.workers));
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
