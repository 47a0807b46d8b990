#include <troupe/actors/worker.hpp>

#include <troupe/actors/handlers.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace troupe {

namespace {
constexpr std::chrono::milliseconds short_while{5}, long_while{20};
constexpr std::size_t small_bytes = 4096;  // of pixels
}  // namespace

// However it leaves, it works on nothing any more.
worker_state::~worker_state() {
  if (!run) return;
  run->rests(number);
  run->seats[number].leave();
}

void worker_state::begin(chunks<encoded>& next) {
  std::move(next.all.begin(), next.all.end(), std::back_inserter(ahead_));
  if (!now_ && !turn_asked_) work_off();
}

void worker_state::resume(const room&) { work_off(); }

void worker_state::work_off() {
  auto& seat = run->seats[number];
  do {
    const auto begun = run->now();
    if (!seat.take(begun)) return wait_for_turn(begun);
    if (turn_asked_) idle_since_ += begun - *std::exchange(turn_asked_, std::nullopt);  // that was no lack of work
    if (!now_) take_next(begun);
    if (run->cancelled.load(std::memory_order_relaxed)) {
      give_back();
    } else if (!fill_all(begun)) {
      return seat.let_go(run->now());
    }
    if (!ahead_.empty() && seat.contended()) return wait_for_turn(idle_since_);
  } while (!ahead_.empty());
  seat.let_go(idle_since_);
}

void worker_state::wait_for_turn(steady_time now) {
  if (!turn_asked_) turn_asked_ = now;
  if (untold_ > 0) hand_down();
  run->seats[number].wait(now, [this_worker = worker_actor{self}] { tell(this_worker, room{}); });
}

void worker_state::take_next(steady_time begun) {
  if (untold_ == 0) untold_since_ = begun;
  now_ = std::move(ahead_.front());
  ahead_.pop_front();
  if (pass_.batches == 0 || pass_.number != now_->places.pass) pass_ = run->at(now_->places.pass);
  made_.reserve(now_->items.size());
  const std::chrono::nanoseconds let_work{run->tuning.workers_since_ns.load(std::memory_order_relaxed)};
  const auto since = std::max(idle_since_, std::min<steady_time>(begun, run->started + let_work));
  const auto idle = begun - since;
  const steady_time demanded{
      std::chrono::nanoseconds(run->augmenter.demanded_since_ns.load(std::memory_order_relaxed))};
  const auto without_demand = std::clamp(demanded - since, steady_time::duration{0}, idle);
  counters::add(run->augmenter.waiting_demand_ns, without_demand);
  counters::add(run->augmenter.waiting_input_ns, idle - without_demand);
  if (!run->cancelled.load(std::memory_order_relaxed)) run_handlers(run, number, *now_);
}

bool worker_state::fill_all(steady_time begun) {
  bool all = true;
  while (all && made_.size() < now_->items.size()) all = fill_next(begun);
  run->augmenter.workers[number].end();
  idle_since_ = run->now();
  counters::add(run->augmenter.busy_ns, idle_since_ - begun);
  if (!all) {
    if (untold_ > 0) hand_down();  // it may wait for long
    return false;
  }
  set_aside();
  finished_one();
  return true;
}

// Nobody wants it any more.
void worker_state::give_back() {
  made_.clear();
  borrowed_->give_back();
  counters::add(run->augmenter.answered, now_->places.rows);
  self->send(downstream, unused<sample>{now_->places});
  now_.reset();
  ++untold_;
  hand_down();
}

// Every message wakes somebody: what is filled goes down when that is half of what lay ahead, so that the head has time
// to deal more, though not for little; before this worker rests; and after a long while.
void worker_state::finished_one() {
  ++untold_;
  const auto& known = run->augmenter.workers[number];
  const auto ahead = known.dealt.load(std::memory_order_relaxed) - known.finished.load(std::memory_order_relaxed);
  const auto withheld = idle_since_ - untold_since_;
  if (untold_ == ahead || withheld >= long_while || (withheld >= short_while && 2 * untold_ >= ahead)) hand_down();
}

void worker_state::set_aside() {
  filled_.all.push_back({now_->places, std::move(made_)});
  made_.clear();
  now_.reset();
}

// Counted after it was sent: what the counter leaves out is asked for again if this worker dies. The head is told only
// where it waits for that. It says so and then looks at the counter, here the counter comes first: as all four are
// sequentially consistent, one of the two sees the other.
void worker_state::hand_down() {
  std::uint64_t rows = 0;
  for (const auto& what : filled_.all) rows += what.items.size();
  if (rows > 0) {
    self->send(downstream, std::exchange(filled_, {}));
    counters::add(run->augmenter.answered, rows);
    counters::add(run->augmenter.items_out, rows);
  }
  run->augmenter.workers[number].finished.fetch_add(std::exchange(untold_, 0));
  if (run->head_waits) self->send(head, done{});
}

bool worker_state::fill_next(steady_time begun) {
  const auto& item = now_->items[made_.size()];
  const auto row = std::uint32_t(made_.size());
  auto& doing = run->augmenter.workers[number];
  if (row % 16 == 0 || !item.raw || item.bytes.size() >= small_bytes) {  // others take less than a look at the clock
    doing.begin(operation::transforming, pass_.number, item.index, row == 0 ? begun : run->now(),
                now_->places.generation);
  } else {
    doing.index.store(item.index, std::memory_order_relaxed);
  }
  shared_failure bad = item.bad;
  while (!bad) {  // each of its pictures may need more room than those before it
    allow_scratch();
    bad = rows_->fill(item, pass_, now_->places, row);
    if (rows_->wanted() == 0) break;
    auto roomy = make_room(rows_->wanted());
    if (!roomy) return false;
    bad = *roomy;
  }
  if (borrowed_->bytes() > 0) {
    rows_->trim(own_scratch());
    borrowed_->give_back();
    doing.scratch_bytes.store(0, std::memory_order_relaxed);
  }
  if (bad && bad->reason != fault::filtered) counters::add(run->augmenter.failures, 1);
  made_.push_back({item.index, std::move(bad)});
  return true;
}

void worker_state::allow_scratch() {
  rows_->allow(own_scratch() + borrowed_->bytes());
  run->augmenter.workers[number].scratch_bytes.store(borrowed_->bytes(), std::memory_order_relaxed);
}

// Nothing: it waits. Otherwise what is wrong, or null.
std::optional<shared_failure> worker_state::make_room(std::size_t bytes) {
  const auto own = own_scratch();
  const auto more = bytes - own;
  if (borrowed_->bytes() > 0) borrowed_->give_back();  // who waits holds nothing
  if (more > run->large_scratch.limit()) {
    return std::make_shared<const failure>(
        failure{fault::too_large, "decoding needs " + std::to_string(bytes >> 20) + " MiB of scratch, " +
                                      std::to_string((own + run->large_scratch.limit()) >> 20) +
                                      " MiB are there; raise budget.memory_bytes (--memory)"});
  }
  if (run->large_scratch.try_take(more)) {
    borrowed_->hold(more);
    return shared_failure{};
  }
  // Before the message that lets this worker read it; if the worker has died meanwhile, it goes back with the call.
  run->large_scratch.take(more, [this_worker = worker_actor{self}, granted = borrowed_, more] {
    granted->hold(more);
    tell(this_worker, room{});
  });
  return std::nullopt;
}

worker_actor::behavior_type worker(self_of<worker_actor, worker_state> self, std::shared_ptr<run_state> run,
                                   augmenter_actor head, takes<sample> downstream, std::uint32_t number) {
  settle(self, std::move(run));
  auto& state = self->state;
  state.head = std::move(head);
  state.downstream = std::move(downstream);
  state.number = number;
  state.rows_.emplace(state.run);
  state.borrowed_ = std::make_shared<loan>(state.run->large_scratch);
  state.idle_since_ = state.run->now();
  // Without the head its places are nobody's any more.
  self->template monitor<caf::message_priority::high>(state.head);
  self->set_down_handler(
      [self](caf::scheduled_actor*, caf::down_msg&) { self->quit(caf::exit_reason::user_shutdown); });
  return {on(self, &worker_state::begin), on(self, &worker_state::resume)};
}

}  // namespace troupe
