#pragma once
// Stages that break one obligation each, as a person might.
#include <troupe/actors/stage.hpp>

#include <string>
#include <vector>

namespace troupe::test {

struct broken_stage {
  std::string how;  ///< what it does
  int rule = 0;     ///< that it breaks
  spawn_stage spawn;
};

const std::vector<broken_stage>& broken_stages();

}  // namespace troupe::test
