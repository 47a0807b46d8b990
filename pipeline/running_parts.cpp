#include <troupe/pipeline/running_parts.hpp>

#include <troupe/actors/supervisor.hpp>
#include <troupe/pipeline/countdown.hpp>
#include <troupe/pipeline/longest_wait.hpp>

#include <algorithm>
#include <future>
#include <iostream>
#include <stdexcept>
#include <thread>
#include <utility>

namespace troupe {

namespace {

constexpr std::chrono::seconds silence{10};

// The listeners cannot be told: one of them may be what hangs.
void say_monitor_is_lost(run_state& run) {
  if (run.ending) return;
  const alert lost{
      .name = "monitor_lost",
      .severity = severity::error,
      .stage = "monitor",
      .message = "the monitor no longer looks",
      .suggestion = "A listener of its alerts, a rule of your own or the disk of output.directory (--out) hangs",
      .action = "the run goes on without alerts"};
  std::cerr << "troupe: " << lost << '\n';
  run.raise(lost);
}

}  // namespace

running_pipeline::parts::parts(run_settings settings, std::shared_ptr<file_layer> files)
    : run(std::make_shared<run_state>(std::move(settings), std::move(files), std::chrono::steady_clock::now)) {
  next_epoch = run->settings.start.epoch;
  // One thread more than workers and actors of one's own: control actors always have one, also when all of those hang;
  // and one for batch transforms.
  configure(config,
            run->settings.workers + int(run->settings.own_actors()) + 1 + (run->settings.finishers > 0 ? 1 : 0));
  system = std::make_unique<caf::actor_system>(config);
  line_options options;
  options.queue = queue;
  options.started = [this](const line& l) {
    std::lock_guard lock(mutex_);
    stages = l;
    started_ = true;
    changed_.notify_all();
  };
  options.published = [this](outcome o) {
    std::lock_guard lock(mutex_);
    over_ = std::move(o);
    changed_.notify_all();
  };
  supervisor = system->spawn<caf::detached>(troupe::supervisor, run, std::move(options));
  let_go_of_system();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return started_ || over_; });
  last_resort_.emplace([looks = run] { return looks->monitor_looks.load(); },
                       std::max<watchdog::duration>(silence, 20 * run->settings.monitor.interval),
                       [lost = run] { say_monitor_is_lost(*lost); });
}

running_pipeline::parts::~parts() {
  stages = {};
  supervisor = nullptr;
  if (run->settings.own_files) run->files->stop();
  run->read_ahead.clear();
  run->large_scratch.clear();
  run->clear_feeds();
  for (auto& seat : run->seats) seat.leave();
  system.reset();
}

namespace {

// Whether what `wait` waits for, so long at a time, comes within a while.
template <class Wait>
bool comes_within(std::chrono::milliseconds all, const Wait& wait) {
  for (countdown left(all);;) {
    if (wait(left.next())) return true;
    if (left.over()) return false;
  }
}

}  // namespace

// A join has no deadline of its own: it is done by a thread that may be left behind. Should whoever hangs come back,
// that thread takes apart what is left.
void running_pipeline::parts::end(std::unique_ptr<parts> what) {
  const auto limit = what->run->settings.shutdown_deadline;
  what->stop();
  // The supervisor keeps the deadline; twice that, where it is itself held up.
  const auto over = [&](std::chrono::milliseconds d) { return what->wait_for(d); };
  if (!comes_within(2 * limit, over) || what->wait().how == ending::wedged) {
    (void)what.release();  // NOLINT: leaked on purpose, a stage may still be in it
    return;
  }
  std::promise<void> taken_apart;
  auto done = taken_apart.get_future();
  std::thread last([what = std::move(what), all = std::move(taken_apart)]() mutable {
    what.reset();
    all.set_value();
  });
  const auto apart = [&](std::chrono::milliseconds d) { return done.wait_for(d) == std::future_status::ready; };
  comes_within(limit, apart) ? last.join() : last.detach();
}

const outcome& running_pipeline::parts::wait() {
  std::unique_lock lock(mutex_);
  if (!over_ && run->listener_thread.load() == std::this_thread::get_id())
    throw std::logic_error(
        "wait: a listener is called on the thread that the run ends with, so it cannot wait for that end; return from "
        "it first, or give it an executor");
  changed_.wait(lock, [this] { return over_.has_value(); });
  return *over_;
}

bool running_pipeline::parts::wait_for(std::chrono::milliseconds duration) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::min(duration, longest_wait), [this] { return over_.has_value(); });
}

void running_pipeline::parts::stop() { tell(supervisor, stop_run{}); }

}  // namespace troupe
