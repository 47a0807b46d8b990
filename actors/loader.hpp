#pragma once
#include <troupe/actors/stage.hpp>

#include <atomic>
#include <deque>
#include <memory>
#include <vector>

namespace troupe {

class puller;

/// Owns the files: turns positions into encoded bytes. Samples that are in memory are handed over at once; files are
/// read by the file layer's threads, so that this actor never waits for a disk.
struct loader_state {
  static inline const char* name = "loader";

  loader_state() = default;

  void connected(const connect<encoded>& to);
  void demanded(const demand<encoded>& places);
  void cancelled(const cancel<encoded>&);
  void was_read(read_done& result);

  self_of<loader_actor, loader_state> self = nullptr;
  std::shared_ptr<run_state> run;

 private:
  chunk<encoded> from_memory(const lease& places);
  int reads_at_once() const;
  void obey_tuning();
  std::vector<lease> next_to_read();
  void read_more();
  void pull_more();
  void give_back(const lease& places);
  void end_if_done();

  takes<encoded> downstream_;
  std::shared_ptr<std::atomic<bool>> stop_ = std::make_shared<std::atomic<bool>>(false);
  std::deque<lease> unread_;
  std::deque<lease> unpulled_;  // of a stream
  std::shared_ptr<puller> puller_;
  bool pulling_ = false;        // one job at a time
  int readers_ = 0;             // as tuning said last
  std::size_t enough_ = 0;      // encoded bytes, the same
  int reading_ = 0;             // jobs at the readers: each has one file open at most
  std::uint64_t rows_out_ = 0;  // demanded and not yet answered
  pass pass_;                   // that was asked for last
  bool last_ = false, ended_ = false;
};

loader_actor::behavior_type loader(self_of<loader_actor, loader_state> self, std::shared_ptr<run_state> run);

}  // namespace troupe
