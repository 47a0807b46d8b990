#pragma once
#include "terminal.hpp"

#include <troupe/observe/snapshot.hpp>
#include <troupe/pipeline/interrupt.hpp>
#include <troupe/pipeline/running_pipeline.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

namespace troupe {

/// The most that the line held at once, as the monitor saw it: a rule that says nothing and remembers.
struct held_memory {
  std::shared_ptr<std::atomic<std::uint64_t>> most_bytes = std::make_shared<std::atomic<std::uint64_t>>(0);
  rule watcher() const;
};

/// Ctrl-C while there is no run yet ends the program; while there is one, it is stopped in order, and once more ends
/// the program. Make it before the run, and let go of the run before the run goes.
class orderly_stop {
 public:
  explicit orderly_stop(terminal& out);
  /// Stop this one from now on.
  void guard(running_pipeline& run, const char* what_happens);
  void let_go();
  /// SIGINT, SIGTERM or 0.
  int signal() const noexcept { return signals_.signal(); }

 private:
  terminal& out_;
  interrupt signals_;
};

/// Shows progress, and what is tuned, until the run is over; `each` is called in between.
void watch(running_pipeline& run, terminal& out, const std::function<void()>& each = {});

/// What the shell is told of a run that ended like this; `signal` as orderly_stop has it.
int exit_code_of(const outcome& o, int signal) noexcept;

}  // namespace troupe
