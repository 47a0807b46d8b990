#include <troupe/actors/batcher.hpp>

#include <troupe/actors/at_work.hpp>
#include <troupe/actors/finisher.hpp>

#include <algorithm>
#include <utility>

namespace troupe {

void batcher_state::connected(const connect<batch>& to) {
  downstream_ = to.downstream;
  if (ended_) self->send(downstream_, end<batch>{});
  if (std::exchange(started_, true)) return;  // cancelled before anybody was there
  self->send(upstream, connect<sample>{self});
  const auto& positions = run->settings.positions;
  const auto& start = run->settings.start;
  const auto first = positions.pass_of_epoch(start.epoch);
  if (const auto passes = positions.passes(); passes && first >= *passes) {
    all_opened_ = true;
  } else {
    begin_pass(first);
    next_batch_ = start.batch;
  }
  advance();
}

void batcher_state::begin_pass(std::uint64_t number) {
  pass_ = run->at(number);
  next_batch_ = 0;
  skip_rest();
}

// What drop_last leaves out.
void batcher_state::skip_rest() {
  const auto dropped = pass_.positions - std::min(pass_.positions, pass_.batches * pass_.batch_size);
  run->books->open(dropped);
  run->books->skip(dropped, skip_reason::drop_last);
}

// Of a stream: what was opened beyond its end has never been.
void batcher_state::learn_end() {
  for (auto& b : open_) {
    if (!run->streams(b.pass())) continue;
    const auto of = run->at(b.pass());
    const auto rows = std::uint32_t(of.rows(b.number()));
    if (rows < b.rows()) run->books->take_back(b.cut(rows));
    if (!of.open_ended && b.number() >= of.batches) b.drop();
  }
  if (!pass_.open_ended) return;
  pass_ = run->at(pass_.number);
  if (!pass_.open_ended && next_batch_ <= pass_.batches) skip_rest();
}

bool batcher_state::next_pass() {
  const auto passes = run->settings.positions.passes();
  if (passes && pass_.number + 1 == *passes) return false;
  if (!passes && pass_.batches == 0 && run->streams()) return false;  // an empty stream, for ever
  begin_pass(pass_.number + 1);
  return true;
}

void batcher_state::open_more() {
  demand<sample> more;
  std::swap(more.places, again_);
  while (!closing_ && !ended_above_ && !all_opened_) {
    if (next_batch_ >= pass_.batches) {
      all_opened_ = !next_pass();
      continue;
    }
    const auto buffer = run->memory->take();
    if (buffer < 0) break;
    const bool transformed = pass_.why == purpose::training && !run->settings.batch_map.empty();
    const auto& opened = open_.add({pass_, next_batch_++, std::uint32_t(buffer), transformed});
    run->books->open(opened.rows());
    for (const auto& l : opened.lend(0, opened.rows(), run->chunk_rows())) more.places.push_back(l);
  }
  more.last = all_opened_ && open_.all_complete() && !last_said_ && more.places.empty();
  last_said_ = last_said_ || more.last;
  if (more.last || !more.places.empty()) self->send(upstream, std::move(more));
}

void batcher_state::ended(const end<sample>&) {
  ended_above_ = true;
  if (run->streams()) learn_end();
  if (!closing_ && !last_said_) fail("batcher: the line above ended before its last demand", false);
  for (auto& b : open_) {
    for (std::uint32_t row = 0; row < b.rows(); ++row) {
      if (b.out(row) || b.refused(row)) b.leave_empty(row);  // abandoned, and the run is over
    }
  }
  advance();
}

void batcher_state::upstream_failed(const failed<sample>& why) { fail(why.reason, false); }

void batcher_state::fail(const std::string& reason, bool bad_data) {
  if (closing_) return;
  self->send(supervisor, run_failure{reason, bad_data});
  if (downstream_) self->send(downstream_, failed<batch>{reason});
  stop_opening();
}

void batcher_state::stop_opening() {
  if (closing_) return;
  closing_ = true;
  again_.clear();
  if (started_ && !ended_above_) self->send(upstream, cancel<sample>{});
}

void batcher_state::demanded(const demand<batch>& more) {
  wanted_ += more.batches;
  advance();
}

// Nobody need have connected: the line above comes to its end all the same.
void batcher_state::cancelled(const cancel<batch>&) {
  stop_opening();
  if (!std::exchange(started_, true)) {
    self->send(upstream, connect<sample>{self});
    self->send(upstream, cancel<sample>{});
  }
  advance();
}

void batcher_state::buffer_freed(const buffer_free&) { advance(); }

void batcher_state::left(const leave& which) {
  wanted_from_ = std::max(wanted_from_, which.pass + 1);
  if (!all_opened_ && !closing_ && pass_.number == which.pass) {
    const auto rest = pass_.open_ended ? 0  // nobody knows
                                       : std::min(pass_.positions, pass_.batches * pass_.batch_size) -
                                             std::min(pass_.positions, next_batch_ * pass_.batch_size);
    run->books->open(rest);
    run->books->skip(rest, skip_reason::left);
    next_batch_ = std::max(next_batch_, pass_.batches);
  }
  advance();
}

void batcher_state::discard(const open_batch& b, skip_reason why) {
  run->books->skip(b.rows(), why);
  run->memory->give_back(b.buffer());
}

bool batcher_state::hand_down(open_batch& b) {
  if (unwanted(b)) {
    discard(b, closing_ ? skip_reason::stopped : b.pass() < wanted_from_ ? skip_reason::left : skip_reason::drop_last);
    return true;
  }
  if (b.count_filled() < b.rows()) b.empty_partial(std::uint32_t(run->at(b.pass()).views));
  const auto filled = b.count_filled();
  if (filled > 0 && wanted_ == 0) return false;
  if (run->streams(b.pass())) {
    const auto of = run->at(b.pass());
    const bool news = pass_.number == b.pass() && pass_.open_ended && !of.open_ended;  // which is on its way here, too
    if (news || !run->feed(b.pass())->decided(of, b.number())) return false;
  }
  std::uint64_t filtered = 0;
  for (std::uint32_t row = 0; row < b.rows(); ++row) filtered += !b.filled(row) && b.filtered(row);
  run->books->skip(filtered, skip_reason::filtered);
  run->books->skip(b.rows() - filled - filtered, skip_reason::unreadable);
  if (filled == 0) {
    run->memory->give_back(b.buffer());
    return true;
  }
  batch::tally origin;
  for (std::uint32_t row = 0; row < b.rows(); ++row) {
    if (!b.filled(row)) continue;
    ++(b.attempt(row) > 0 ? origin.replaced : origin.delivered);
    origin.filtered += b.attempt(row) > 0 && b.filtered(row);
  }
  for (const auto& [from, to] : b.moves()) run->memory->copy_row(b.buffer(), from, b.buffer(), to);  // the one copy
  const bool all_opened = b.pass() < pass_.number || next_batch_ >= pass_.batches;
  const bool last = all_opened && open_.alone_in_pass(b);
  --wanted_;
  counters::add(run->batcher.items_out, filled);
  self->send(downstream_, alone(chunk<batch>{{.pass = b.pass(), .batch = b.number(), .rows = filled},
                                             {batch(run->memory, run->books, b.buffer(), filled, run->at(b.pass()),
                                                    b.number(), last, origin)}}));
  return true;
}

void batcher_state::finish(open_batch& b) {
  b.begin_transforms();
  self->send(finishers_[b.number() % finishers_.size()],
             finish_batch{{.pass = b.pass(), .batch = b.number(), .buffer = b.buffer(), .rows = b.rows()}});
}

void batcher_state::finished(const batch_finished& what) {
  if (auto* b = open_.in_work(what.rows.buffer)) b->end_transforms();
  if (!what.wrong.empty()) {
    fail("batch_map: batch " + std::to_string(what.rows.batch) + " of pass " + std::to_string(what.rows.pass) +
             " could not be transformed: " + what.wrong,
         false);
  }
  advance();
}

void batcher_state::deliver() {
  for (auto& b : open_) {
    if (!b.waits()) continue;
    if (unwanted(b)) {
      b.end_transforms();
    } else {
      finish(b);
    }
  }
  const auto order = run->settings.batch.order;
  for (auto b = open_.next_ready(order); b != open_.end() && hand_down(*b); b = open_.next_ready(order)) open_.erase(b);
  // What nobody wants any more need not wait for its turn.
  for (auto b = open_.begin(); b != open_.end();) {
    b = unwanted(*b) && b->ready() && hand_down(*b) ? open_.erase(b) : b + 1;
  }
}

void batcher_state::advance() {
  if (!started_ || ended_) return;
  if (run->streams()) learn_end();
  deliver();
  open_more();
  run->open_batches.store(std::uint32_t(open_.size()), std::memory_order_relaxed);
  if (ended_above_ && open_.empty()) {
    ended_ = true;
    run->batcher.ended.store(true);
    if (downstream_) self->send(downstream_, end<batch>{});
    self->send(supervisor, drained{});
  }
  const bool only_end_is_missing = last_said_ && open_.empty() && !ended_above_ && !closing_;
  if (!only_end_is_missing || waits_for_end_) return;
  waits_for_end_.emplace(run->settings.shutdown_deadline);
  tell_later(self, waits_for_end_->next(), overdue{});
}

// Every place is back, so the run can do without the `end` that somebody has forgotten.
void batcher_state::waited(const overdue&) {
  if (ended_above_ || closing_) return;
  if (!waits_for_end_->over()) return tell_later(self, waits_for_end_->next(), overdue{});
  fail(first_without_end(*run) +
           ": it did not hand on `end` within the shutdown deadline of its last sample: obligation 4 in "
           "pipeline/messages.hpp",
       false);
  ended({});
}

batcher_actor::behavior_type batcher(self_of<batcher_actor, batcher_state> self, std::shared_ptr<run_state> run,
                                     gives<sample> upstream, supervisor_actor supervisor) {
  settle(self, std::move(run));
  self->state.upstream = std::move(upstream);
  self->state.supervisor = std::move(supervisor);
  const auto finishers = std::uint32_t(self->state.run->settings.finishers);
  for (std::uint32_t n = 0; n < finishers; ++n) {
    self->state.finishers_.push_back(self->spawn(finisher, self->state.run, batcher_actor{self}, n));
  }
  return {on(self, &batcher_state::arrived),      on(self, &batcher_state::connected),
          on(self, &batcher_state::came_back),    on(self, &batcher_state::lost),
          on(self, &batcher_state::ended),        on(self, &batcher_state::upstream_failed),
          on(self, &batcher_state::demanded),     on(self, &batcher_state::cancelled),
          on(self, &batcher_state::buffer_freed), on(self, &batcher_state::left),
          on(self, &batcher_state::finished),     on(self, &batcher_state::waited)};
}

}  // namespace troupe
