#include <troupe/actors/line.hpp>

#include <troupe/actors/augmenter.hpp>
#include <troupe/actors/batcher.hpp>
#include <troupe/actors/loader.hpp>
#include <troupe/actors/monitor.hpp>
#include <troupe/actors/trainer.hpp>
#include <troupe/actors/worker.hpp>

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

}  // namespace

line put_up(caf::actor_system& system, const std::shared_ptr<run_state>& run, const supervisor_actor& supervisor,
            const line_options& options) {
  line l;
  const bool detached = options.detached;
  l.loader = system.spawn(loader, run);
  l.augmenter = system.spawn(augmenter, run, below(l.loader, options.below_loader), hire_on(system, run, options));
  l.batcher = system.spawn(batcher, run, below(l.augmenter, options.below_augmenter), supervisor);
  run->memory->on_release([to = l.batcher] { tell(to, buffer_free{}); });
  const auto batches = below(l.batcher, options.below_batcher);
  if (run->settings.trained) {
    l.consumer = detached ? system.spawn<caf::detached>(trainer, run, batches, supervisor)
                          : system.spawn(trainer, run, batches, supervisor);
  } else {
    l.outlet = system.spawn(outlet, run, batches, supervisor, options.queue);
    l.consumer = l.outlet;
  }
  if (options.watched) {
    l.monitor =
        detached ? system.spawn<caf::detached>(monitor, run, supervisor) : system.spawn(monitor, run, supervisor);
  }
  return l;
}

}  // namespace troupe
