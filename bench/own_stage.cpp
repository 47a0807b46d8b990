// What a stage of one's own costs: the same photographs without one, with a function that changes nothing, and with an
// actor that changes nothing. Whole epochs, start-up included; beside the rate, images for a second of processor time,
// which says the same where a machine has other things to do.
#include <troupe/actors/stage.hpp>
#include <troupe/augment/transforms.hpp>
#include <troupe/sources/fashion_mnist.hpp>
#include <troupe/sources/image_folder.hpp>

#include <sys/resource.h>

#include <cstdio>

#include "line.hpp"
#include "rounds.hpp"

using namespace troupe;
using namespace troupe::bench;

namespace {

struct same_state : own_stage_state {
  static inline const char* name = "same";
  same_state() = default;
};

own_actor::behavior_type same_actor(self_of<own_actor, same_state> self, const gives<encoded>& upstream) {
  return stage_behavior(self, upstream);
}

double processor_s() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto s = [](const timeval& t) { return double(t.tv_sec) + 1e-6 * double(t.tv_usec); };
  return s(used.ru_utime) + s(used.ru_stime);
}

void measure(const char* title, const pipeline& described, std::uint64_t epochs, int rounds) {
  std::printf("%s, %d epochs a round, %d rounds\n\n", title, int(epochs), rounds);
  auto with_function = described, with_actor = described;
  with_function.stage("same", [](encoded item) { return item; });
  with_actor.stage("same", [](caf::actor_system& system, gives<encoded> upstream) {
    return system.spawn(same_actor, std::move(upstream));
  });
  std::vector<contender> all, processor;
  const auto images = double(described.settings().positions.at(0).positions * epochs);
  const std::pair<const char*, const pipeline*> lines[] = {
      {"no stage", &described}, {"a function", &with_function}, {"an actor", &with_actor}};
  for (const auto& [name, p] : lines) {
    processor.push_back({name, {}});
    all.push_back({name, [&, n = all.size(), p = p] {
                     const auto before = processor_s();
                     const auto rate = line(*p, epochs);
                     processor[n].figures.push_back(images / (processor_s() - before));
                     return rate;
                   }});
  }
  interleave(all, rounds);
  for (auto& c : processor) c.figures.erase(c.figures.begin());  // the warm-up
  print_table(all, "images/s");
  std::printf("\n");
  print_table(processor, "images a processor second");
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const auto o = parse(argc, argv);
  const int rounds = o.quick ? 3 : 25;
  const std::uint64_t photo_epochs = 1, pixel_epochs = o.quick ? 10 : 30;
  measure("Photographs, random_resized_crop(224), flip, normalise, batch 64",
          pipeline{}
              .load(image_folder(o.photos), {.shuffle = true, .seed = 7, .epochs = photo_epochs})
              .augment({random_resized_crop(224), random_flip(0.5), imagenet_normalize()})
              .batch({.size = 64})
              .budget({.cpus = o.cpus}),
          photo_epochs, rounds);
  measure("28 x 28 grey pixels in memory, normalise, batch 256",
          pipeline{}
              .load(fashion_mnist(split::train), {.shuffle = true, .seed = 7, .epochs = pixel_epochs})
              .augment({normalize("fashion")})
              .batch({.size = 256})
              .budget({.cpus = o.cpus}),
          pixel_epochs, rounds);
}
