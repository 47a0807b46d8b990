#include <troupe/actors/monitor.hpp>

#include <troupe/observe/process.hpp>

#include <algorithm>
#include <ctime>

namespace troupe {

namespace {

constexpr double rate_window_s = 2;
constexpr std::uint64_t batches_a_window = 2;  // of tuning
constexpr std::chrono::seconds most_late{1};   // a look; beyond it the process was stopped, or got no processor

double in_seconds(const std::atomic<std::int64_t>& ns) { return 1e-9 * double(ns.load(std::memory_order_relaxed)); }

stage_snapshot read(const std::string& name, const counters& c, std::size_t workers, const run_state& run,
                    steady_time now) {
  stage_snapshot s;
  s.stage = name;
  s.workers = std::uint32_t(workers);
  s.items = c.items_out;
  s.bytes = c.bytes_out;
  s.failures = c.failures;
  const auto answered = c.answered.load();  // before what was demanded: the difference is never negative
  s.open_demand = c.demanded - answered;
  s.busy_s = in_seconds(c.busy_ns);
  s.waiting_input_s = in_seconds(c.waiting_input_ns);
  s.waiting_demand_s = in_seconds(c.waiting_demand_ns);
  for (std::uint32_t n = 0; n < c.workers.size(); ++n) {
    const auto& w = c.workers[n];
    const auto op = w.doing.load(std::memory_order_acquire);
    if (op == operation::idle) continue;
    worker_snapshot view;
    view.worker = n;
    view.op = to_string(op);
    view.index = w.index;
    view.generation = w.generation.load(std::memory_order_relaxed);
    view.since = now.time_since_epoch() - std::chrono::nanoseconds(w.since_ns.load());
    const bool of_a_sample = op == operation::opening || op == operation::reading || op == operation::transforming ||
                             op == operation::pulling;
    if (of_a_sample) view.path = run.path(w.pass, view.index);
    s.working.push_back(std::move(view));
  }
  return s;
}

}  // namespace

snapshot take_snapshot(const run_state& run) {
  const auto now = run.now();
  snapshot s;
  s.at = now - run.started;
  s.knobs = run.tuning.now();
  const auto workers = std::size_t(s.knobs.workers);
  s.stages.push_back(read("loader", run.loader, std::size_t(s.knobs.readers), run, now));
  for (std::size_t n = 0; n < run.own.size(); ++n) {
    const bool pooled = n >= run.settings.stages_in_line;
    const auto& name = run.settings.stages[n].name;
    s.stages.push_back(read(name, run.own[n], pooled ? workers : 1, run, now));
    s.stages.back().pooled = pooled;
  }
  s.stages.push_back(read("augmenter", run.augmenter, workers, run, now));
  s.stages.back().pooled = true;
  for (auto& stage : s.stages) {
    if (stage.pooled) stage.worker_s = 1e-9 * double(run.tuning.worker_time(now - run.started).count());
  }
  s.stages.push_back(read("batcher", run.batcher, 1, run, now));
  s.stages.push_back(read(run.settings.consumer_name(), run.consumer, 1, run, now));
  s.delivered = run.consumer.items_in;
  s.consumer_waits = run.consumer_waits;
  s.ending = run.ending;
  s.buffers = run.memory->buffers();
  const auto elsewhere = run.memory->free_buffers() + run.open_batches.load();
  s.buffers_held = s.buffers > elsewhere ? s.buffers - elsewhere : 0;
  s.resident_bytes = run.resident_bytes;
  s.peak_resident_bytes = run.peak_resident_bytes;
  s.cache_bytes = run.cache.held() + run.marks.held();
  s.accounted_bytes = s.cache_bytes + run.read_ahead.held() + run.window_bytes + run.large_scratch.held() +
                      (s.buffers - run.memory->free_buffers()) * run.memory->buffer_bytes();
  s.bound_bytes = run.settings.memory.bound_bytes();
  s.steps = run.training.step;
  s.monitor_cpu = std::chrono::nanoseconds(run.monitor_cpu_ns.load());
  return s;
}

void monitor_state::measure_rate(const snapshot& s) {
  const auto t = s.at.count();
  if (t - rate_from_s_ < rate_window_s) return;
  run->images_per_s.store(double(s.delivered - rate_from_rows_) / (t - rate_from_s_));
  rate_from_s_ = t;
  rate_from_rows_ = s.delivered;
}

void monitor_state::tune(const snapshot& s) {
  if (!tuner_ || s.ending) return;
  const auto last_ns = run->last_delivery_ns.load(std::memory_order_relaxed);
  const auto pass = run->pass_now.load(std::memory_order_relaxed);
  const auto& pool = *s.find("augmenter");
  const bool moves = tuner_->look({.rows = s.delivered,
                                   .delivered_at = 1e-9 * double(last_ns),
                                   .pass = pass,
                                   .training = &run->data(pass) == &run->settings.training,
                                   .consumer_waited = in_seconds(run->consumer.waiting_input_ns),
                                   .workers_busy = pool.busy_s,
                                   .workers_starved = pool.waiting_input_s,
                                   .reading = s.find("loader")->busy_s});
  if (moves) run->tuning.set(tuner_->now(), run->now() - run->started);
  run->note_tuning(tuner_->take_moves(), *tuner_);
}

void monitor_state::judge() {
  const auto memory = read_process_memory();
  run->resident_bytes.store(memory.resident_bytes);
  run->peak_resident_bytes.store(std::max(run->peak_resident_bytes.load(), memory.resident_bytes));
  auto s = take_snapshot(*run);
  s.allocated_bytes = memory.allocated_bytes;
  leave_out_pauses(s);
  measure_rate(s);
  tune(s);
  for (auto& r : rules_) {
    for (const auto& a : ask(r, s)) {
      run->raise(a);
      const auto* stage = s.find(a.stage);
      if (a.name == "stall" && stage != nullptr && stage->pooled && !a.cleared && a.worker) {
        self->send(supervisor, worker_hangs{*a.worker});
      }
    }
  }
  say_lost_events("the run goes on");
  run->tell_listeners();
}

void monitor_state::say_lost_events(const char* action) {
  const auto [lost, why] = run->events.lost();
  if (lost == 0 || std::exchange(run->lost_events_said, true)) return;
  run->raise({.name = "disk_full",
              .severity = severity::error,
              .stage = name,
              .value = double(lost),
              .message = "events could not be written: " + why,
              .suggestion = "Make room, or give another folder (output.directory, --out)",
              .action = action});
}

// A rule that throws is dropped, and said so: the others go on.
std::vector<alert> monitor_state::ask(rule& r, const snapshot& s) {
  if (!r) return {};
  try {
    return r(s);
  } catch (const std::exception& e) { return drop(r, e.what()); } catch (...) {
    return drop(r, "an exception that is no std::exception");
  }
}

std::vector<alert> monitor_state::drop(rule& r, const std::string& why) {
  r = nullptr;
  return {{.name = "rule_failed", .stage = name, .message = "a rule threw and is no longer asked: " + why}};
}

// What a stopped process did not do counts as no hang: time in which nobody looked is taken off what lasted through it.
void monitor_state::leave_out_pauses(snapshot& s) const {
  for (const auto& p : run->pauses) s.paused += p.end - p.begin;
  for (auto& stage : s.stages) {
    for (auto& w : stage.working) {
      const auto began = s.at - w.since;
      for (const auto& p : run->pauses)
        w.since -= std::max(p.end - std::max(p.begin, began), std::chrono::duration<double>{0});
    }
  }
}

void monitor_state::look(const tick&) {
  const auto now = run->now();
  if (now - next_ > most_late) run->pauses.push_back({next_ - run->started, now - run->started});
  judge();
  run->events.flush();
  run->monitor_looks.fetch_add(1, std::memory_order_relaxed);
  timespec cpu{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
  run->monitor_cpu_ns.store(cpu.tv_sec * std::int64_t{1'000'000'000} + cpu.tv_nsec);
  // A fixed rhythm: a late look does not shift the next ones, and none is made up for.
  const auto interval = run->settings.monitor.interval;
  do next_ += interval;
  while (next_ <= run->now());
  tell_later(self, std::chrono::duration_cast<std::chrono::milliseconds>(next_ - run->now()), tick{});
}

void monitor_state::last_look(const stand_down&) {
  run->peak_resident_bytes.store(std::max(run->peak_resident_bytes.load(), read_process_memory().resident_bytes));
  run->tell_listeners();
  run->events.flush();
  say_lost_events("the run is over, and events.jsonl or quarantine.jsonl is not complete");
  run->tell_listeners();
  run->events.flush();
  self->quit(caf::exit_reason::normal);
}

monitor_actor::behavior_type monitor(self_of<monitor_actor, monitor_state> self, std::shared_ptr<run_state> run,
                                     supervisor_actor supervisor) {
  settle(self, std::move(run));
  auto& state = self->state;
  state.supervisor = std::move(supervisor);
  const auto& o = state.run->settings.monitor;
  const auto ceiling = memory_ceiling_bytes();
  const auto limit = o.memory_limit_bytes > 0 ? o.memory_limit_bytes : ceiling / 20 * 19;
  state.rules_ = {stall(o.stall_after), slow_start(o.slow_start_after), memory_limit(limit),
                  memory_growth({.ceiling_bytes = o.memory_limit_bytes > 0 ? o.memory_limit_bytes : ceiling})};
  for (const auto& r : o.rules) state.rules_.push_back(r);
  const auto& s = state.run->settings;
  if (!(s.knobs.least == s.knobs.most)) {
    auto knobs = s.knobs;
    knobs.start = state.run->tuning.now();  // where a monitor that died has left them
    state.tuner_.emplace(knobs, batches_a_window * s.batch.size);
  }
  state.next_ = state.run->now();
  return {on(self, &monitor_state::look), on(self, &monitor_state::last_look)};
}

}  // namespace troupe
