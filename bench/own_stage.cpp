// What a stage of one's own costs: the same photographs without one, with a function that changes nothing, and with an
// actor that changes nothing. Whole epochs, start-up included.
#include <troupe/actors/stage.hpp>
#include <troupe/augment/transforms.hpp>
#include <troupe/sources/fashion_mnist.hpp>
#include <troupe/sources/image_folder.hpp>

#include <utility>

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

void measure(const char* title, const pipeline& described, std::uint64_t epochs, int rounds) {
  auto with_function = described, with_actor = described;
  with_function.stage("same", [](encoded item) { return item; });
  with_actor.stage("same", [](caf::actor_system& system, gives<encoded> upstream) {
    return system.spawn(same_actor, std::move(upstream));
  });
  compare_lines(title, {{"no stage", described}, {"a function", with_function}, {"an actor", with_actor}}, epochs,
                rounds);
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
