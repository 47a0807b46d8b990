#include <troupe/actors/puller.hpp>

#include <troupe/actors/read_job.hpp>
#include <troupe/actors/received.hpp>

#include <algorithm>
#include <exception>
#include <iterator>
#include <string>
#include <utility>

namespace troupe {

puller::puller(std::shared_ptr<run_state> run, loader_actor report_to, std::shared_ptr<std::atomic<bool>> stop)
    : run_(std::move(run)), report_to_(std::move(report_to)), stop_(std::move(stop)) {}

void puller::pull(std::vector<lease> places) {
  places_ = std::move(places);
  at_ = 0;
  run_->files->post([job = shared_from_this()] { job->go(); });
}

void puller::go() {
  const auto begun = run_->now();
  bool waits = false;
  std::string wrong;
  try {
    while (!waits && at_ < places_.size() && !stopped()) {
      waits = !pull_next();
      if (!waits && items_.empty() && !run_->well_supplied()) hand_over();
    }
    if (!waits && !stopped()) {
      hand_over();
      look_ahead();
    }
  } catch (const std::exception& e) { wrong = e.what(); } catch (...) {
    wrong = "something that is no std::exception";
  }
  run_->loader.workers[std::size_t(run_->files->slot())].end();
  if (!wrong.empty()) {
    const auto& name = run_->data(pass_.value_or(at_ < places_.size() ? places_[at_].pass : 0)).from->options().name;
    result_.failure = "loader: " + name + " threw at sample " + std::to_string(window_ ? window_->taken() : 0) +
                      " of epoch " + std::to_string(pass_ ? run_->at(*pass_).epoch : 0) + ": " + wrong +
                      "; catch it there and yield another sample, or mend it";
  }
  counters::add(run_->loader.busy_ns, run_->now() - begun);
  if (!waits) give_up();
}

// The job is done, with whatever is left of it.
void puller::give_up() {
  set_aside();
  while (at_ < places_.size()) rest_is_unused();
  in_hand_.reset();
  if (granted_ > 0) run_->read_ahead.give_back(std::exchange(granted_, 0));
  result_.last = true;
  hand_over();
}

// On the thread that gave the room back.
void puller::has_room(std::size_t bytes) {
  granted_ = bytes;
  auto wrong = post_again(*run_, *this);
  if (wrong.empty()) return;
  result_.failure = std::move(wrong);
  give_up();
}

bool puller::pull_next() {
  const auto& places = places_[at_];
  const auto position = places.batch * run_->settings.batch.size + places.row + next_;
  if (auto kept = run_->feed(places.pass)->find(places.pass, position, places.attempt)) {
    add(*kept);  // a worker has lost it
    return true;
  }
  if (!in_hand_ && !draw(places, position / run_->at(places.pass).views)) {
    if (!stopped()) rest_is_unused();
    return true;
  }
  auto what = examined(*in_hand_);
  if (!charge(what)) return false;
  in_hand_.reset();
  run_->feed(places.pass)->keep(places.pass, position, places.attempt, what);
  add(what);
  return true;
}

// Nothing: there is no such sample, or no more is wanted.
bool puller::draw(const lease& places, std::uint64_t offset) {
  if (!pass_ || places.pass > *pass_) turn_to(places.pass);
  if (places.attempt > 0) {
    const auto from = windows_.find(places.pass);
    if (from == windows_.end()) return false;
    auto& window = *from->second;
    in_hand_ = window.stand_in(offset, places.attempt);
    if (&window == window_) run_->feed(places.pass)->pulled(places.pass, window.taken(), window.ended());
    return in_hand_.has_value();
  }
  if (places.pass < *pass_ || offset < window_->given())
    return false;  // the second: an old lease of a row that is done
  while (!stopped()) {
    if (window_->wants()) {
      if (!pull_one() && window_->empty()) break;
      continue;
    }
    if (window_->empty()) break;
    auto next = window_->next();
    if (window_->given() % 64 == 0)
      window_->forget_before(run_->feed(*pass_)->first_open(*pass_).value_or(window_->given() - 1));
    run_->window_bytes.store(window_->bytes(), std::memory_order_relaxed);
    if (window_->given() <= offset) continue;  // before the batch that the run begins with
    in_hand_ = std::move(next);
    return true;
  }
  return false;
}

void puller::turn_to(std::uint64_t pass) {
  finish_pass();
  for (auto w = windows_.begin(); w != windows_.end();) {
    w->second->close();
    w = run_->feed(w->first)->first_open(w->first) ? std::next(w) : windows_.erase(w);
  }
  window_ = nullptr;
  pass_ = pass;
  const auto of = run_->at(pass);
  auto& slot = run_->loader.workers[std::size_t(run_->files->slot())];
  slot.begin(operation::pulling, pass, 0, run_->now());
  const auto& from = *run_->data(pass).from;
  const auto& load = run_->settings.load;
  const bool training = of.why == purpose::training;  // otherwise it is the same each time, and all of it
  windows_[pass] = training ? std::make_unique<shuffle_window>(from, of.seed, of.epoch, load.shuffle,
                                                               load.limit > 0 ? load.limit : ~std::uint64_t{0})
                            : std::make_unique<shuffle_window>(from, of.seed, 0, false);
  window_ = windows_[pass].get();
  const auto& start = run_->settings.start;
  if (training && of.epoch == start.epoch && start.batch > 0) {
    window_->leap(start.batch * of.batch_size / of.views);
    if (window_->ended()) run_->feed(pass)->pulled(pass, window_->taken(), true);
  }
  slot.end();
}

bool puller::pull_one() {
  auto& slot = run_->loader.workers[std::size_t(run_->files->slot())];
  slot.begin(operation::pulling, *pass_, window_->taken(), run_->now());
  const bool there = window_->pull();
  slot.end();
  run_->feed(*pass_)->pulled(*pass_, window_->taken(), window_->ended());
  return there;
}

void puller::finish_pass() {
  if (!window_ || run_->feed(*pass_)->quality(*pass_)) return;
  const auto q = window_->quality();
  run_->feed(*pass_)->note(*pass_, q);
  if (run_->at(*pass_).why == purpose::evaluation) return window_->close();
  run_->events.post("stream", {{"epoch", run_->at(*pass_).epoch},
                               {"samples", q.samples},
                               {"shuffled", run_->settings.load.shuffle},
                               {"window", q.window},
                               {"mean_displacement", q.mean_displacement}});
  window_->close();
  run_->window_bytes.store(0, std::memory_order_relaxed);
  std::lock_guard lock(run_->result_mutex);
  run_->result.shuffle = q;
}

given_sample puller::examined(const pulled& what) const {
  const auto& from = *run_->data(places_[at_].pass).from;
  const auto& o = from.options();
  const auto& y = *what.what;
  given_sample d;
  d.item.index = what.number;
  d.item.label = y.label;
  d.name = y.name;
  d.path = y.path;
  auto wrong = from.wrong(y);
  if (!wrong && y.bytes.size() > run_->read_ahead.limit())
    wrong = {fault::too_large, "it has " + std::to_string(y.bytes.size()) + " bytes, read-ahead holds " +
                                   std::to_string(run_->read_ahead.limit()) +
                                   "; raise load.read_ahead_bytes or budget.memory_bytes (--memory)"};
  if (wrong) {
    d.item.bad = std::make_shared<const failure>(std::move(wrong));
    return d;
  }
  if (o.labels != label_kind::classes) d.item.values = {what.what, &y.values};
  if (!y.path.empty()) return d;
  d.item.bytes = y.bytes;
  d.item.raw = y.raw ? y.raw : o.shape;
  return d;
}

bool puller::charge(given_sample& what) {
  const auto size = what.item.bytes.size();
  if (size == 0) return true;
  if (granted_ == 0 && !run_->read_ahead.try_take(size)) {
    set_aside();
    hand_over();
    run_->read_ahead.take(size, [again = shared_from_this(), size] { again->has_room(size); });
    return false;
  }
  granted_ = size;
  auto owner = std::make_shared<charged>(run_, in_hand_->what);
  owner->size = std::exchange(granted_, 0);
  what.item.owner = std::move(owner);
  counters::add(run_->loader.bytes_out, size);
  return true;
}

void puller::add(const given_sample& what) {
  if (what.item.bad) counters::add(run_->loader.failures, 1);
  reads_ = reads_ || (!what.item.bad && !what.item.owner);
  items_.push_back(what.item);
  if (++next_ < places_[at_].rows) return;
  set_aside();
  next_ = 0;
  ++at_;
}

// What was pulled of the lease at hand.
void puller::set_aside() {
  if (items_.empty()) return;
  auto part = places_[at_];
  part.row += next_ - std::uint32_t(items_.size());
  part.rows = std::uint32_t(items_.size());
  if (std::exchange(reads_, false)) {
    result_.unread.push_back(part);
    items_.clear();
  } else {
    result_.read.all.push_back({part, std::exchange(items_, {})});
  }
}

void puller::rest_is_unused() {
  set_aside();
  auto rest = places_[at_++];
  rest.row += next_;
  rest.rows -= next_;
  next_ = 0;
  result_.unused.push_back(rest);
}

void puller::hand_over() {
  result_.pulled = true;
  if (result_.last || !result_.read.all.empty() || !result_.unread.empty() || !result_.unused.empty())
    tell(report_to_, std::exchange(result_, {}));
}

// Whether there is another sample decides if a batch is the last one: the one who waits for that must not have to ask.
void puller::look_ahead() {
  if (!window_) return;
  const bool training = run_->at(*pass_).why == purpose::training;
  const auto limit = training ? run_->settings.load.limit : 0;
  const bool all = limit > 0 && window_->given() >= limit;
  if (!all && window_->empty() && window_->wants()) pull_one();
  if ((!training || run_->settings.trained) && window_->ended() && window_->taken() == 0)
    result_.failure = "loader: " + run_->data(*pass_).from->options().name + " yielded nothing to " +
                      (training ? "train on; mend it" : "evaluate on; mend it, or leave evaluate() out");
  if (all || window_->spent()) finish_pass();
}

}  // namespace troupe
