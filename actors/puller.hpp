#pragma once
#include <troupe/pipeline/messages.hpp>
#include <troupe/pipeline/run_state.hpp>
#include <troupe/sources/shuffle_window.hpp>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace troupe {

/// Pulls the samples of some leases out of the stream, in order, on a thread of the file layer: one job at a time, so
/// that a stream need not be safe from several threads. Samples that have bytes are charged to the read-ahead budget
/// when they leave the window; those that are paths go to the readers.
class puller : public std::enable_shared_from_this<puller> {
 public:
  puller(std::shared_ptr<run_state> run, loader_actor report_to, std::shared_ptr<std::atomic<bool>> stop);

  /// Begins a job, when the one before is done: its last report says so.
  void pull(std::vector<lease> places);
  /// Goes on, when the room that it waited for is there.
  void go();

 private:
  bool pull_next();  // false: it waits for room
  bool draw(const lease& places, std::uint64_t offset);
  bool pull_one();
  void turn_to(std::uint64_t pass);
  void finish_pass();
  given_sample examined(const pulled& what) const;
  bool charge(given_sample& what);
  void has_room(std::size_t bytes);
  void add(const given_sample& what);
  void set_aside();
  void rest_is_unused();
  void hand_over();
  void give_up();
  void look_ahead();
  bool stopped() const { return stop_->load(std::memory_order_relaxed); }

  std::shared_ptr<run_state> run_;
  loader_actor report_to_;
  std::shared_ptr<std::atomic<bool>> stop_;

  std::map<std::uint64_t, std::unique_ptr<shuffle_window>> windows_;  // by pass: earlier ones give stand-ins alone
  shuffle_window* window_ = nullptr;                                  // of the pass at hand
  std::optional<std::uint64_t> pass_;
  std::vector<lease> places_;
  std::size_t at_ = 0;      // the lease at hand
  std::uint32_t next_ = 0;  // row of that lease
  decltype(chunk<encoded>::items) items_;
  bool reads_ = false;             // some of these items are to be read from files
  std::optional<pulled> in_hand_;  // drawn, and waiting for room
  std::size_t granted_ = 0;
  read_done result_;
};

}  // namespace troupe
