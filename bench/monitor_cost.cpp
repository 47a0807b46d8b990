// What watching costs: processor time of the monitor's thread at 10 Hz, a second, while the line is at full load.
#include <troupe/augment/transforms.hpp>
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/sources/image_folder.hpp>

#include <cstdio>

#include "rounds.hpp"

using namespace troupe;
using namespace troupe::bench;

int main(int argc, char** argv) {
  const auto o = parse(argc, argv);
  auto run = pipeline{}
                 .load(image_folder(o.photos), {.shuffle = true})
                 .augment({random_resized_crop(224), random_flip(0.5), imagenet_normalize()})
                 .batch({.size = 64})
                 .budget({.cpus = o.cpus})
                 .monitor({.interval = std::chrono::milliseconds(100)})
                 .start();
  const double at_least = o.quick ? 3 : 15;
  for (bool enough = false; !enough;) {
    for (const auto& b : run.epoch()) {
      enough = run.snapshot().at.count() >= at_least && b.rows() > 0;
      if (enough) break;
    }
  }
  const auto s = run.snapshot();
  std::printf("The monitor at 10 Hz beside %d busy workers: %.2f ms of CPU a second (over %.1f s)\n", o.cpus,
              1e3 * s.monitor_cpu.count() / s.at.count(), s.at.count());
}
