// What is said of a run that is over, and by whom; supervisor.cpp brings it there.
#include <troupe/actors/supervisor.hpp>

#include <mutex>
#include <utility>

namespace troupe {

// What was open died with the batcher, or is held by whoever does not let go: it is skipped.
dispositions supervisor_state::disposed(ending how) const {
  auto d = run->books->read();
  if (batcher_died_ || how == ending::wedged)
    d.skipped_by[std::size_t(skip_reason::stopped)] += d.opened - d.delivered - d.replaced - d.skipped();
  return d;
}

void supervisor_state::post_end(ending how) {
  const auto d = disposed(how);
  run->events.post(
      "end",
      {{"outcome", to_string(how)},
       {"reason", reason_},
       {"dispositions",
        {{"delivered", d.delivered}, {"replaced", d.replaced}, {"skipped", d.skipped()}, {"filtered", d.filtered()}}},
       {"peak_rss_bytes", run->peak_resident_bytes.load()}});
}

void supervisor_state::end_with(ending how) {
  publish_end(how);
  self->quit(caf::exit_reason::normal);
}

void supervisor_state::publish_end(ending how) {
  if (published_) return;
  if (queue && how != ending::completed) {  // no loop waits for a consumer that is gone
    if (how != ending::stopped) queue->fail(reason_);
    queue->clear();
    queue->end();
  }
  outcome o;
  {
    std::lock_guard lock(run->result_mutex);
    o = run->result;
  }
  o.how = how;
  o.reason = reason_;
  o.bad_data = bad_data_;
  o.dispositions = disposed(how);
  o.events_lost = run->events.lost().second;
  o.damaged = run->damaged;
  o.cache = {run->cache.entries(), run->cache.held(), run->served};
  o.digest = run->digest_text();
  o.stateful = run->settings.stateful;
  o.elapsed = run->now() - run->started;
  o.delivering = std::chrono::nanoseconds(run->last_delivery_ns.load());
  o.first_batch = std::chrono::nanoseconds(run->first_delivery_ns.load());
  published_ = true;
  if (publish) publish(std::move(o));
}

void supervisor_state::leave_behind() {
  run->ending.store(true);  // whoever still moves stops where it is, and nobody says that the monitor is lost
  run->cancelled = true;
  for (auto& seat : run->seats) seat.leave();  // whoever hangs keeps no processor from others
  post_end(ending::wedged);
  if (stages.monitor) tell(stages.monitor, stand_down{});
  run->events.mute();  // it may come to that much later, or never: who listens need not be there any more
  publish_end(ending::wedged);
}

supervisor_state::~supervisor_state() {
  if (published_ || !run) return;
  try {
    const auto crash = run->crash(name);
    reason_ = crash.empty() ? "supervisor: it ended without a word" : crash;
    leave_behind();
  } catch (...) {  // there is no memory to say why
    if (published_ || !publish) return;
    outcome o;
    o.how = ending::wedged;
    publish(std::move(o));
  }
}

}  // namespace troupe
