// What mixing whole batches costs: the same photographs without, with MixUp and with CutMix. Whole epochs, start-up
// included.
#include <troupe/augment/mixing.hpp>
#include <troupe/augment/transforms.hpp>
#include <troupe/sources/image_folder.hpp>

#include "line.hpp"
#include "rounds.hpp"

using namespace troupe;
using namespace troupe::bench;

int main(int argc, char** argv) {
  const auto o = parse(argc, argv);
  const std::uint64_t epochs = o.quick ? 1 : 8;
  const auto plain = pipeline{}
                         .load(image_folder(o.photos), {.shuffle = true, .seed = 7, .epochs = epochs})
                         .augment({random_resized_crop(224), random_flip(0.5), imagenet_normalize()})
                         .batch({.size = 64})
                         .budget({.cpus = o.cpus});
  auto with_mixup = plain, with_cutmix = plain;
  with_mixup.batch_map({mixup(0.2)});
  with_cutmix.batch_map({cutmix(1)});
  compare_lines("Photographs, random_resized_crop(224), flip, normalise, batch 64",
                {{"without", plain}, {"mixup(0.2)", with_mixup}, {"cutmix(1)", with_cutmix}}, epochs, o.quick ? 3 : 9);
}
