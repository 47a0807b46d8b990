#pragma once
#include <troupe/pipeline/running_pipeline.hpp>

#include <functional>
#include <memory>

namespace troupe {

/// Ctrl-C and SIGTERM for a program that opts in: the first one is told to you, so that you can `stop()` the run in
/// order; the second one ends the process at once (exit code 130 or 143; the checkpoint on disk stays valid).
///
///     troupe::interrupt signals;                     // before the pipeline and threads of your own start
///     auto run = described.start();
///     signals.on_signal([&] { run.stop(); });
///     const auto end = run.wait();
///     signals.on_signal({});                         // before `run` goes
///
/// From its making on, SIGINT, SIGTERM and SIGUSR2 are blocked in all threads started later, and waited for in one.
/// With it goes what it did: the handlers that the program had before are there again, and a signal that comes while it
/// goes is theirs. Signals are those of the whole process: there is one interrupt at a time.
class interrupt {
 public:
  /// `told` is called on the signal's own thread. It may call `on_signal`; what it throws is let go of. Throws
  /// std::logic_error where there is another interrupt already.
  explicit interrupt(std::function<void()> told = {});
  ~interrupt();
  interrupt(const interrupt&) = delete;
  interrupt& operator=(const interrupt&) = delete;

  /// What to call from now on: at once, here, where a signal has come already. Whatever was to be called before is not
  /// being called any more when this returns, but where it is what calls this.
  void on_signal(std::function<void()> told);
  /// The signal that came: SIGINT, SIGTERM, or 0.
  int signal() const noexcept;

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace troupe
