// What becomes of rows that come down, filled, bad, unused or lost; batcher.cpp opens batches and hands them down.
#include <troupe/actors/batcher.hpp>

#include <sstream>

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
  for (std::uint32_t i = 0; i < what.items.size(); ++i) {
    const auto row = what.places.row + i;
    if (what.items[i].bad) {
      row_is_bad(*b, row, what.items[i]);
    } else {
      b->fill(row);
    }
    if (run->streams(what.places.pass)) {
      const auto position = what.places.batch * run->settings.batch.size + row;
      run->feed->answered(what.places.pass, position, what.places.attempt, b->out(row));
    }
  }
}

void batcher_state::row_is_bad(open_batch& b, std::uint32_t row, const sample& s) {
  const auto of = run->at(b.pass());
  if (quarantine_.add(*run, of, s)) fail("batcher: " + quarantine_.summary(), true);
  if (of.why == purpose::evaluation || unwanted(b)) {
    b.leave_empty(row);
  } else if (b.attempt(row) == most_attempts) {
    fail("batcher: no readable sample: 16 replacements in a row were bad, the last one " +
             run->path(of.number, s.index) + " (" + to_string(s.bad->reason) + ")",
         true);
    b.leave_empty(row);
  } else {
    again_.push_back(b.retry(row));
  }
}

void batcher_state::came_back(const unused<sample>& what) {
  if (run->feed) learn_end();
  auto* b = open_.find(what.places);
  if (b == nullptr) {
    came_late(what.places);
    return advance();
  }
  if (!unwanted(*b)) fail("batcher: places came back unused although nobody cancelled", false);
  for (std::uint32_t i = 0; i < what.places.rows; ++i) b->leave_empty(what.places.row + i);
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
    fail("batcher: every batch buffer is held by a worker that hangs", false);
    return advance();
  }
  const auto old = b->buffer();
  std::uint32_t out = 0;
  for (std::uint32_t row = 0; row < b->rows(); ++row) {
    if (b->out(row)) ++out;
    if (b->filled(row)) run->memory->copy_row(old, row, std::uint32_t(fresh), row);
  }
  condemned_.add(old, out);
  for (const auto& l : b->move_to(std::uint32_t(fresh), run->chunk_rows())) again_.push_back(l);
  advance();
}

}  // namespace troupe
