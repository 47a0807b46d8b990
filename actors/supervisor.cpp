#include <troupe/actors/supervisor.hpp>

#include <troupe/actors/at_work.hpp>
#include <troupe/pipeline/thread_room.hpp>

#include <algorithm>
#include <new>
#include <utility>

namespace troupe {

namespace {
constexpr std::chrono::milliseconds rest_interval{10};
}

void supervisor_state::stop_sources(ending how, const std::string& why, bool bad_data) {
  if (how_ != ending::failed && how != ending::completed) {
    how_ = how;
    reason_ = why;
    bad_data_ = bad_data;
    if (how == ending::failed)
      self->send(stages.consumer, failed<batch>{why});  // before any `end` that follows from it
  }
  if (std::exchange(stopping_, true)) return;
  run->ending.store(true);
  begin_deadline();
  self->send(stages.batcher, cancel<batch>{});
  self->send(stages.consumer, close{});
}

void supervisor_state::begin_deadline() {
  if (left_) return;
  left_.emplace(run->settings.shutdown_deadline);
  tell_later(self, left_->next(), deadline{});
}

void supervisor_state::stop_asked(const stop_run&) {
  if (leaving_ < 0 && !stopping_) stop_sources(ending::stopped, "", false);
}

void supervisor_state::run_failed_because(const run_failure& why) {
  stop_sources(ending::failed, why.reason, why.bad_data);
}

void supervisor_state::worker_hung(const worker_hangs& which) {
  if (leaving_ < 0) self->send(stages.augmenter, replace_worker{which.worker});
}

void supervisor_state::batcher_drained(const drained&) {
  drained_ = true;
  leave_if_done();
}

void supervisor_state::consumer_finished(const finished&) {
  finished_ = true;
  leave_if_done();
}

void supervisor_state::leave_if_done() {
  if (!drained_ || !finished_ || leaving_ >= 0) return;
  run->ending.store(true);
  run->memory->on_release({});
  run->on_news({});
  begin_deadline();
  next_leaves();
}

// Step 4, one stage a call.
void supervisor_state::next_leaves() {
  const auto alive = [](const auto& handle) {
    if (!handle) return false;
    end_urgently(handle);
    return true;
  };
  for (;;) {
    switch (++leaving_) {
      case 0:
        if (alive(stages.loader)) return;
        break;
      case 1:
        for (const auto& s : stages.own) {
          if (alive(s)) return;
        }
        break;
      case 2:
        if (alive(stages.augmenter)) return;
        break;
      case 3:
        if (alive(stages.batcher)) return;
        break;
      case 4:
        if (alive(stages.consumer)) return;
        break;
      case 5:
        if (!all_at_rest(*run)) {
          --leaving_;
          return tell_later(self, rest_interval, look_again{});
        }
        break;
      case 6: {
        post_end(how_);
        if (!stages.monitor && !watch()) break;
        self->send(stages.monitor, stand_down{});
        return;
      }
      default: return end_with(how_);
    }
  }
}

void supervisor_state::went_down(const caf::down_msg& down) {
  const auto was = [&](auto& handle) {
    if (!handle || handle->address() != down.source) return false;
    handle = nullptr;
    return true;
  };
  const bool expected = leaving_ >= 0;
  const auto why = [&](const std::string& stage) {
    const auto crash = run->crash(stage);
    return crash.empty() ? stage + ": it ended without a word" : crash;
  };
  // Whoever stands below a stage that died is told the end of it, so that every place comes back.
  int gone = 0;  // its number in step 4
  if (was(stages.loader)) {
    if (!expected) {
      stop_sources(ending::failed, why("loader"), false);
      if (stages.own.empty()) {
        self->send(takes<encoded>{stages.augmenter}, end<encoded>{});
      } else {
        tell(stages.own.front(), end<encoded>{});
      }
    }
  } else if (const auto own = std::find_if(stages.own.begin(), stages.own.end(), was); own != stages.own.end()) {
    gone = 1;
    const bool is_door = (own - stages.own.begin()) % 2 == 0;
    if (!expected && is_door) {  // of a stage, the door below it says so
      stop_sources(ending::failed, why("door"), false);
      self->send(takes<encoded>{stages.augmenter}, end<encoded>{});
    } else if (expected && leaving_ == gone) {
      --leaving_;  // the next of them, if there is one
      return next_leaves();
    }
  } else if (was(stages.augmenter)) {
    gone = 2;
    run->cancelled = true;  // its workers begin nothing any more
    if (!expected) {
      stop_sources(ending::failed, why("augmenter"), false);
      self->send(takes<sample>{stages.batcher}, end<sample>{});
    }
  } else if (was(stages.batcher)) {
    gone = 3;
    if (!expected) {
      stop_sources(ending::failed, why("batcher"), false);
      batcher_died_ = true;
      self->send(stages.consumer, end<batch>{});
      drained_ = true;
    }
  } else if (was(stages.consumer)) {
    gone = 4;
    if (!expected) {
      stop_sources(ending::failed, why(run->settings.consumer_name()), false);
      finished_ = true;
    }
  } else if (was(stages.monitor)) {
    gone = 6;
    if (!expected) monitor_died(why("monitor"));
  } else {
    return;
  }
  if (expected) {
    if (gone == leaving_) next_leaves();
  } else {
    leave_if_done();
  }
}

// False where no thread is to be had for it.
bool supervisor_state::watch() {
  try {
    if (detached) expect_room_for(1);
    stages.monitor = put_up_monitor(self->system(), run, supervisor_actor{self}, detached);
    self->monitor(stages.monitor);
    return true;
  } catch (...) {
    stages.monitor = nullptr;
    return false;
  }
}

void supervisor_state::monitor_died(const std::string& why) {
  const bool again = monitors_left_-- > 0 && watch();
  try {
    run->raise({.name = "stage_restarted",
                .stage = "monitor",
                .message = why,
                .action = again ? "another one watches" : "the run goes on unwatched"});
  } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch): what ended the monitor ends no run
  }
  if (again) self->send(stages.monitor, tick{});
}

void supervisor_state::looked_again(const look_again&) {
  if (!published_) next_leaves();
}

void supervisor_state::too_late(const deadline&) {
  if (published_) return;
  if (!left_->over()) return tell_later(self, left_->next(), deadline{});
  if (!reason_.empty()) reason_ += "; then it ";
  reason_ +=
      "did not end within " + std::to_string(run->settings.shutdown_deadline.count() / 1000) + " s: " + who_holds(*run);
  leave_behind();
  self->quit(caf::exit_reason::normal);
}

supervisor_actor::behavior_type supervisor(self_of<supervisor_actor, supervisor_state> self,
                                           std::shared_ptr<run_state> run, const line_options& options) {
  settle(self, std::move(run));
  auto& state = self->state;
  state.publish = options.published;
  state.queue = options.queue;
  state.detached = options.detached;
  self->set_down_handler(
      [self](caf::scheduled_actor*, caf::down_msg& down) { guarded(self, [&] { self->state.went_down(down); }); });
  warn_of_oversubscription(*state.run);
  try {
    state.stages = put_up(self->system(), state.run, supervisor_actor{self}, options);
  } catch (const std::exception& e) {
    state.reason_ = std::string("supervisor: the line could not be started: ") + e.what();
    state.end_with(ending::failed);
    return supervisor_actor::behavior_type::make_empty_behavior();
  } catch (...) {
    state.reason_ = "supervisor: the line could not be started: an exception that is no std::exception";
    state.end_with(ending::failed);
    return supervisor_actor::behavior_type::make_empty_behavior();
  }
  self->monitor(state.stages.loader);
  for (const auto& s : state.stages.own) self->monitor(s);
  self->monitor(state.stages.augmenter);
  self->monitor(state.stages.batcher);
  self->monitor(state.stages.consumer);
  if (state.stages.monitor) {
    self->monitor(state.stages.monitor);
    self->send(state.stages.monitor, tick{});
  }
  if (options.started) options.started(state.stages);
  return {on(self, &supervisor_state::batcher_drained),    on(self, &supervisor_state::consumer_finished),
          on(self, &supervisor_state::run_failed_because), on(self, &supervisor_state::stop_asked),
          on(self, &supervisor_state::worker_hung),        on(self, &supervisor_state::too_late),
          on(self, &supervisor_state::looked_again)};
}

}  // namespace troupe
