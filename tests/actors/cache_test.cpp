// What is kept of samples for later epochs changes no batch, stays within its bound, and spares what it says.
#include <troupe/pipeline/sample_store.hpp>
#include <troupe/sources/image_folder.hpp>

#include <algorithm>
#include <string>

#include "../augment/encoded.hpp"
#include "../catch.hpp"
#include "../sources/temporary_folder.hpp"
#include "rig.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

constexpr std::size_t overhead = 1_KiB;  // of an entry, at most

pipeline of_files(cached cache, std::uint64_t epochs = 3, std::size_t memory = 2_GiB) {
  return pipeline{}
      .load(files(50), {.shuffle = true, .seed = 5, .epochs = epochs, .cache = cache})
      .augment({random_resized_crop(4), random_horizontal_flip()})
      .batch({.size = 8, .buffers = 2})
      .budget({.cpus = 2, .memory_bytes = memory})
      .output({.digest = true});
}

std::string digest_of(const pipeline& p, std::uint32_t order, const std::function<void(cabinet&)>& put = {}) {
  rig r(p, order);
  r.disk().extent = 12;
  if (put) put(r.disk());
  r.pull_all();
  REQUIRE(r.over());
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(r.over()->dispositions.balanced());
  REQUIRE(r.state().read_ahead.held() == 0);
  REQUIRE(r.state().cache.held() <= r.state().settings.memory.cache_bytes);
  REQUIRE(r.actors() == 0);
  return r.over()->digest;
}

/// The least memory that p runs in, and so much for its cache.
std::size_t with_room(cached cache, std::size_t bytes) {
  const auto plan = of_files(cache, 3, 512_MiB).memory();  // as little for large images as there may be
  return plan.bound_bytes() - plan.cache_bytes + bytes;
}

}  // namespace

TEST_CASE("batches are the same with a cache, with one that holds a part, and without", "[actors][law][cache]") {
  const auto none = digest_of(of_files(cached::none), 0);
  for (const auto cache : {cached::encoded, cached::decoded})
    for (std::uint32_t order = 1; order <= 20; ++order) {
      REQUIRE(digest_of(of_files(cache), order) == none);
      REQUIRE(digest_of(of_files(cache, 3, with_room(cache, 8_KiB)), order) == none);
    }
}

TEST_CASE("bad samples are found and replaced alike with a cache and without", "[actors][law][cache]") {
  const auto put = [](cabinet& disk) {
    disk.missing = {3};
    disk.damaged = {17, 31};
  };
  const auto none = digest_of(of_files(cached::none), 0, put);
  for (const auto cache : {cached::encoded, cached::decoded})
    for (std::uint32_t order = 1; order <= 20; ++order) REQUIRE(digest_of(of_files(cache), order, put) == none);
}

TEST_CASE("workers that die leave the cache as it should be, and no batch shows it", "[actors][law][restart][cache]") {
  const auto none = digest_of(of_files(cached::none), 0);
  for (const auto cache : {cached::encoded, cached::decoded})
    for (std::uint32_t order = 1; order <= 30; ++order) {
      rig r(of_files(cache), order);
      r.disk().extent = 12;
      r.breaches_throw = false;
      r.run(40 + 10 * order);
      r.kill(order % 2);
      r.pull_all();
      REQUIRE(r.over());
      REQUIRE(r.over()->how == ending::completed);
      REQUIRE(r.over()->dispositions.balanced());
      REQUIRE(r.over()->digest == none);
      REQUIRE(r.over()->cache.samples == 50);
      REQUIRE(r.actors() == 0);
    }
}

TEST_CASE("samples of training and of evaluation are different ones", "[actors][cache]") {
  auto p = of_files(cached::decoded, 2);
  p.train(counting(std::make_shared<tally_book>()), {.epochs = 2}).evaluate(files(7), {resize({4, 4})});
  rig r(p);
  REQUIRE(r.state().sample(0, 6) == 6);
  REQUIRE(r.state().sample(1, 6) == 56);
  REQUIRE(r.state().sample(2, 49) == 49);
  r.settle();
  REQUIRE(r.over());
  REQUIRE(r.over()->cache.samples == 57);
}

TEST_CASE("later epochs read nothing that is kept", "[actors][cache]") {
  for (const auto cache : {cached::encoded, cached::decoded}) {
    rig r(of_files(cache));
    std::uint64_t opened = 0;
    r.disk().on_open = [&](std::uint64_t) { ++opened; };
    for (int epoch = 0; epoch < 3; ++epoch) {
      for (int b = 0; b < 7; ++b) REQUIRE(r.pull());
      r.settle();
    }
    REQUIRE(opened >= 50);
    REQUIRE(opened <= 66);  // an epoch is read ahead while the last batches of the one before are being filled
    r.settle();
    REQUIRE(r.over());
    REQUIRE(r.over()->cache.samples == 50);
    REQUIRE(r.over()->cache.served == 150 - opened);
  }
}

TEST_CASE("who came first is kept, and nothing is given up for another", "[actors][cache]") {
  rig r(of_files(cached::encoded, 4, with_room(cached::encoded, 20 * overhead)));
  r.disk().padding = 1000;
  std::vector<std::uint64_t> opened;
  r.disk().on_open = [&](std::uint64_t index) { opened.push_back(index); };
  r.pull_all();
  REQUIRE(r.over()->how == ending::completed);
  const auto kept = r.over()->cache.samples;
  REQUIRE(kept >= 10);
  REQUIRE(kept < 30);
  std::vector<std::uint64_t> times(50);
  for (auto index : opened) ++times[index];
  REQUIRE(std::uint64_t(std::count(times.begin(), times.end(), 4u)) == 50 - kept);  // in every epoch, or …
  for (auto n : times) REQUIRE((n == 4 || n <= 2));                                 // … until it was kept
}

TEST_CASE("rows that are delivered although their files are damaged are counted", "[actors][cache]") {
  for (const auto cache : {cached::none, cached::encoded, cached::decoded}) {
    auto p = of_files(cache, 2);
    p.augment({resize({4, 4})}, {.strict = false});
    rig r(p);
    r.disk().extent = 40;
    r.disk().damaged = {7, 9};
    r.pull_all();
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.over()->dispositions.replaced == 0);
    REQUIRE(r.over()->damaged == 4);
  }
}

TEST_CASE("JPEGs are bit-identical in any epoch, whatever was kept of them in those before",
          "[actors][law][cache][threads]") {
  temporary_folder folder;
  for (int i = 0; i < 40; ++i) {
    const auto file = jpeg(photograph(70 + i, 127 - i, 3, unsigned(i)), {.restart_rows = i % 3});
    folder.write("class/" + std::to_string(i) + ".jpg", std::string(file.begin(), file.end()));
  }
  std::string first;
  for (const auto cache : {cached::none, cached::encoded, cached::decoded})
    for (const auto decoder : {jpeg_decoder::portable, jpeg_decoder::fast})
      for (int cpus : {1, 4}) {
        auto run = pipeline{}
                       .load(image_folder(folder.path()), {.shuffle = true, .epochs = 4, .cache = cache})
                       .augment({random_resized_crop(16), random_horizontal_flip()}, {.decoder = decoder})
                       .batch({.size = 8})
                       .budget({.cpus = cpus})
                       .output({.directory = {}, .digest = true})
                       .start();
        for (int epoch = 0; epoch < 4; ++epoch)
          for (const auto& b : run.epoch()) REQUIRE(b.rows() == 8);
        const auto o = run.wait();
        REQUIRE(o.ok());
        if (first.empty()) first = o.digest;
        REQUIRE(o.digest == first);
      }
}

TEST_CASE("a store gives the room of what was not kept back, and holds no more than its limit", "[pipeline][cache]") {
  sample_store store(10'000);
  REQUIRE_FALSE(store.reserve(10'000));  // an entry costs more than its bytes
  { const auto dropped = store.reserve(6'000); }
  REQUIRE(store.held() == 0);
  auto first = store.reserve(4'000), second = store.reserve(4'000);
  REQUIRE(first);
  REQUIRE(second);
  REQUIRE_FALSE(store.reserve(4'000));
  first->data()[0] = 1;
  second->data()[0] = 2;
  REQUIRE(store.find(7) == nullptr);
  const auto* kept = store.keep(7, std::move(first));
  REQUIRE(kept->data()[0] == 1);
  const auto* same = store.keep(7, std::move(second));
  REQUIRE(same == kept);
  REQUIRE(store.find(7)->data()[0] == 1);
  REQUIRE(store.entries() == 1);
  REQUIRE(store.held() < 5'000);
  auto part = store.reserve(100);  // grows in its place
  part->data()[0] = 3;
  const auto* grown = store.keep(8, std::move(part), 1);
  REQUIRE(grown->filled() == 1);
  const std::uint8_t more[] = {3, 4, 5};
  store.grow(8, more, 3);
  store.grow(8, more, 2);
  REQUIRE(grown->filled() == 3);
  REQUIRE(grown->data()[2] == 5);
  store.grow(8, more, 101);  // more than there is room for
  REQUIRE(grown->filled() == 3);
  sample_store none(0);
  REQUIRE_FALSE(none.reserve(0));
}
