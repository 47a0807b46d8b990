#pragma once
#include <troupe/pipeline/run_state.hpp>

namespace troupe {

/// How many samples pass the filters: says so where fewer than half of the last thousand do (of 64 at least), and once
/// more when it is over.
class filter_rate {
 public:
  /// A sample of a pass was looked at.
  void saw(run_state& run, std::uint64_t pass, bool left_out);

 private:
  void say(run_state& run, std::uint64_t pass, double passes);

  double looked_at_ = 0, left_out_ = 0;  // lately
  bool said_ = false;
};

}  // namespace troupe
