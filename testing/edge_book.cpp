#include <troupe/testing/edge_book.hpp>

#include <sstream>

namespace troupe::testing {

void edge_book::expect(bool holds, int rule, const char* obligation, const lease& places) {
  if (holds || !breach_.empty()) return;
  std::ostringstream text;
  text << name_ << ": " << obligation << " (pass " << places.pass << ", batch " << places.batch << ", rows "
       << places.row << " + " << places.rows << ", attempt " << places.attempt << ", generation " << places.generation
       << "; " << asked_ << " asked, " << sent_ << " sent)";
  breach_ = text.str();
  rule_ = rule;
}

edge_book::place edge_book::row(const lease& l, std::uint32_t n) {
  return {l.pass, l.batch, l.buffer, l.row + n, l.attempt, l.generation};
}

void edge_book::demanded(const lease& places, bool last) {
  expect(!last_ || cancelled_, 8, "demand after the last", places);
  last_ = last_ || last;
  asked_ += places.rows;
  for (std::uint32_t n = 0; n < places.rows; ++n) {
    auto& where = cancelled_ ? late_ : out_;
    expect(where.insert(row(places, n)).second, 1, "a place was demanded while it was out", places);
  }
}

void edge_book::answered(const lease& places, std::size_t items) {
  expect(items == places.rows, 1, "as many items as places", places);
  for (std::uint32_t n = 0; n < places.rows; ++n) {
    const bool late = lost_.erase(row(places, n)) > 0;
    expect(late || ends_ == 0, 4, "nothing comes after end but what was abandoned", places);
    expect(late || out_.erase(row(places, n)) > 0 || late_.erase(row(places, n)) > 0, 1,
           "no place is answered that was not demanded, or twice", places);
  }
  sent_ += places.rows;
  expect(sent_ <= asked_, 1, "sent <= demanded", places);
}

void edge_book::abandoned(const lease& places) {
  expect(ends_ == 0, 4, "nothing is abandoned after end", places);
  for (std::uint32_t n = 0; n < places.rows; ++n) {
    expect(out_.erase(row(places, n)) > 0, 1, "only what is out is abandoned", places);
    lost_.insert(row(places, n));
  }
}

void edge_book::demanded_batches(std::uint64_t n) { asked_ += n; }

void edge_book::answered_batches(std::uint64_t n) {
  sent_ += n;
  expect(sent_ <= asked_, 1, "sent <= demanded", {});
  expect(ends_ == 0, 4, "nothing comes after end", {});
}

void edge_book::ended() {
  ++ends_;
  expect(ends_ == 1, 4, "one end", {});
  expect(out_.empty(), 4, "end comes after every place was answered or abandoned", {});
}

}  // namespace troupe::testing
