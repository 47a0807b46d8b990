// What becomes of rows that come down, filled, bad, unused or lost; batcher.cpp opens batches and hands them down.
#include <troupe/actors/batcher.hpp>

#include <troupe/actors/at_work.hpp>

#include <set>
#include <sstream>
#include <string>
#include <utility>

namespace troupe {

namespace {
constexpr std::uint32_t most_attempts = 16;
}  // namespace

void batcher_state::arrived(const chunks<sample>& what) {
  for (const auto& c : what.all) came(c);
  advance();
}

void batcher_state::came(const chunk<sample>& what) {
  auto* b = open_.find(what.places);
  if (b == nullptr || what.items.size() != what.places.rows) return came_late(what.places);
  counters::add(run->batcher.items_in, what.items.size());
  const bool looked_at = run->may_filter(what.places.pass);
  for (std::uint32_t i = 0; i < what.items.size(); ++i) {
    const auto row = what.places.row + i;
    const auto& bad = what.items[i].bad;
    if (looked_at) filter_rate_.saw(*run, what.places.pass, bad && bad->reason == fault::filtered);
    if (bad) {
      refuse(*b, row, what.items[i]);
    } else {
      b->fill(row);
    }
    if (b->waits_for_samples()) decide(*b, row, what.items[i]);
    if (auto* feed = run->feed(what.places.pass)) {
      const auto position = what.places.batch * run->settings.batch.size + row;
      feed->answered(what.places.pass, position, what.places.attempt, b->out(row) || b->refused(row));
    }
  }
}

void batcher_state::refuse(open_batch& b, std::uint32_t row, const sample& s) {
  const bool filtered = s.bad->reason == fault::filtered;
  b.refuse(row, filtered);
  if (!filtered && quarantine_.add(*run, run->at(b.pass()), s)) fail("batcher: " + quarantine_.summary(), true);
}

// Of a sample in several views none is made anew before all have come back: nobody else writes there then.
void batcher_state::decide(open_batch& b, std::uint32_t row, const sample& last) {
  const auto of = run->at(b.pass());
  const auto views = std::uint32_t(of.views), first = row / views * views;
  const bool leave = of.why == purpose::evaluation || unwanted(b);
  if (!leave && !b.decidable(first, views)) return;
  if (!leave && b.attempt(row) < most_attempts) {
    for (auto r = first; run->streams(b.pass()) && r < first + views; ++r) {
      if (b.filled(r) && r != row)
        run->feed(b.pass())->asked_again(b.pass(), b.number() * run->settings.batch.size + r);
    }
    const auto all = b.retry(first, views);
    again_.insert(again_.end(), all.begin(), all.end());
    return;
  }
  if (!leave) give_up(b, b.left_out(first, views), last);
  for (auto r = first; r < first + views; ++r) {
    if (!b.refused(r)) continue;
    b.leave_empty(r);
    if (run->streams(b.pass()) && r != row)
      run->feed(b.pass())->left_empty(b.pass(), b.number() * run->settings.batch.size + r);
  }
}

void batcher_state::give_up(const open_batch& b, std::uint32_t left_out, const sample& last) {
  std::string why = "batcher: no readable sample: 16 replacements in a row were bad";
  if (left_out > most_attempts) {
    why = "augmenter: a sample and the 16 that were to take its place were all left out by a filter";
  } else if (left_out > 0) {
    why += " or left out by a filter";
  }
  const bool other_file = last.bad && !last.bad->path.empty();
  why += ", the last one " + (other_file ? last.bad->path : run->path(b.pass(), last.index));
  if (last.bad) why += std::string(" (") + to_string(last.bad->reason) + ": " + last.bad->detail + ")";
  if (left_out > 0) why += "; let more pass, or leave them out of the plan by path, label or size: filter(data, keep)";
  fail(why, true);
}

void batcher_state::came_back(const unused<sample>& what) {
  if (run->streams()) learn_end();
  auto* b = open_.find(what.places);
  if (b == nullptr) {
    came_late(what.places);
    return advance();
  }
  if (!unwanted(*b)) fail("batcher: places came back unused although nobody cancelled", false);
  for (std::uint32_t i = 0; i < what.places.rows; ++i) {
    b->leave_empty(what.places.row + i);
    if (b->waits_for_samples()) decide(*b, what.places.row + i, {});
  }
  advance();
}

// Late is not what lies beyond the end of a stream.
void batcher_state::came_late(const lease& l) {
  const auto of = run->at(l.pass);
  if (!run->streams(l.pass) || of.open_ended || l.batch * of.batch_size + l.row < of.positions)
    counters::add(run->batcher.failures, 1);
  condemned_.came_back(l, *run->memory);
}

// A free buffer; or one more, where none is: waiting could be for a batch that waits for this one.
int batcher_state::another_buffer() {
  auto buffer = run->memory->take();
  if (buffer >= 0 || !run->memory->grow()) return buffer;
  std::ostringstream beyond;
  beyond << "a worker that hangs holds a batch buffer and every other one was in use, so one more was allocated: "
         << readable_bytes{run->memory->buffer_bytes()} << " beyond the printed bound";
  run->raise({.name = "memory_limit", .severity = severity::info, .stage = name, .message = beyond.str()});
  return run->memory->take();
}

// Somebody who hangs may write into this buffer at any time: the batch goes on in another one.
void batcher_state::lost(const abandoned<sample>& what) {
  auto* b = open_.find(what.places);
  if (b == nullptr || closing_) return;  // a run that ends needs no other buffer: `end` empties what is out
  const auto fresh = another_buffer();
  if (fresh < 0) {
    const auto who = who_works(*run, run->settings.monitor.stall_after);
    fail("batcher: every batch buffer is held by a worker that hangs" + (who.empty() ? who : ": " + who) +
             "; look at these files, raise budget.memory_bytes (--memory) for more buffers, or monitor.stall_after "
             "where they are only slow",
         false);
    return advance();
  }
  const auto old = b->buffer();
  std::set<std::uint32_t> out;
  for (std::uint32_t row = 0; row < b->rows(); ++row) {
    if (b->out(row)) out.insert(row);
    if (b->filled(row)) run->memory->copy_row(old, row, std::uint32_t(fresh), row);
  }
  condemned_.add(old, std::move(out));
  for (const auto& l : b->move_to(std::uint32_t(fresh), run->chunk_rows())) again_.push_back(l);
  advance();
}

}  // namespace troupe
