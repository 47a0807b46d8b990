#include <troupe/actors/stage_book.hpp>

#include <algorithm>
#include <utility>

namespace troupe {

namespace {

bool same_issue(const lease& a, const lease& b) noexcept {
  return a.pass == b.pass && a.batch == b.batch && a.buffer == b.buffer && a.attempt == b.attempt &&
         a.generation == b.generation;
}

}  // namespace

stage_book::stage_book(std::shared_ptr<run_state> run, std::size_t stage)
    : run_(std::move(run)), stage_(stage), since_(run_->now()) {}

void stage_book::demanded(const demand<encoded>& d) {
  for (const auto& places : d.places) counters::add(own().demanded, places.rows);
}

// Places that never entered come back from above.
void stage_book::came_back(const lease& places) {
  counters::add(own().answered, places.rows);
  std::vector<entry> unfilled;
  std::lock_guard lock(mutex_);
  take_out(places, unfilled);
  note(run_->now());
}

bool stage_book::holds(const lease& places) {
  std::lock_guard lock(mutex_);
  return rows_of(places, [](const auto&, std::uint32_t) { return true; }) > 0;
}

// Those of a lease that are held, with an item that is `such`.
template <class Such>
std::uint32_t stage_book::rows_of(const lease& wanted, Such such) const {
  std::uint32_t found = 0;
  for (const auto& h : held_) {
    if (!same_issue(h.places, wanted)) continue;
    const auto from = std::max(h.places.row, wanted.row);
    const auto to = std::min(h.places.row + h.places.rows, wanted.row + wanted.rows);
    for (auto row = from; row < to; ++row) found += such(h.items[row - h.places.row], row - wanted.row);
  }
  return found;
}

// Whoever holds something is busy with the oldest of it.
void stage_book::note(steady_time now) {
  counters::add(busy_ ? own().busy_ns : own().waiting_input_ns, now - std::exchange(since_, now));
  auto& doing = own().workers[0];
  busy_ = !held_.empty();
  if (!busy_) return doing.end();
  const auto& places = held_.front().places;
  if (doing.doing != operation::idle && places == oldest_) return;
  oldest_ = places;
  doing.begin(operation::transforming, places.pass, held_.front().items.front().index, now);
}

void stage_book::entered(const chunk<encoded>& what) {
  held h{what.places, {}};
  for (const auto& item : what.items) {
    auto& kept = h.items.emplace_back(entry{as_received(item), item.index, item.bad != nullptr, item.values});
    for (const auto& c : item.companions) kept.companions.push_back(as_received(c));
  }
  counters::add(own().items_in, what.items.size());
  std::lock_guard lock(mutex_);
  held_.push_back(std::move(h));
  note(run_->now());
}

// A lease may be answered in parts, and parts as a whole.
void stage_book::take_out(const lease& wanted, std::vector<entry>& items) {
  items.resize(wanted.rows);
  std::uint32_t found = 0;
  for (std::size_t i = 0; i < held_.size() && found < wanted.rows;) {
    auto& h = held_[i];
    const auto from = std::max(h.places.row, wanted.row);
    const auto to = std::min(h.places.row + h.places.rows, wanted.row + wanted.rows);
    if (!same_issue(h.places, wanted) || from >= to) {
      ++i;
      continue;
    }
    found += to - from;
    const auto first = h.items.begin() + (from - h.places.row);
    std::copy(first, first + (to - from), items.begin() + (from - wanted.row));
    held after{h.places, {first + (to - from), h.items.end()}};
    after.places.row = to;
    after.places.rows = std::uint32_t(after.items.size());
    h.places.rows = from - h.places.row;
    h.items.resize(h.places.rows);
    if (h.places.rows > 0) ++i;
    const auto at = held_.begin() + std::ptrdiff_t(i);
    if (h.places.rows == 0 && after.places.rows > 0) {
      *at = std::move(after);
    } else if (h.places.rows == 0) {
      held_.erase(at);
    } else if (after.places.rows > 0) {
      held_.insert(at, std::move(after));
    }
  }
}

// Whether it brought what it was to bring. What is wrong begins with its name.
void stage_book::look_at(const entry& before, encoded& now) const {
  if (now.bad && (now.bad->reason == fault::filtered || run_->names_stage(now.bad->detail))) return;
  if (now.bad) {
    now.bad = refused_by(name(), *now.bad);
  } else if (before.room && now.bytes.empty()) {
    now.bad = refused_by(name(), {fault::stage, "it brought no bytes"});
  }
  for (std::size_t c = 0; c < before.companions.size() && !now.bad; ++c) {
    const auto& was = before.companions[c];
    const bool there = c < now.companions.size() && !now.companions[c].bytes.empty();
    if (was.room && !there) now.bad = refused_by(name(), {fault::stage, "it brought no bytes", was.key});
  }
}

bool stage_book::left(chunk<encoded>& what) {
  std::vector<entry> entered;
  {
    std::lock_guard lock(mutex_);
    const auto rows = what.places.rows;
    const auto same = [&](const entry& e, std::uint32_t row) { return what.items[row].index == e.index; };
    if (what.items.size() != rows || rows_of(what.places, same) != rows) return false;
    take_out(what.places, entered);
    note(run_->now());
  }
  std::size_t bytes = 0, bad = 0;
  for (std::size_t i = 0; i < what.items.size(); ++i) {
    auto& item = what.items[i];
    if (!item.values) item.values = entered[i].values;
    if (!entered[i].bad) look_at(entered[i], item);
    if (item.bad) {  // nobody looks at what it brought
      item.bytes = {};
      item.owner.reset();
      item.companions.clear();
    }
    charge(run_, name(), what.places.pass, item, entered[i], entered[i].companions);
    bytes += item.bytes.size();
    bad += item.bad && item.bad->reason != fault::filtered && !entered[i].bad;
  }
  counters::add(own().items_out, what.items.size());
  counters::add(own().bytes_out, bytes);
  counters::add(own().failures, bad);
  counters::add(own().answered, what.places.rows);
  return true;
}

std::vector<lease> stage_book::forfeited() {
  std::vector<lease> all;
  std::deque<held> gone;  // its room goes back outside the lock
  std::lock_guard lock(mutex_);
  gone.swap(held_);
  for (const auto& h : gone) {
    all.push_back(h.places);
    counters::add(own().answered, h.places.rows);
  }
  note(run_->now());
  return all;
}

}  // namespace troupe
