#include <troupe/actors/augmenter.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace troupe {

namespace {
constexpr double ahead_ns = 2e7;  // of work dealt to one worker: it never waits for the head
constexpr std::uint32_t nobody = ~std::uint32_t{0};
constexpr double least_ahead = 2, largest_ahead = 64;  // chunks: one in hand, one ahead
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
  run->head_waits = upstream_ended_ || somebody_hangs();
  look_who_came_back();
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
