// Ends, edges and leftovers: data sets that are multiples of nothing, loops that are left, batches that are kept.
#include "rig.hpp"

#include <algorithm>

#include "../catch.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

pipeline of_pixels(std::uint64_t n, std::size_t size, bool drop_last) {
  return pipeline{}
      .load(pixels(n), {.shuffle = true, .seed = n, .epochs = 1})
      .batch({.size = size, .drop_last = drop_last})
      .budget({.cpus = 2});
}

std::vector<float> images_of(const batch& b) {
  const auto v = b.images();
  return {v.as<float>(), v.as<float>() + v.elements()};
}

}  // namespace

TEST_CASE("the last partial batch arrives or is skipped, for every size up to seventy", "[actors][law]") {
  for (std::size_t size : {1, 2, 3, 7, 8, 16, 33, 64, 70, 71}) {
    for (std::uint64_t n = 1; n <= 70; ++n) {
      for (bool drop : {false, true}) {
        if (drop && n < size) continue;  // refused at start: no batch would come
        INFO(n << " samples in batches of " << size << (drop ? ", drop_last" : ""));
        rig r(of_pixels(n, size, drop), std::uint32_t(n));
        const auto all = r.pull_all();
        REQUIRE(r.over());
        const auto d = r.over()->dispositions;
        REQUIRE(r.over()->how == ending::completed);
        REQUIRE(d.balanced());
        REQUIRE(d.opened == n);
        REQUIRE(all.size() == (drop ? n / size : (n + size - 1) / size));
        REQUIRE(d.skipped(skip_reason::drop_last) == (drop ? n % size : 0));
        REQUIRE(d.delivered == n - d.skipped());
        for (const auto& s : all) REQUIRE(s.indices.size() == std::min<std::size_t>(size, n - s.number * size));
        REQUIRE(r.edges.batch->ends() == 1);
      }
    }
  }
}

TEST_CASE("an empty source ends cleanly, with and without files and drop_last, and nobody trains on it", "[actors]") {
  for (int kind = 0; kind < 4; ++kind) {
    auto p = pipeline{}
                 .load(kind % 2 == 0 ? pixels(0) : files(0), {.epochs = 3})
                 .augment({resize({2, 2})})
                 .batch({.size = 4, .drop_last = kind / 2 % 2 == 0});
    rig r(p, std::uint32_t(kind + 1));
    r.settle();
    REQUIRE(r.over());
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.over()->dispositions.opened == 0);
    REQUIRE(r.edges.batch->ends() == 1);
    REQUIRE(r.actors() == 0);
    p.train(counting(std::make_shared<tally_book>()), {.epochs = 3});
    REQUIRE_THROWS_WITH(p.settings(), Catch::Contains("load: the data set has no samples to train on: 0 "));
  }
}

TEST_CASE("a loop may be left at every batch of every epoch", "[actors][law]") {
  for (std::uint64_t at = 0; at <= 7; ++at) {
    for (std::uint64_t again = 0; again <= 7; ++again) {
      rig r(pipeline{}.load(pixels(50), {.shuffle = true, .epochs = 3}).batch({.size = 8}).budget({.cpus = 2}),
            std::uint32_t(8 * at + again + 1));
      std::uint64_t delivered = 0;
      for (std::uint64_t epoch = 0; epoch < 2; ++epoch) {
        for (std::uint64_t n = 0; n < (epoch == 0 ? at : again); ++n) {
          const auto b = r.pull();
          REQUIRE(b);
          REQUIRE(b->epoch() == epoch);
          REQUIRE(b->number() == n);
          delivered += b->rows();
        }
        r.leave(epoch);
      }
      const auto rest = r.pull_all();
      REQUIRE(rest.size() == 7);
      REQUIRE(rest.front().epoch == 2);
      const auto d = r.over()->dispositions;
      REQUIRE(d.balanced());
      REQUIRE(d.opened == 150);
      REQUIRE(d.delivered == delivered + 50);
      REQUIRE(d.skipped(skip_reason::left) == 100 - delivered);
      REQUIRE(r.state().memory->free_buffers() == r.state().memory->buffers());
    }
  }
}

TEST_CASE("batches that are kept after the run ended are still whole, however it ended", "[actors][law]") {
  for (auto how : {ending::completed, ending::stopped, ending::failed}) {
    std::vector<batch> kept;
    std::vector<std::vector<float>> images;
    std::vector<seen> rows;
    {
      rig r(pipeline{}
                .load(files(60), {.shuffle = true, .epochs = 1})
                .augment({resize({2, 2})})
                .batch({.size = 8, .buffers = 5})
                .budget({.cpus = 2}),
            7);
      for (int n = 0; auto b = r.pull(); ++n) {
        if (n == 1 || n == 3) {
          kept.push_back(*b);
          images.push_back(images_of(*b));
          rows.push_back(read(*b));
        }
        if (n == 4 && how == ending::stopped) r.stop();
        if (n == 4 && how == ending::failed) {
          r.breaches_throw = false;
          caf::anon_send_exit(r.stages().loader, caf::exit_reason::kill);
        }
      }
      r.settle();
      REQUIRE(r.over());
      REQUIRE(r.over()->how == how);
      REQUIRE(r.over()->dispositions.balanced());
      REQUIRE(r.state().memory->free_buffers() + kept.size() == r.state().memory->buffers());
    }
    REQUIRE(kept.size() == 2);
    for (std::size_t i = 0; i < kept.size(); ++i) {
      REQUIRE(images_of(kept[i]) == images[i]);
      REQUIRE(read(kept[i]).indices == rows[i].indices);
      REQUIRE(read(kept[i]).labels == rows[i].labels);
    }
  }
}
