// What later epochs gain from what was kept of the first: photographs, where nothing, files or decoded pictures are.
// Each epoch is timed from its first wait to its last batch, within one run.
#include <troupe/augment/transforms.hpp>
#include <troupe/sources/image_folder.hpp>

#include <cstdio>
#include <string>
#include <vector>

#include "line.hpp"

using namespace troupe;
using namespace troupe::bench;

namespace {

constexpr int epochs = 4;

/// Images a second: of the first epoch, and of the others together.
std::pair<double, double> rates(const pipeline& described) {
  auto run = described.start();
  const auto epoch = [&] {
    std::uint64_t rows = 0;
    for (const auto& b : run.epoch()) rows += b.rows();
    return rows;
  };
  std::uint64_t first = 0, later = 0;
  const auto before = seconds_of([&] { first = epoch(); });
  const auto after = seconds_of([&] {
    for (int e = 1; e < epochs; ++e) later += epoch();
  });
  return {double(first) / before, double(later) / after};
}

}  // namespace

int main(int argc, char** argv) {
  const auto o = parse(argc, argv);
  const auto photos = image_folder(o.photos);
  const int rounds = o.quick ? 3 : 9;
  std::printf("%zu photographs, random_resized_crop(224), flip, normalise, batch 64, %d epochs a run, %d rounds\n\n",
              std::size_t(photos.size()), epochs, rounds);
  std::vector<contender> all;
  std::vector<std::vector<double>> first(3);
  for (const auto& [name, kept] :
       {std::pair{"none", cached::none}, {"--cache encoded", cached::encoded}, {"--cache decoded", cached::decoded}}) {
    const auto described = pipeline{}
                               .load(photos, {.shuffle = true, .seed = 7, .epochs = epochs, .cache = kept})
                               .augment({random_resized_crop(224), random_flip(0.5), imagenet_normalize()})
                               .batch({.size = 64})
                               .budget({.cpus = o.cpus, .memory_bytes = std::uint64_t{3} << 30});
    all.push_back({name, [described, &first = first[all.size()]] {
                     const auto [one, others] = rates(described);
                     first.push_back(one);
                     return others;
                   }});
  }
  interleave(all, rounds);
  std::printf("Later epochs:\n\n");
  print_table(all, "images/s");
  std::printf("\n| | first epoch, images/s | later ones / first (interval) |\n|---|---|---|\n");
  for (std::size_t i = 0; i < all.size(); ++i) {
    first[i].erase(first[i].begin());  // the warm-up
    const auto gain = compare(all[i], {"first", {}, first[i]});
    std::printf("| %s | %.0f | %.2f (%.2f – %.2f) |\n", all[i].name.c_str(), median(first[i]), gain.middle, gain.low,
                gain.high);
  }
}
