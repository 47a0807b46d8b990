#include <troupe/actors/line.hpp>

#include <troupe/actors/augmenter.hpp>
#include <troupe/actors/batcher.hpp>
#include <troupe/actors/loader.hpp>
#include <troupe/actors/monitor.hpp>
#include <troupe/actors/trainer.hpp>
#include <troupe/actors/worker.hpp>

namespace troupe {

line put_up(caf::actor_system& system, const std::shared_ptr<run_state>& run, const supervisor_actor& supervisor,
            const line_options& options) {
  line l;
  const bool detached = options.detached;
  l.loader = system.spawn(loader, run);
  l.augmenter = system.spawn(
      augmenter, run, gives<encoded>{l.loader},
      spawn_worker([&system, run, detached](const augmenter_actor& head, const takes<sample>& downstream,
                                            std::uint32_t n, bool spare) {
        return spare && detached ? worker_actor{system.spawn<caf::detached>(worker, run, head, downstream, n)}
                                 : worker_actor{system.spawn(worker, run, head, downstream, n)};
      }));
  l.batcher = system.spawn(batcher, run, gives<sample>{l.augmenter}, supervisor);
  run->memory->on_release([to = l.batcher] { tell(to, buffer_free{}); });
  if (run->settings.trained) {
    l.consumer = detached ? system.spawn<caf::detached>(trainer, run, gives<batch>{l.batcher}, supervisor)
                          : system.spawn(trainer, run, gives<batch>{l.batcher}, supervisor);
  } else {
    l.outlet = system.spawn(outlet, run, gives<batch>{l.batcher}, supervisor, options.queue);
    l.consumer = l.outlet;
  }
  if (options.watched) {
    l.monitor =
        detached ? system.spawn<caf::detached>(monitor, run, supervisor) : system.spawn(monitor, run, supervisor);
  }
  return l;
}

}  // namespace troupe
