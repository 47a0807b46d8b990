#pragma once
#include <stdexcept>

namespace troupe {

/// What `troupe` says to the shell; 128 + the signal's number where it was stopped by one (130, 143).
enum exit_code : int {
  exit_done = 0,
  exit_failed = 2,  ///< the run failed, the data are no data, or stdout cannot be written
  exit_wedged = 3,  ///< a stage did not let go in time
  exit_usage = 64,  ///< the command line is wrong
};

/// The command line is wrong: one sentence that says how, with the nearest right word where there is one.
class usage_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace troupe
