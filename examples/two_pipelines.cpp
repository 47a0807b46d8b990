// One source into two pipelines at once, a train view and a clean view, which share the processors: each gets the same
// time, and the one that is left gets all of it. Prints:
//   | 12800 images of each view, row by row of the same samples: yes
//   | flipped: half of the train view, none of the clean one
#include <troupe/troupe.hpp>

#include <cstdio>
#include <cstring>

int main() {
  const troupe::cpu_share processors(troupe::cpu_budget());
  const auto line = [&](std::vector<troupe::transform> list) {
    return troupe::pipeline{}
        .load(troupe::fashion_mnist(), {.shuffle = true, .seed = 7, .epochs = 1, .limit = 12'800})
        .augment(std::move(list))
        .batch({.size = 64})
        .budget({.share = processors});
  };
  auto train = line({troupe::random_flip(0.5), troupe::normalize("fashion")}).start();
  auto clean = line({troupe::normalize("fashion")}).start();

  std::int64_t images = 0, other = 0, flipped = 0;
  auto clean_epoch = clean.epoch();
  auto beside = clean_epoch.begin();
  for (const troupe::batch& b : train.epoch()) {  // images [64, 1, 28, 28] float32, indices [64] int64
    const auto seen = b.images(), plain = beside->images();
    const auto row = std::size_t(seen.elements() / b.rows());
    for (std::size_t r = 0; r < b.rows(); ++r, ++images) {
      other += b.indices().as<std::int64_t>()[r] != beside->indices().as<std::int64_t>()[r];
      flipped += std::memcmp(seen.as<float>() + r * row, plain.as<float>() + r * row, row * sizeof(float)) != 0;
    }
    ++beside;
  }
  std::printf("%d images of each view, row by row of the same samples: %s\n", int(images), other == 0 ? "yes" : "no");
  const bool half = flipped > images * 45 / 100 && flipped < images * 55 / 100;
  std::printf("flipped: %s of the train view, none of the clean one\n", half ? "half" : "another part");
}
