// Samples out of a coroutine: no index, no length known beforehand. They are shuffled in a window that gives out its
// first sample as soon as it has two. Prints:
//   | epoch 0: 16 batches, 1000 samples, half of them discs: yes
//   | epoch 1: 16 batches, 1000 samples, half of them discs: yes
//   | shuffled in a window of 256; the same order again: yes
#include <troupe/troupe.hpp>

#include <cstdio>

// Discs and squares of growing size on 16 x 16 pixels, the size as noise would have it in this epoch.
troupe::coroutine shapes(std::uint64_t epoch) {
  troupe::generator random({.seed = 5, .epoch = epoch}, 0);
  for (std::int64_t n = 0; n < 1000; ++n) {
    const bool disc = n % 2 == 0;
    const int reach = 2 + int(random.below(6));
    std::vector<std::uint8_t> pixels;  // [16, 16, 1] uint8
    for (int y = -8; y < 8; ++y) {
      for (int x = -8; x < 8; ++x) {
        const bool inside = disc ? x * x + y * y < reach * reach : std::max(std::abs(x), std::abs(y)) < reach;
        pixels.push_back(inside ? 255 : 0);
      }
    }
    co_yield {std::move(pixels), disc ? 0 : 1};
  }
}

int main() {
  const auto source = troupe::generated(
      shapes,
      {.classes = {"disc", "square"}, .shape = troupe::image_shape{16, 16, 1}, .window = 256, .name = "shapes"});
  const auto line = troupe::pipeline{}
                        .load(source, {.shuffle = true, .seed = 7, .epochs = 2})
                        .augment({troupe::random_flip(0.5)})
                        .batch({.size = 64})
                        .output({.digest = true});

  auto run = line.start();
  for (int epoch = 0; epoch < 2; ++epoch) {
    std::uint64_t batches = 0, samples = 0, discs = 0;
    for (const troupe::batch& b : run.epoch()) {  // images [64, 1, 16, 16] float32, labels [64] int64
      ++batches;
      samples += b.rows();
      for (std::uint32_t row = 0; row < b.rows(); ++row) discs += b.labels().as<std::int64_t>()[row] == 0;
    }
    std::printf("epoch %d: %d batches, %d samples, half of them discs: %s\n", epoch, int(batches), int(samples),
                2 * discs == samples ? "yes" : "no");
  }
  const auto end = run.wait();

  auto again = line.start();
  for (int epoch = 0; epoch < 2; ++epoch) {
    for (const troupe::batch& b : again.epoch()) (void)b;
  }
  std::printf("shuffled in a window of %d; the same order again: %s\n", int(end.shuffle->window),
              again.wait().digest == end.digest ? "yes" : "no");
}
