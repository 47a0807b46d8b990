#pragma once
#include <troupe/observe/verdict.hpp>
#include <troupe/pipeline/batch.hpp>
#include <troupe/pipeline/cursor.hpp>
#include <troupe/pipeline/memory_plan.hpp>
#include <troupe/pipeline/outcome.hpp>
#include <troupe/pipeline/progress.hpp>
#include <troupe/pipeline/tuning_state.hpp>

#include <chrono>
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>

namespace troupe {

struct run_settings;
class file_layer;

/// A pipeline that runs. Move-only. Every member may be called from any thread, `epoch()` from one at a time.
///
///     while (!run.wait_for(1s)) std::cout << run.progress() << '\n';
///     std::cout << run.wait() << '\n';
///
/// Its destructor stops the run (no new positions, the trainer finishes its step) and waits for it: the supervisor
/// keeps the shutdown deadline, and joining threads has another one; it never completes the run. A run whose stage does
/// not let go is left behind: its thread and memory leak, on purpose.
class running_pipeline {
 public:
  class epoch_range;
  struct parts;  ///< what it is made of, in <troupe/pipeline/running_parts.hpp>

  running_pipeline(running_pipeline&&) noexcept;
  running_pipeline& operator=(running_pipeline&&) noexcept;
  ~running_pipeline();

  /// Waits for the end; the outcome says how it went. Never returns where there is no end: batches that no trainer,
  /// sink or loop takes, or epochs without a last one (`load_options::epochs` 0) that nobody stops. Throws nowhere but
  /// in a listener, which the end waits for: std::logic_error.
  outcome wait();
  /// Waits for a while. True: the run is over.
  bool wait_for(std::chrono::milliseconds duration);
  /// Asks the run to end in order: open work drains, the trainer finishes its step, a checkpoint is written. Returns at
  /// once; may be called twice.
  void stop();
  /// Where it is now.
  troupe::progress progress() const;
  /// The batch behind the one that was delivered last, for `pipeline::seek`. The batch in a loop's hands counts as
  /// delivered.
  troupe::cursor cursor() const;
  /// What the monitor sees now; and who limits, since the start.
  troupe::snapshot snapshot() const;
  verdict limiting() const;
  /// What was tuned so far, and to where.
  tuning_report tuning() const;
  /// What the line may hold.
  const memory_plan& memory() const noexcept;
  /// What became of every position so far.
  troupe::dispositions dispositions() const;

  /// The batches of the next epoch, for a run without a trainer. Leaving the loop early skips the rest of that epoch
  /// and gives every place back; the next call is the next epoch. Throws std::logic_error where there is a trainer;
  /// `++` throws run_failed where the run fails. An empty range: the run is over.
  epoch_range epoch();

 private:
  friend class pipeline;
  running_pipeline(run_settings settings, std::shared_ptr<file_layer> files);
  std::unique_ptr<parts> parts_;
};

/// One epoch of batches, to be walked once.
class running_pipeline::epoch_range {
 public:
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = batch;
    using difference_type = std::ptrdiff_t;
    using pointer = const batch*;
    using reference = const batch&;

    /// The batch is lent until ++; a copy of it keeps its memory.
    const batch& operator*() const noexcept { return range_->now_; }
    const batch* operator->() const noexcept { return &range_->now_; }
    iterator& operator++() {
      range_->advance();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(const iterator& other) const noexcept { return at_end() == other.at_end(); }
    bool operator!=(const iterator& other) const noexcept { return !(*this == other); }

   private:
    friend class epoch_range;
    explicit iterator(epoch_range* range) noexcept : range_(range) {}
    bool at_end() const noexcept { return range_ == nullptr || range_->over_; }
    epoch_range* range_ = nullptr;
  };

  ~epoch_range();
  epoch_range(epoch_range&&) = delete;
  epoch_range& operator=(epoch_range&&) = delete;

  iterator begin();
  iterator end() noexcept { return iterator(nullptr); }
  /// The number of batches in this epoch, counted from its first; 0 where the run was over before it. Where it has
  /// failed, `begin()` says why.
  std::uint64_t batches() const noexcept { return of_.batches; }

 private:
  friend class running_pipeline;
  epoch_range(parts& run, const pass& of) : run_(&run), of_(of) {}
  void advance();

  parts* run_ = nullptr;
  pass of_;
  batch now_;
  bool begun_ = false, over_ = false;
};

}  // namespace troupe
