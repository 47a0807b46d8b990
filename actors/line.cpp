#include <troupe/actors/line.hpp>

#include <troupe/pipeline/cpu_budget.hpp>

#include <troupe/actors/augmenter.hpp>
#include <troupe/actors/batcher.hpp>
#include <troupe/actors/door.hpp>
#include <troupe/actors/loader.hpp>
#include <troupe/actors/monitor.hpp>
#include <troupe/actors/sink_door.hpp>
#include <troupe/actors/trainer.hpp>
#include <troupe/actors/worker.hpp>

#include <exception>
#include <stdexcept>

namespace troupe {

namespace {

template <class T, class Stage>
gives<T> below(const Stage& above, const std::function<gives<T>(gives<T>)>& between) {
  return between ? between(gives<T>{above}) : gives<T>{above};
}

spawn_worker hire_on(caf::actor_system& system, const std::shared_ptr<run_state>& run, const line_options& options) {
  return [&system, run, detached = options.detached, hired = options.hired](
             const augmenter_actor& head, const takes<sample>& downstream, std::uint32_t n, bool spare) {
    auto made = spare && detached ? worker_actor{system.spawn<caf::detached>(worker, run, head, downstream, n)}
                                  : worker_actor{system.spawn(worker, run, head, downstream, n)};
    if (hired) hired(made);
    return made;
  };
}

// What is wrong with it begins with its name.
own_actor spawn_own(caf::actor_system& system, const own_stage& what, const gives<encoded>& above) {
  if (!what.whole) return system.spawn(handler_actor, above, what.name, what.each);
  own_actor stage;
  try {
    stage = what.whole->spawn(system, above);
  } catch (const std::exception& e) { throw std::runtime_error(what.name + ": " + e.what()); } catch (...) {
    throw std::runtime_error(what.name + ": its function threw something that is no std::exception");
  }
  if (!stage) throw std::runtime_error(what.name + ": its function spawned nothing");
  return stage;
}

// Stages of one's own below the loader, each between two doors. What the next one takes from.
gives<encoded> put_up_stages(caf::actor_system& system, const std::shared_ptr<run_state>& run,
                             const supervisor_actor& supervisor, gives<encoded> above, std::vector<caf::actor>& own) {
  const auto& s = run->settings;
  std::shared_ptr<stage_book> leaves;
  gives<encoded> beyond;
  for (std::size_t n = 0; s.stages_in_line > 0 && n <= s.stages_in_line; ++n) {
    auto enters = n < s.stages_in_line ? std::make_shared<stage_book>(run, n) : nullptr;
    const own_actor between = system.spawn(door, run, supervisor, above, beyond, leaves, enters);
    own.push_back(caf::actor_cast<caf::actor>(between));
    beyond = above = between;
    leaves = enters;
    if (!enters) break;
    above = spawn_own(system, s.stages[n], above);
    own.push_back(caf::actor_cast<caf::actor>(above));
  }
  return above;
}

}  // namespace

line put_up(caf::actor_system& system, const std::shared_ptr<run_state>& run, const supervisor_actor& supervisor,
            const line_options& options) {
  line l;
  const bool detached = options.detached;
  l.loader = system.spawn(loader, run);
  auto above = put_up_stages(system, run, supervisor, below(l.loader, options.below_loader), l.own);
  if (!l.own.empty()) above = below(above, options.below_stages);
  l.augmenter = system.spawn(augmenter, run, above, hire_on(system, run, options));
  l.batcher = system.spawn(batcher, run, below(l.augmenter, options.below_augmenter), supervisor);
  run->memory->on_release([to = l.batcher] { tell(to, buffer_free{}); });
  run->on_news([to = l.batcher] { tell(to, buffer_free{}); });
  const auto batches = below(l.batcher, options.below_batcher);
  if (run->settings.trained) {
    l.consumer = detached ? system.spawn<caf::detached>(trainer, run, batches, supervisor)
                          : system.spawn(trainer, run, batches, supervisor);
  } else if (run->settings.sink) {
    l.consumer = system.spawn(sink_door, run, batches, supervisor);
  } else {
    l.outlet = system.spawn(outlet, run, batches, supervisor, options.queue);
    l.consumer = l.outlet;
  }
  if (options.watched) l.monitor = put_up_monitor(system, run, supervisor, detached);
  return l;
}

monitor_actor put_up_monitor(caf::actor_system& system, const std::shared_ptr<run_state>& run,
                             const supervisor_actor& supervisor, bool detached) {
  return detached ? system.spawn<caf::detached>(monitor, run, supervisor) : system.spawn(monitor, run, supervisor);
}

void warn_of_oversubscription(run_state& run) {
  const auto wanted = run.settings.workers;
  if (wanted > cpu_budget()) {
    run.raise({.name = "oversubscription",
               .stage = "supervisor",
               .value = double(wanted),
               .limit = double(cpu_budget()),
               .message = std::to_string(wanted) + " workers share " + std::to_string(cpu_budget()) + " processors",
               .suggestion = "More workers than processors rarely gain anything: leave budget.cpus and budget.workers "
                             "(--cpus, --workers) out"});
  }
  if (run.settings.trained && wanted > 1 && !openmp_waits_passively()) {
    const auto threads = run.settings.trainer_threads;
    run.raise({.name = "oversubscription",
               .severity = severity::info,
               .stage = "trainer",
               .message = threads > 1 ? "OpenMP's waiting threads spin, and LibTorch was given " +
                                            std::to_string(threads) + " of them"
                                      : "OpenMP's waiting threads would spin, so LibTorch gets one thread",
               .suggestion = "Set OMP_WAIT_POLICY=PASSIVE before the program starts"});
  }
}

}  // namespace troupe
