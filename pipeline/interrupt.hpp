#pragma once
#include <troupe/pipeline/running_pipeline.hpp>

#include <functional>
#include <memory>

namespace troupe {

/// Ctrl-C and SIGTERM for a program that opts in: the first one is told to you, so that you can `stop()` the run in order;
/// the second one ends the process at once (exit code 130 or 143; the checkpoint on disk stays valid).
///
///     troupe::interrupt on_signal([&] { run.stop(); });      // before any thread of your own is started
///
/// Make it before the pipeline starts: the signals are blocked in all threads from then on, and waited for in one.
class interrupt {
 public:
  /// `told` is called on the signal's own thread.
  explicit interrupt(std::function<void()> told = {});
  ~interrupt();
  interrupt(const interrupt&) = delete;
  interrupt& operator=(const interrupt&) = delete;

  /// What to call from now on.
  void on_signal(std::function<void()> told);
  /// The signal that came: SIGINT, SIGTERM, or 0.
  int signal() const noexcept;

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace troupe
