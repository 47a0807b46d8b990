#include <troupe/actors/sink_door.hpp>

#include <troupe/actors/door.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace troupe {

// It works where it has asked for less than it did at most; it is what everybody waits for where it asks for nothing.
void sink_door_state::note() {
  const auto now = run->now();
  counters::add(wanted_ == most_ ? run->consumer.waiting_input_ns : run->consumer.busy_ns,
                now - std::exchange(since_, now));
  run->consumer_waits.store(wanted_ > 0 && !ended_);
  auto& doing = run->consumer.workers[0];
  const bool holds_up = connected_ && (wanted_ == 0 || ended_) && !finished_;
  if (!holds_up) return doing.end();
  if (doing.doing == operation::idle) doing.begin(operation::consuming, newest_ ? newest_.pass() : 0, 0, now);
}

void sink_door_state::connected(const connect<batch>& to) {
  if (std::exchange(connected_, true)) return;
  consumer_ = to.downstream;
  if (!failure_.empty()) self->send(consumer_, failed<batch>{failure_});
  self->send(upstream, connect<batch>{self});
}

void sink_door_state::demanded(const demand<batch>& more) {
  wanted_ += more.batches;
  note();
  most_ = std::max(most_, wanted_);
  if (!ended_) self->send(upstream, more);
}

void sink_door_state::cancelled(const cancel<batch>&) { self->send(supervisor, stop_run{}); }

void sink_door_state::arrived(chunks<batch>& what) {
  if (closed_ || finished_) return;  // what a run that ends does not deliver any more
  std::uint64_t batches = 0;
  for (const auto& c : what.all) {
    for (const auto& b : c.items) {
      run->accept(b);
      counters::add(run->consumer.items_out, b.rows());
      ++batches;
    }
  }
  self->send(consumer_, std::move(what));
  wanted_ -= std::min(wanted_, batches);
  note();
}

void sink_door_state::upstream_failed(const failed<batch>& why) {
  if (ended_ || finished_ || !failure_.empty()) return;
  failure_ = why.reason;
  if (connected_) self->send(consumer_, why);
}

void sink_door_state::ended(const end<batch>& e) {
  ended_ = true;
  note();
  if (finished_) return self->send(supervisor, finished{});
  self->send(consumer_, e);
  self->send_exit(sink, caf::exit_reason::user_shutdown);  // behind all that it was sent
}

void sink_door_state::sink_left(const caf::down_msg& down) {
  finished_ = true;
  sink = nullptr;
  consumer_ = nullptr;
  note();
  const bool as_told = ended_ && (!down.reason || down.reason == caf::exit_reason::user_shutdown);
  if (!as_told) {
    self->send(supervisor,
               run_failure{run->settings.consumer_name() + ": " + cause_of_death(self->system(), down.reason)});
  }
  if (ended_ || !connected_) self->send(supervisor, finished{});
}

// Nobody sends `end` to a sink that never asked for anything.
void sink_door_state::closed(const close&) {
  closed_ = true;
  if (!connected_ && !finished_) self->send(supervisor, finished{});
}

void sink_door_state::leave() {
  if (sink) end_urgently(sink);
  self->quit(caf::exit_reason::user_shutdown);
}

sink_door_actor::behavior_type sink_door(self_of<sink_door_actor, sink_door_state> self, std::shared_ptr<run_state> run,
                                         gives<batch> upstream, supervisor_actor supervisor) {
  settle(self, std::move(run));
  auto& state = self->state;
  state.upstream = std::move(upstream);
  state.supervisor = std::move(supervisor);
  state.since_ = state.run->now();
  self->set_down_handler(
      [self](caf::scheduled_actor*, caf::down_msg& down) { guarded(self, [&] { self->state.sink_left(down); }); });
  self->set_exit_handler(
      [self](caf::scheduled_actor*, caf::exit_msg&) { guarded(self, [&] { self->state.leave(); }); });
  try {
    state.sink = state.run->settings.sink->whole->spawn(self->system(), sink_door_actor{self});
    if (!state.sink) throw std::runtime_error("its function spawned nothing");
  } catch (const std::exception& e) {
    state.run->note_crash(state.run->settings.consumer_name(), e.what());
    throw;
  } catch (...) {
    state.run->note_crash(state.run->settings.consumer_name(),
                          "its function threw something that is no std::exception");
    throw;
  }
  self->monitor(state.sink);
  return {on(self, &sink_door_state::arrived),
          on(self, &sink_door_state::came_back),
          on(self, &sink_door_state::lost),
          on(self, &sink_door_state::ended),
          on(self, &sink_door_state::upstream_failed),
          on(self, &sink_door_state::closed),
          on(self, &sink_door_state::connected),
          on(self, &sink_door_state::demanded),
          on(self, &sink_door_state::cancelled)};
}

}  // namespace troupe
