#pragma once
#include <troupe/actors/stage.hpp>
#include <troupe/augment/batch_transform.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace troupe {

/// Changes whole batches: runs the batch transforms over one whose rows are all filled, before it is delivered. The
/// batcher has as many of them as there are workers.
struct finisher_state {
  static inline const char* name = "finisher";

  finisher_state() = default;
  ~finisher_state();
  finisher_state(const finisher_state&) = delete;
  finisher_state& operator=(const finisher_state&) = delete;

  void finish(const finish_batch& what);

  self_of<finisher_actor, finisher_state> self = nullptr;
  std::shared_ptr<run_state> run;
  batcher_actor batcher;
  std::uint32_t number = 0;

 private:
  std::string transform(const lease& rows);  // what is wrong, or nothing

  std::vector<std::byte> memory_;
};

finisher_actor::behavior_type finisher(self_of<finisher_actor, finisher_state> self, std::shared_ptr<run_state> run,
                                       batcher_actor batcher, std::uint32_t number);

}  // namespace troupe
