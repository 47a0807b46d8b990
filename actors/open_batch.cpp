#include <troupe/actors/open_batch.hpp>

#include <algorithm>
#include <span>

namespace troupe {

open_batch::open_batch(const troupe::pass& of, std::uint64_t number, std::uint32_t buffer, bool transformed)
    : pass_(of.number),
      number_(number),
      buffer_(buffer),
      missing_(std::uint32_t(of.rows(number))),
      rows_(std::size_t(of.rows(number))),
      then_(transformed ? next::transform : next::deliver) {}

std::vector<std::pair<std::uint32_t, std::uint32_t>> open_batch::moves() const {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> all;
  auto last = rows();
  for (std::uint32_t hole = 0; hole < filled_; ++hole) {
    if (filled(hole)) continue;
    do --last;
    while (!filled(last));
    all.emplace_back(last, hole);
  }
  return all;
}

std::vector<lease> open_batch::lend(std::uint32_t first, std::uint32_t rows, std::uint32_t chunk) const {
  std::vector<lease> out;
  out.reserve((rows + chunk - 1) / chunk);
  for (std::uint32_t row = first; row < first + rows; row += chunk) {
    const auto& r = rows_[row];
    out.push_back({pass_, number_, buffer_, row, std::min(chunk, first + rows - row), r.attempt, r.generation});
  }
  return out;
}

bool open_batch::current(const lease& l) const noexcept {
  if (l.pass != pass_ || l.batch != number_ || l.buffer != buffer_ || l.row + l.rows > rows()) return false;
  return std::all_of(rows_.begin() + l.row, rows_.begin() + l.row + l.rows, [&](const row_state& r) {
    return r.is == state::out && r.generation == l.generation && r.attempt == l.attempt;
  });
}

void open_batch::fill(std::uint32_t row) noexcept {
  rows_[row].is = state::filled;
  ++filled_;
  --missing_;
}

void open_batch::refuse(std::uint32_t row, bool filtered) noexcept {
  auto& r = rows_[row];
  r.is = state::refused;
  r.filtered = filtered;
  if (r.attempt == 0) r.own_filtered = filtered;
  ++refused_;
}

bool open_batch::decidable(std::uint32_t first, std::uint32_t views) const noexcept {
  const auto all = sample(first, views);
  const auto is = [](state what) { return [what](const row_state& r) { return r.is == what; }; };
  return std::none_of(all.begin(), all.end(), is(state::out)) &&
         std::any_of(all.begin(), all.end(), is(state::refused));
}

// What no view could show for another reason than a filter's.
bool open_batch::only_filtered(std::uint32_t first, std::uint32_t views) const noexcept {
  const auto all = sample(first, views);
  return std::all_of(all.begin(), all.end(), [](const row_state& r) { return r.is == state::filled || r.filtered; });
}

std::vector<lease> open_batch::retry(std::uint32_t first, std::uint32_t views) {
  const bool filtered = only_filtered(first, views);
  std::vector<lease> again;
  for (auto row = first; row < first + views; ++row) {
    auto& r = rows_[row];
    if (r.is == state::filled) --filled_, ++missing_;
    if (r.is == state::refused) --refused_;
    if (r.attempt == 0) r.own_filtered = filtered;
    if (filtered) ++r.left_out;
    r.is = state::out;
    r.filtered = false;
    ++r.attempt;
    again.push_back(lend(row, 1, 1).front());
  }
  return again;
}

void open_batch::leave_empty(std::uint32_t row) noexcept {
  if (rows_[row].is == state::refused) --refused_;
  rows_[row].is = state::empty;
  --missing_;
}

std::uint32_t open_batch::cut(std::uint32_t rows) noexcept {
  const auto beyond = this->rows() - rows;
  for (auto row = rows; row < this->rows(); ++row) {
    if (rows_[row].is == state::refused) --refused_;
    if (rows_[row].is == state::refused || rows_[row].is == state::out) --missing_;
  }
  rows_.resize(rows);
  return beyond;
}

void open_batch::empty_partial(std::uint32_t views) noexcept {
  for (std::uint32_t first = 0; first + views <= rows(); first += views) {
    const auto of_sample = std::span(rows_).subspan(first, views);
    const auto filled =
        std::count_if(of_sample.begin(), of_sample.end(), [](const row_state& r) { return r.is == state::filled; });
    if (std::uint32_t(filled) == views) continue;
    const bool filtered = only_filtered(first, views);
    for (row_state& r : of_sample) {
      r.is = state::empty;
      r.filtered = r.own_filtered = filtered;  // it may be asked again
    }
    filled_ -= std::uint32_t(filled);
  }
}

std::vector<lease> open_batch::move_to(std::uint32_t buffer, std::uint32_t chunk) {
  buffer_ = buffer;
  std::vector<lease> out;
  for (std::uint32_t row = 0; row < rows();) {
    if (rows_[row].is != state::out) {
      ++row;
      continue;
    }
    auto last = row;
    while (last < rows() && rows_[last].is == state::out && rows_[last].attempt == rows_[row].attempt &&
           last - row < chunk) {
      ++last;
    }
    // One number for the whole lease, newer than any of its rows had.
    std::uint32_t generation = 0;
    for (auto r = row; r < last; ++r) generation = std::max(generation, rows_[r].generation + 1);
    for (auto r = row; r < last; ++r) rows_[r].generation = generation;
    out.push_back(lend(row, last - row, last - row).front());
    row = last;
  }
  return out;
}

}  // namespace troupe
