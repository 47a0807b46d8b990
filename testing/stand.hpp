#pragma once
// Where a stage of one's own is put to be checked: a source above it, a consumer below it, and CAF's deterministic
// scheduler, on which a seed chooses every interleaving.
#include <troupe/actors/stage.hpp>
#include <troupe/testing/check_stage.hpp>
#include <troupe/testing/edge_book.hpp>

#include <caf/scheduler/test_coordinator.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace troupe::testing {

/// What happens on the two edges of the stage, written by the actors above and below it.
struct both_edges {
  edge_book above{"above the stage"}, below{"below the stage"};
  takes<encoded> connected;    // the stage, once it has said where it takes from
  std::vector<lease> pending;  // asked of the source and not answered
  std::vector<encoded> kept;   // everything that came down, with what its bytes were
  std::vector<std::uint64_t> sums;
  std::map<std::uint64_t, std::pair<std::weak_ptr<const void>, std::span<const std::uint8_t>>> given;  // by index
  std::map<std::uint64_t, bool> bad;  // by index: the source gave it as a bad sample
  bool last = false, cancelled = false;
  bool gives_back = false;          // places may come back: they did above, or are wanted back, or all is lost
  std::string failure;              // that reached the consumer
  std::optional<std::string> died;  // of the stage
  int rule = 0;                     // broken otherwise than on an edge
  std::string breach;

  void note(int number, const std::string& how) {
    if (rule == 0) rule = number, breach = how;
  }
  void arrived(const chunk<encoded>& what);
  /// What came down is as it was when it came.
  void look_back();
  static std::uint64_t index_of(const lease& places, std::uint32_t row) {
    return (places.batch * 64 + places.row + row) * 16 + places.attempt;
  }
};

/// One stage in one interleaving.
class stand {
 public:
  stand(const spawn_stage& spawn, const check_options& options, std::uint32_t seed);
  ~stand();
  stand(const stand&) = delete;
  stand& operator=(const stand&) = delete;

  std::uint32_t draw(std::uint32_t below) { return std::uint32_t(random_() % below); }
  /// Handles some messages, in an order that the seed chooses; or all there are, virtual time included.
  void turn(std::uint32_t messages);
  void settle();

  void demand_some(std::uint32_t leases);
  void demand_nothing() { tell(stage_, demand<encoded>{}); }
  void say_last();
  void cancel_all();
  /// The source answers one lease, `in_parts` perhaps, and perhaps others before it. Nothing to answer: false.
  bool answer(bool in_parts, bool odd);
  void give_back_all();
  void abandon_one();
  void fail(const std::string& why);
  void end_source();

  both_edges& edges() { return *edges_; }
  /// The number of the rule that is broken so far, and how; 0: none.
  std::pair<int, std::string> breach();
  /// It was told to leave, and did.
  bool leaves();

 private:
  void take_down();
  encoded make(std::uint64_t index, bool odd);
  caf::scheduler::test_coordinator& scheduler();

  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  std::shared_ptr<both_edges> edges_ = std::make_shared<both_edges>();
  const check_options& options_;
  std::mt19937 random_;
  own_actor stage_;
  caf::actor above_, below_;
  std::vector<lease> late_;  // abandoned, to be answered late
  std::uint64_t batch_ = 0;
  std::uint64_t handled_ = 0;
  bool ended_ = false;
};

}  // namespace troupe::testing
