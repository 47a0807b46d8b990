// After a run there is nothing left of it, however it ended and however often.
#include <troupe/observe/process.hpp>
#include <troupe/sources/image_folder.hpp>

#include <algorithm>

#include "../augment/encoded.hpp"
#include "../catch.hpp"
#include "../sources/temporary_folder.hpp"
#include "process.hpp"
#include "rig.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

constexpr int runs = 500, warm = 150;  // the first ones fill pools and stacks that stay

std::string text(const bytes& b) { return {b.begin(), b.end()}; }

// JPEG, progressive JPEG and PNG, a few of them damaged.
void fill(const temporary_folder& folder, int good, int bad) {
  for (int i = 0; i < good + bad; ++i) {
    const auto image = photograph(24, 32, 3, unsigned(i));
    auto file = i % 3 == 2 ? png(image) : jpeg(image, {.progressive = i % 3 == 1});
    if (i >= good) file.resize(file.size() / 2);
    folder.write("class" + std::to_string(i % 2) + "/" + std::to_string(i) + (i % 3 == 2 ? ".png" : ".jpg"),
                 text(file));
  }
}

pipeline described(const dataset& data, std::uint64_t epochs) {
  return pipeline{}
      .load(data, {.shuffle = true, .epochs = epochs, .readers = 2})
      .augment({resize({32, 32})})
      .batch({.size = 8})
      .budget({.cpus = 2})
      .shutdown_deadline(patience);
}

std::uint64_t loop(running_pipeline& run, std::uint64_t leave_at) {
  std::uint64_t rows = 0;
  for (const auto& b : run.epoch()) {
    rows += b.rows();
    if (b.number() == leave_at) break;
  }
  return rows;
}

[[maybe_unused]] std::uint64_t median(std::vector<std::uint64_t> v) {
  std::nth_element(v.begin(), v.begin() + std::ptrdiff_t(v.size() / 2), v.end());
  return v[v.size() / 2];
}

}  // namespace

TEST_CASE("no thread, descriptor, buffer or memory is left over, 500 times in one process",
          "[actors][law][threads][leftover]") {
  temporary_folder good_folder, bad_folder;
  fill(good_folder, 30, 1);
  fill(bad_folder, 20, 15);
  const auto good = image_folder(good_folder.path()), bad = image_folder(bad_folder.path());
  std::size_t threads = 0, descriptors = 0;
  std::vector<std::uint64_t> resident, allocated;
  for (int i = 0; i < runs; ++i) {
    INFO("run " << i);
    switch (i % 6) {
      case 0: {  // to its end
        auto run = described(good, 1).start();
        REQUIRE(loop(run, ~0u) == 31);
        const auto o = run.wait();
        REQUIRE(o.ok());
        REQUIRE(o.dispositions.balanced());
        break;
      }
      case 1: {  // its loop is left early, again and again
        auto run = described(good, 3).start();
        for (std::uint64_t at = 0; at < 3; ++at) loop(run, at);
        const auto o = run.wait();
        REQUIRE(o.ok());
        REQUIRE(o.dispositions.balanced());
        break;
      }
      case 2: {  // stopped
        auto run = described(good, 0).start();
        loop(run, 1);
        run.stop();
        const auto o = run.wait();
        REQUIRE(o.how == ending::stopped);
        REQUIRE(o.dispositions.balanced());
        break;
      }
      case 3: {  // failed
        auto run = described(bad, 0).start();
        REQUIRE_THROWS_AS(
            [&] {
              for (;;) loop(run, ~0u);
            }(),
            run_failed);
        const auto o = run.wait();
        REQUIRE(o.how == ending::failed);
        REQUIRE(o.dispositions.balanced());
        break;
      }
      case 4: {  // trained
        auto run = described(good, 0).train(counting(std::make_shared<tally_book>()), {.epochs = 2}).start();
        const auto o = run.wait();
        REQUIRE(o.ok());
        REQUIRE(o.dispositions.balanced());
        break;
      }
      default: {  // dropped at once, with a batch that outlives it
        batch kept;
        {
          auto run = described(troupe::test::pixels(40), 0).start();
          for (const auto& b : run.epoch()) {
            kept = b;
            break;
          }
        }
        REQUIRE(kept.rows() == 8);
      }
    }
    if (i == 5) {
      threads = threads_now();
      descriptors = descriptors_now();
    }
    if (i < 5) continue;
    REQUIRE(come_down_to(threads_now, threads));
    REQUIRE(come_down_to(descriptors_now, descriptors));
    const auto memory = read_process_memory();
    resident.push_back(memory.resident_bytes);
    allocated.push_back(memory.allocated_bytes);
  }
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  // Flat: the medians of the first and the last hundred runs. One buffer left over in each run would be 30 MiB.
  const auto grown = [](const std::vector<std::uint64_t>& v) {
    const auto before = median({v.begin() + warm, v.begin() + warm + 100}), after = median({v.end() - 100, v.end()});
    return after > before ? after - before : 0;
  };
  INFO("resident +" << grown(resident) << " bytes, allocated +" << grown(allocated));
  REQUIRE(grown(resident) < 4_MiB);
  REQUIRE(grown(allocated) < 256_KiB);
#endif
}
