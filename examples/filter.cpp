// Samples are left out by their pixels: another one takes the place, drawn from the position, so the batches are the
// same for any number of workers. What path, label or size can tell is left out of the plan instead, at no cost.
// Prints:
//   | 5211 delivered, 1189 replaced, 1189 of them because of the filter
//   | the same batches for 1 and 3 workers: yes
#include <troupe/troupe.hpp>

#include <cstdio>
#include <string>

namespace {

bool bright_enough(const troupe::image& pixels) {  // [28, 28, 1] uint8
  long sum = 0;
  for (int y = 0; y < pixels.shape.height; ++y) {
    for (int x = 0; x < pixels.shape.width; ++x) sum += pixels.row(y)[x];
  }
  return sum > 40L * pixels.shape.height * pixels.shape.width;
}

}  // namespace

int main() {
  const auto clothes = troupe::filter(
      troupe::fashion_mnist(), [](const troupe::candidate& c) { return c.class_name() != "Bag"; }, "no bags");
  std::string digests[2];
  for (int i : {0, 1}) {
    auto run = troupe::pipeline{}
                   .load(clothes, {.shuffle = true, .seed = 7, .epochs = 1, .limit = 6'400})
                   .augment({troupe::filter("bright enough", bright_enough), troupe::random_flip(0.5),
                             troupe::normalize("fashion")})
                   .batch({.size = 64})
                   .budget({.cpus = i == 0 ? 1 : 3})
                   .output({.directory = {}, .digest = true})
                   .start();
    for (const troupe::batch& b : run.epoch()) (void)b.images();  // [64, 1, 28, 28] float32
    const auto end = run.wait();
    digests[i] = end.digest;
    if (i > 0) continue;
    std::printf("%d delivered, %d replaced, %d of them because of the filter\n", int(end.dispositions.delivered),
                int(end.dispositions.replaced), int(end.dispositions.filtered()));
  }
  std::printf("the same batches for 1 and 3 workers: %s\n", digests[0] == digests[1] ? "yes" : "no");
}
