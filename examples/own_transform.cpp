// A transform of your own is a name and a function on the pixels. Its randomness comes from the position of the sample,
// so the batches are the same for any number of workers. Prints:
//   | salt changed 3.0 % of the pixels
//   | the same batches for 1 and 3 workers: yes
#include <troupe/troupe.hpp>

#include <atomic>
#include <cstdio>

int main() {
  std::atomic<long> changed{0}, seen{0};
  const troupe::transform salt("salt", [&](troupe::image& pixels, troupe::generator& random) {
    for (int y = 0; y < pixels.shape.height; ++y) {
      for (int x = 0; x < pixels.shape.width * pixels.shape.channels; ++x) {
        ++seen;
        if (!random.chance(0.03)) continue;
        pixels.row(y)[x] = 255;
        ++changed;
      }
    }
  });

  std::string digests[2];
  for (int i : {0, 1}) {
    auto run = troupe::pipeline{}
                   .load(troupe::fashion_mnist(), {.shuffle = true, .seed = 7, .epochs = 1, .limit = 6'400})
                   .augment({salt, troupe::random_flip(0.5), troupe::normalize("fashion")})
                   .batch({.size = 64})
                   .budget({.cpus = i == 0 ? 1 : 3})
                   .output({.directory = {}, .digest = true})
                   .start();
    for (const troupe::batch& b : run.epoch()) (void)b.images();  // [64, 1, 28, 28] float32
    digests[i] = run.wait().digest;
  }
  std::printf("salt changed %.1f %% of the pixels\n", 100.0 * double(changed) / double(seen));
  std::printf("the same batches for 1 and 3 workers: %s\n", digests[0] == digests[1] ? "yes" : "no");
}
