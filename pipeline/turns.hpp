#pragma once
#include <troupe/pipeline/counters.hpp>

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace troupe {

/// Processors that workers take in turns, so that those of several runs are never at work more than `at_once` together.
/// Of those who wait the next is one of the run that has used least, counted from when it came: who was away earns
/// nothing by it (start-time fair queueing: Goyal, Vin, Cheng, SIGCOMM 1996). Nobody waits on a thread. While nobody
/// waits, a turn costs one atomic operation when it is taken and one when it ends.
class turns {
 public:
  explicit turns(int at_once) noexcept : at_once_(at_once), free_(at_once) {}

  int at_once() const noexcept { return at_once_; }
  /// At work now.
  int taken() const noexcept { return at_once_ - free_.load(); }

  /// Processor time that the workers of one run have used.
  using account = std::atomic<std::int64_t>;

  /// A worker's place in line. Its worker takes and waits; anybody may let go for it.
  class seat {
   public:
    /// Of no turns: it is always its turn.
    seat(std::shared_ptr<turns> of, account& used) noexcept : of_(std::move(of)), used_(&used) {}
    ~seat() { leave(); }
    seat(const seat&) = delete;
    seat& operator=(const seat&) = delete;

    /// True: it is its turn, or was already.
    bool take(steady_time now);
    /// Calls `ready` when it is (again: who was at work lets go), on the thread of whoever lets go, or here and now.
    void wait(steady_time now, std::function<void()> ready);
    /// Somebody waits: a good moment to let go.
    bool contended() const noexcept { return of_ && of_->waiting_.load(std::memory_order_relaxed) > 0; }
    /// Its turn is over, where it was.
    void let_go(steady_time now);
    /// The same, and it waits no more.
    void leave();

   private:
    friend class turns;
    enum class state : std::uint8_t { away, waiting, at_work };
    std::shared_ptr<turns> of_;
    account* used_ = nullptr;
    std::atomic<state> is_{state::away};
    std::atomic<std::int64_t> since_ns_{0};
    std::function<void()> ready_;
  };

 private:
  bool try_take() noexcept;
  void give_back(steady_time now);
  void serve(steady_time now);

  const int at_once_;
  std::atomic<int> free_, waiting_{0};
  std::mutex mutex_;
  std::deque<seat*> line_;
  std::atomic<std::int64_t> served_ns_{0};  // what the run had used that came next last
};

}  // namespace troupe
