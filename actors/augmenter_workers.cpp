// Whom the head of the pool hires, and what becomes of workers that hang, come back or die; augmenter.cpp deals to
// them.
#include <troupe/actors/augmenter.hpp>

#include <troupe/actors/at_work.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace troupe {

namespace {
constexpr std::size_t restart_budget = 3;
constexpr std::chrono::seconds restart_window{60};
constexpr std::uint32_t most_hung_at_one = 6;  // times at one place, each with twice the patience: 630 s by default
}  // namespace

void augmenter_state::hire(std::uint32_t n, bool spare) {
  if (n == workers_.size()) workers_.emplace_back();
  auto handle = spawn(augmenter_actor{self}, downstream_, n, spare);
  self->monitor(handle);
  workers_[n].handle = std::move(handle);
  auto& known = run->augmenter.workers[n];
  workers_[n].finished = known.finished;
  known.dealt.store(known.finished);
}

// Chunks of a worker that it has not finished, by its counter: that is exact also when it has died.
std::size_t augmenter_state::unfinished(std::uint32_t n) {
  auto& w = workers_[n];
  for (const auto now = run->augmenter.workers[n].finished.load(); w.finished < now && !w.dealt.empty(); ++w.finished) {
    if (w.hangs) {
      run->read_ahead.narrow(w.dealt.front().bytes);
      run->lost_rows.fetch_sub(w.dealt.front().places.rows, std::memory_order_relaxed);  // it counts as done, late
    }
    w.dealt.pop_front();
  }
  if (w.hangs && w.dealt.empty()) works_again(w);
  return w.dealt.size();
}

bool augmenter_state::somebody_hangs() const {
  return std::any_of(workers_.begin(), workers_.end(), [](const worker& w) { return w.hangs; });
}

void augmenter_state::look_who_came_back() {
  for (std::uint32_t n = 0; n < workers_.size(); ++n) {
    if (workers_[n].hangs) unfinished(n);
  }
}

// What others were given in its place fits no more.
void augmenter_state::works_again(worker& w) {
  w.hangs = false;
  run->large_scratch.narrow(std::exchange(w.scratch_bytes, 0));
}

std::uint32_t augmenter_state::times_hung(const activity& doing) {
  auto& at = hung_at_[{doing.pass, doing.index}];
  const auto generation = doing.generation.load();
  if (generation >= at.next) ++at.times, at.next = generation + 1;
  return at.times;
}

void augmenter_state::replaced(const replace_worker& which) {
  auto& stuck = workers_[which.worker];
  if (stuck.hangs || ended_ || unfinished(which.worker) == 0) return;  // it has just come back
  run->seats[which.worker].let_go(run->now());
  const auto at = work_of(*run, which.worker);
  const bool busy = at.doing->doing != operation::idle;
  const auto at_it = busy ? times_hung(*at.doing) : 0;
  look_who_came_back();
  const auto others = std::count_if(workers_.begin(), workers_.end(),
                                    [&](const worker& w) { return &w != &stuck && w.handle && !w.hangs; });
  const bool one_rests = others >= run->settings.workers;
  const auto n = vacancy();
  if (at_it >= most_hung_at_one || (!one_rests && n == run->augmenter.workers.size())) {
    const auto sentence = describe(*run, at.stage, which.worker, *at.doing);
    self->send(downstream_,
               failed<sample>{"augmenter: worker " + std::to_string(which.worker) + " hangs as well, and " +
                              (at_it >= most_hung_at_one ? "so did others at this sample" : "there is no spare left") +
                              ": " + sentence +
                              "; look at this file and at code of your own that may not return, or raise "
                              "monitor.stall_after where it is only slow"});
    return;
  }
  give_up(which.worker);
  if (!one_rests) hire(n, n >= std::uint32_t(run->settings.workers));
  deal();
  end_if_done();
}

// Until it has come back others may hold as much as it does.
void augmenter_state::give_up(std::uint32_t n) {
  auto& stuck = workers_[n];
  stuck.hangs = true;
  for (const auto& held : stuck.dealt) {
    run->read_ahead.widen(held.bytes);
    counters::add(run->lost_rows, held.places.rows);
    self->send(downstream_, abandoned<sample>{held.places});
  }
  stuck.scratch_bytes = run->augmenter.workers[n].scratch_bytes;
  run->large_scratch.widen(stuck.scratch_bytes);
}

// The number of one more worker: that of one that hung and died, or the next; the number of them all where none is
// left.
std::uint32_t augmenter_state::vacancy() const {
  const auto left = std::find_if(workers_.begin(), workers_.end(), [](const worker& w) { return !w.handle; });
  return std::uint32_t(left - workers_.begin());
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
  if (dead->hangs) {  // another has its work: its places were abandoned, and nobody writes there any more
    for (const auto& h : held) {
      run->read_ahead.narrow(h.bytes);
      give_back(h.places);
    }
    return works_again(*dead);  // whoever is hired for it
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

}  // namespace troupe
