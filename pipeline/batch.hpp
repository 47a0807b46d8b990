#pragma once
#include <troupe/augment/view.hpp>
#include <troupe/pipeline/ledger.hpp>
#include <troupe/pipeline/plan.hpp>
#include <troupe/pipeline/ring.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace troupe {

/// A finished batch on loan: a counted handle. Its memory goes back to the run when the last copy is gone, and the last
/// view of its fields; as long as one is held, nobody writes there, and it may outlive the run. One that was made
/// empty, or moved from, has no rows, and throws std::logic_error where it is asked for anything else.
///
///     for (const troupe::batch& b : run.epoch())   // images [64, 3, 224, 224] float32 RGB, labels [64] int64
///       step(b.images(), b.labels());
class batch {
 public:
  /// How its rows came about.
  struct tally {
    std::uint64_t delivered = 0;  ///< rows that show their own index
    std::uint64_t replaced = 0;   ///< rows that show another one, because theirs could not be read or was left out
    std::uint64_t filtered = 0;   ///< those of `replaced` whose own a filter left out
  };

  batch() = default;
  /// For the batcher. A batch that is never accepted enters the books as stopped when its last handle goes.
  batch(std::shared_ptr<ring> memory, std::shared_ptr<ledger> books, std::uint32_t buffer, std::uint32_t rows,
        const troupe::pass& of, std::uint64_t number, bool last_of_pass, tally rows_by_origin);

  /// `[rows, C, H, W]` float32, normalised; another type, or `[rows, H, W, C]`, where `batch_options` says so.
  view images() const { return field(layout::images); }
  /// `[rows]` int64: the classes; or `[rows, C]` float32: how much of each class, where batches are mixed.
  view labels() const { return field(layout::labels); }
  /// `[rows]` int64: which samples of the data set these are.
  view indices() const { return field(layout::indices); }
  /// Any field of the layout, by its number.
  view field(std::size_t f) const;
  /// Or by its name: `masks`, `boxes`, that of a view. Throws std::invalid_argument naming the fields there are.
  view field(std::string_view name) const { return field(fields().number_of(name)); }
  /// What fields it has.
  const layout& fields() const { return held().memory->fields(); }

  std::uint32_t rows() const noexcept { return lent_ ? lent_->rows : 0; }
  std::uint64_t epoch() const { return held().epoch; }    ///< counted from 0
  std::uint64_t pass() const { return held().pass; }      ///< number of the pass in the run
  std::uint64_t number() const { return held().number; }  ///< in its pass, counted from 0
  bool last() const { return held().last; }               ///< of its pass to be delivered
  purpose why() const { return held().why; }
  const tally& rows_by_origin() const { return held().origin; }
  explicit operator bool() const noexcept { return lent_ != nullptr; }

  /// For consumers: it is delivered, or dropped unseen. Only the first word counts; of an empty one, none.
  void accept() const noexcept;
  void drop(skip_reason why) const noexcept;

 private:
  struct lent {
    std::shared_ptr<ring> memory;
    std::shared_ptr<ledger> books;
    mutable std::atomic<bool> entered{false};
    std::uint32_t buffer = 0, rows = 0;
    std::uint64_t epoch = 0, pass = 0, number = 0;
    bool last = false;
    purpose why = purpose::training;
    tally origin;

    lent() = default;
    lent(const lent&) = delete;
    lent& operator=(const lent&) = delete;
    ~lent();
  };
  const lent& held() const;

  std::shared_ptr<const lent> lent_;
};

}  // namespace troupe
