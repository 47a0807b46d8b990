#pragma once
#include <troupe/pipeline/lease.hpp>
#include <troupe/pipeline/plan.hpp>

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace troupe {

/// A batch on its way: which rows are finished, which are out on lease, which will stay empty. Knows rows and numbers
/// only; memory is the ring's, messages are the batcher's.
class open_batch {
 public:
  /// `transformed`: batch transforms are to be run over it when its rows are there.
  open_batch(const pass& of, std::uint64_t number, std::uint32_t buffer, bool transformed = false);

  std::uint64_t pass() const noexcept { return pass_; }
  std::uint64_t number() const noexcept { return number_; }
  std::uint32_t buffer() const noexcept { return buffer_; }
  std::uint32_t rows() const noexcept { return std::uint32_t(rows_.size()); }
  /// Every row is filled or stays empty.
  bool complete() const noexcept { return missing_ == 0; }
  /// It waits for its transforms; they are being run over it; neither.
  bool waits() const noexcept { return then_ == next::transform && complete(); }
  bool in_work() const noexcept { return then_ == next::wait; }
  bool ready() const noexcept { return then_ == next::deliver && complete(); }
  /// Its transforms begin; they are done, or not wanted any more.
  void begin_transforms() noexcept { then_ = next::wait; }
  void end_transforms() noexcept { then_ = next::deliver; }

  /// Leases over `first` … `first + rows - 1` in chunks of at most `chunk` rows.
  std::vector<lease> lend(std::uint32_t first, std::uint32_t rows, std::uint32_t chunk) const;
  /// True where a lease is of the newest issue of all its rows.
  bool current(const lease& l) const noexcept;

  /// A row is finished.
  void fill(std::uint32_t row) noexcept;
  /// A row came back without its sample, which is bad, or was `filtered`.
  void refuse(std::uint32_t row, bool filtered) noexcept;
  /// Whether rows wait for what becomes of their sample; and those of this one, `views` rows from `first` on: none is
  /// out any more and one was refused.
  bool waits_for_samples() const noexcept { return refused_ > 0; }
  bool decidable(std::uint32_t first, std::uint32_t views) const noexcept;
  /// All rows of this sample are to show another one: the leases that ask for it, one a row.
  std::vector<lease> retry(std::uint32_t first, std::uint32_t views);
  /// A row stays empty: an evaluation's bad sample, or the run is being stopped.
  void leave_empty(std::uint32_t row) noexcept;

  /// The stream ended within it, or before it: fewer rows than that are none of its own. How many that are; they are
  /// out, and never come back filled.
  std::uint32_t cut(std::uint32_t rows) noexcept;
  /// It is not to be delivered.
  void drop() noexcept { dropped_ = true; }
  bool dropped() const noexcept { return dropped_; }

  /// Where `views` rows in a row show one sample and one of them stayed empty, all of them do.
  void empty_partial(std::uint32_t views) noexcept;

  /// The batch goes on in another buffer: returns the leases of all rows that were out, newly issued. Finished rows are
  /// the caller's to copy.
  std::vector<lease> move_to(std::uint32_t buffer, std::uint32_t chunk);

  bool filled(std::uint32_t row) const noexcept { return rows_[row].is == state::filled; }
  bool out(std::uint32_t row) const noexcept { return rows_[row].is == state::out; }
  bool refused(std::uint32_t row) const noexcept { return rows_[row].is == state::refused; }
  std::uint32_t attempt(std::uint32_t row) const noexcept { return rows_[row].attempt; }
  /// Whether a filter left out the sample that stands here by the plan.
  bool filtered(std::uint32_t row) const noexcept { return rows_[row].own_filtered; }
  /// How many samples filters have left out for these views of one.
  std::uint32_t left_out(std::uint32_t first, std::uint32_t views) const noexcept {
    return rows_[first].left_out + (only_filtered(first, views) ? 1 : 0);
  }
  std::uint32_t count_filled() const noexcept { return filled_; }
  /// Pairs of rows, from and to, that close the holes: the last rows move into them. Afterwards the first
  /// `count_filled()` rows are the filled ones.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> moves() const;

 private:
  enum class state : std::uint8_t { out, filled, refused, empty };
  enum class next : std::uint8_t { transform, wait, deliver };
  struct row_state {
    state is = state::out;
    bool filtered = false, own_filtered = false;  // what it shows now; what it showed first
    std::uint8_t left_out = 0;
    std::uint32_t attempt = 0, generation = 0;
  };
  std::span<const row_state> sample(std::uint32_t first, std::uint32_t views) const noexcept {
    return std::span(rows_).subspan(first, views);
  }
  bool only_filtered(std::uint32_t first, std::uint32_t views) const noexcept;

  std::uint64_t pass_ = 0, number_ = 0;
  std::uint32_t buffer_ = 0, missing_ = 0, filled_ = 0, refused_ = 0;
  std::vector<row_state> rows_;
  next then_ = next::deliver;
  bool dropped_ = false;
};

}  // namespace troupe
