// How close the line comes to the same kernels in bare threads: photographs to [64, 3, 224, 224], and 28 x 28 pixels.
// Every figure is of whole epochs, start-up of threads and actors included.
#include <troupe/augment/transforms.hpp>
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/pipeline/run_state.hpp>
#include <troupe/sources/fashion_mnist.hpp>
#include <troupe/sources/image_folder.hpp>

#include <cstdio>

#include "bare.hpp"
#include "line.hpp"
#include "rounds.hpp"

using namespace troupe;
using namespace troupe::bench;

namespace {

double bare(const pipeline& described, std::uint64_t chunk) {
  const auto settings = described.settings();
  ring memory(layout::of_images(settings.training.prepare->shape()), settings.batch.size, settings.memory.buffers);
  std::uint64_t rows = 0;
  all_marks marks(settings.training.data.size());
  const auto s = seconds_of([&] {
    for (std::uint64_t e = 0; e < settings.load.epochs; ++e) {
      const auto of = settings.positions.at(e);
      bare_epoch(settings.training.data, *settings.training.prepare, of, memory, settings.workers, chunk, &marks);
      rows += of.positions;
    }
  });
  return double(rows) / s;
}

void measure(const char* title, const pipeline& described, std::uint64_t chunk, int rounds) {
  std::printf("%s, %d epochs a round, %d rounds\n\n", title, int(described.settings().load.epochs), rounds);
  std::vector<contender> all = {{"bare threads, same kernels", [&] { return bare(described, chunk); }},
                                {"troupe", [&] { return line(described, described.settings().load.epochs); }}};
  interleave(all, rounds);
  print_table(all, "images/s");
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const auto o = parse(argc, argv);
  const auto photos = image_folder(o.photos);
  measure("Photographs, random_resized_crop(224), flip, normalise, batch 64",
          pipeline{}
              .load(photos, {.shuffle = true, .seed = 7, .epochs = o.quick ? 1u : 12u})
              .augment({random_resized_crop(224), random_flip(0.5), imagenet_normalize()})
              .batch({.size = 64})
              .budget({.cpus = o.cpus}),
          1, o.quick ? 3 : 9);
  measure("28 x 28 grey pixels in memory, normalise, batch 256",
          pipeline{}
              .load(fashion_mnist(split::train), {.shuffle = true, .seed = 7, .epochs = o.quick ? 10u : 50u})
              .augment({normalize("fashion")})
              .batch({.size = 256})
              .budget({.cpus = o.cpus}),
          256, o.quick ? 3 : 25);
}
