// An actor of one's own, checked and put into a line. Prints "checked, 16 rows passed".
#include <troupe/actors/stage.hpp>
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/testing/check_source.hpp>
#include <troupe/testing/check_stage.hpp>

#include <atomic>
#include <iostream>

#include "squares.hpp"

namespace {

std::atomic<int> passed{0};

struct counting_state : troupe::own_stage_state {
  static inline const char* name = "counting";
  counting_state() = default;
  void arrived(troupe::chunks<troupe::encoded>& what) {
    for (const auto& c : what.all) passed += int(c.items.size());
    own_stage_state::arrived(what);
  }
};

troupe::own_actor::behavior_type counting(troupe::self_of<troupe::own_actor, counting_state> self,
                                          troupe::gives<troupe::encoded> upstream) {
  return troupe::stage_behavior(self, std::move(upstream));
}

}  // namespace

int main() {
  const auto spawn = [](caf::actor_system& system, troupe::gives<troupe::encoded> upstream) {
    return system.spawn(counting, std::move(upstream));
  };
  const auto broken = troupe::testing::check_stage(spawn);
  const auto odd = troupe::testing::check_source(squares());
  if (!broken || !odd) {
    std::cout << broken << odd;
    return 1;
  }
  passed = 0;
  auto run = troupe::pipeline{}
                 .load(troupe::dataset(std::make_shared<squares>()), {.epochs = 1})
                 .stage("counting", spawn)
                 .batch({.size = 8})
                 .start();
  for (const troupe::batch& b : run.epoch()) (void)b.images();
  run.wait();
  std::cout << "checked, " << passed << " rows passed\n";
}
