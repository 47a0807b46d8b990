#pragma once
#include <troupe/actors/received.hpp>
#include <troupe/pipeline/messages.hpp>
#include <troupe/pipeline/run_state.hpp>

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace troupe {

/// What a stage of one's own in the line holds at the moment, written at the doors above and below it. Its counters
/// follow from that, so the monitor can name it and the sample that it does not let go.
class stage_book {
 public:
  stage_book(std::shared_ptr<run_state> run, std::size_t stage);

  const std::string& name() const noexcept { return run_->settings.stages[stage_].name; }

  void demanded(const demand<encoded>& places);
  void entered(const chunk<encoded>& what);
  /// False: it answers places that it does not hold, or not with the item each that entered. What it made of the others
  /// is charged to the read-ahead. What it was to bring and did not is a bad sample.
  bool left(chunk<encoded>& what);
  void came_back(const lease& places);
  /// Whether it has the items of some of them.
  bool holds(const lease& places);
  void ended() noexcept { own().ended.store(true); }
  /// It is gone: what it held.
  std::vector<lease> forfeited();

 private:
  struct entry : received {
    std::uint64_t index = 0;
    bool bad = false;
    std::shared_ptr<const std::vector<float>> values;
    std::vector<received> companions{};
  };
  struct held {  // NOLINT(bugprone-exception-escape): its vector does not throw when it is moved
    lease places;
    boost::container::small_vector<entry, 1> items;  // a row each
  };
  template <class Such>
  std::uint32_t rows_of(const lease& wanted, Such such) const;
  void take_out(const lease& wanted, std::vector<entry>& items);
  void note(steady_time now);
  void look_at(const entry& before, encoded& now) const;
  counters& own() const noexcept { return run_->own[stage_]; }

  const std::shared_ptr<run_state> run_;
  const std::size_t stage_;
  std::mutex mutex_;
  std::deque<held> held_;  // in the order in which they entered
  lease oldest_;           // of those, when it became that
  bool busy_ = false;
  steady_time since_;
};

}  // namespace troupe
