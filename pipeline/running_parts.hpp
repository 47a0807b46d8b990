#pragma once
#include <troupe/actors/line.hpp>
#include <troupe/observe/watchdog.hpp>
#include <troupe/pipeline/run_state.hpp>
#include <troupe/pipeline/running_pipeline.hpp>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

namespace troupe {

/// What a running pipeline owns, in the order in which it must come and go.
struct running_pipeline::parts {
  parts(run_settings settings, std::shared_ptr<file_layer> files);
  ~parts();
  parts(const parts&) = delete;
  parts& operator=(const parts&) = delete;

  /// Stops the run and takes everything apart, all within a deadline. What a thread still hangs in is left behind.
  static void end(std::unique_ptr<parts> what);

  const outcome& wait();
  bool wait_for(std::chrono::milliseconds duration);
  void stop();

  std::shared_ptr<run_state> run;
  std::shared_ptr<outlet_queue> queue = std::make_shared<outlet_queue>();
  caf::actor_system_config config;
  std::unique_ptr<caf::actor_system> system;
  supervisor_actor supervisor;
  line stages;
  std::uint64_t next_epoch = 0;
  bool looping = false;  // an epoch's loop is open

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool started_ = false;
  std::optional<outcome> over_;
  std::optional<watchdog> last_resort_;
};

}  // namespace troupe
