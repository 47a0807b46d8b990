// Batches in a loop of your own: no trainer, no LibTorch. Leaving the loop early gives every place back, and the next
// epoch is whole. Prints:
//   | epoch 0: 640 images, left early
//   | epoch 1: 60000 images, mean 0.00
//   | balanced: yes, 59360 skipped
#include <troupe/troupe.hpp>

#include <cmath>
#include <cstdio>

int main() {
  auto run = troupe::pipeline{}
                 .load(troupe::fashion_mnist(), {.shuffle = true, .seed = 7, .epochs = 2})
                 .augment({troupe::normalize("fashion")})
                 .batch({.size = 64})
                 .start();

  std::uint64_t images = 0;
  for (const troupe::batch& b : run.epoch()) {  // images [64, 1, 28, 28] float32, labels [64] int64
    images += b.rows();
    if (b.number() == 9) break;
  }
  std::printf("epoch 0: %llu images, left early\n", static_cast<unsigned long long>(images));

  images = 0;
  double sum = 0;
  for (const troupe::batch& b : run.epoch()) {
    const auto pixels = b.images();
    for (std::int64_t i = 0; i < pixels.elements(); ++i) sum += pixels.as<float>()[i];
    images += b.rows();
  }
  std::printf("epoch 1: %llu images, mean %.2f\n", static_cast<unsigned long long>(images),
              std::fabs(sum / (784.0 * double(images))));

  const auto end = run.wait();
  std::printf("balanced: %s, %llu skipped\n", end.dispositions.balanced() ? "yes" : "no",
              static_cast<unsigned long long>(end.dispositions.skipped()));
}
