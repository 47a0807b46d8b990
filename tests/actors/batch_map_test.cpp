// What is done to whole batches, in the line: on other threads, in any order, and nobody can tell.
#include <troupe/augment/mixing.hpp>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "../catch.hpp"
#include "gate.hpp"
#include "rig.hpp"
#include "whole.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

pipeline plain(bool from_files = false) {
  return pipeline{}
      .load(from_files ? files(60) : pixels(60), {.shuffle = true, .seed = 5, .epochs = 2})
      .augment({resize({2, 2})}, {.chunk = 3})
      .batch({.size = 8})
      .budget({.cpus = 2})
      .output({.directory = {}, .digest = true});
}

pipeline mixed(bool from_files = false) {
  return plain(from_files).batch_map({random_choice({mixup(0.4), cutmix(1, draw_for::sample)}), label_smoothing(0.1)});
}

std::string digest_of(const pipeline& p, std::uint32_t order = 0) {
  rig r(p, order);
  r.pull_all();
  REQUIRE(r.over()->how == ending::completed);
  return r.over()->digest;
}

}  // namespace

TEST_CASE("mixed batches are bit-identical for any number of workers and any interleaving",
          "[actors][law][batch_map]") {
  for (bool from_files : {false, true}) {
    const auto digest = digest_of(mixed(from_files));
    REQUIRE(digest != digest_of(plain(from_files)));
    for (std::uint32_t order = 1; order <= 20; ++order) {
      rig r(mixed(from_files).budget({.cpus = int(1 + order % 3)}), order);
      r.pull_all();
      expect_whole(r, digest);
    }
  }
}

TEST_CASE("what is delivered is the plain batch with the transforms run over it", "[actors][law][batch_map]") {
  const auto list = GENERATE(std::vector<batch_transform>{cutmix(1), label_smoothing(0.2)},
                             std::vector<batch_transform>{mixup(1, draw_for::sample), cutmix(1)});
  const auto type = GENERATE(element::float32, element::bfloat16, element::uint8);
  const auto of = plain().batch({.size = 8, .type = type});
  auto with = of;
  rig a(of), b(with.batch_map(list));
  const batch_recipe recipe(list);
  for (int n = 0; n < 15; ++n) {
    const auto was = a.pull(), is = b.pull();
    REQUIRE(was);
    REQUIRE(is);
    const auto rows = was->rows();
    const auto* from = static_cast<const std::byte*>(was->images().data);
    std::vector<std::byte> images(from, from + was->images().elements() * size_of(type));
    std::vector<float> labels(rows * std::size_t{10});
    for (std::uint32_t r = 0; r < rows; ++r) labels[10 * r + std::size_t(was->labels().as<std::int64_t>()[r])] = 1;
    batch_rows view{.rows = rows, .shape = {2, 2, 1}, .format = {.type = type}, .images = images.data(), .classes = 10};
    view.labels = labels.data();
    std::vector<std::byte> memory(recipe.scratch_bytes(view.row_bytes(), 10));
    recipe.run(view, 5, was->epoch(), was->number(), memory.data());
    REQUIRE(is->labels().shape == std::vector<std::int64_t>{rows, 10});
    REQUIRE(std::memcmp(is->images().data, images.data(), images.size()) == 0);
    REQUIRE(std::memcmp(is->labels().data, labels.data(), labels.size() * sizeof(float)) == 0);
  }
}

TEST_CASE("workers leave the conversion of rows to what mixes first", "[actors][batch_map]") {
  const batch_transform own("own", [](const batch_rows&, generator&) {});
  const auto left = [](std::vector<batch_transform> list, element type = element::float32) {
    return plain().batch({.size = 8, .type = type}).batch_map(std::move(list)).settings().training.unconverted;
  };
  CHECK(left({mixup(0.4), own}));
  CHECK(left({random_choice({mixup(0.4), cutmix(1)})}, element::bfloat16));
  CHECK_FALSE(left({mixup(0.4)}, element::uint8));
  CHECK_FALSE(left({own, mixup(0.4)}));
  CHECK_FALSE(left({random_choice({mixup(0.4), own})}));
}

TEST_CASE("a batch is mixed after the last bad row was replaced", "[actors][law][batch_map]") {
  std::string digest;
  for (std::uint32_t order = 0; order <= 20; ++order) {
    rig r(mixed(true), order);
    r.disk().missing = {3, 17, 40};
    r.disk().damaged = {8};
    r.pull_all();
    if (digest.empty()) digest = r.over()->digest;
    REQUIRE(r.over()->digest == digest);
    REQUIRE(r.over()->dispositions.balanced());
    REQUIRE(r.over()->dispositions.replaced == 8);
  }
}

TEST_CASE("an evaluation is never mixed, and its labels are whole", "[actors][batch_map]") {
  auto book = std::make_shared<tally_book>();
  rig r(mixed().train(counting(book), {.epochs = 2}).evaluate(pixels(20), {resize({2, 2})}), 3);
  r.settle();
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(book->evaluated.size() == 6);
  for (const auto& s : book->evaluated)
    REQUIRE(std::all_of(s.shares.begin(), s.shares.end(), [](float v) { return v == 0 || v == 1; }));
  for (const auto& s : book->trained)
    REQUIRE(std::none_of(s.shares.begin(), s.shares.end(), [](float v) { return v == 0 || v == 1; }));
}

TEST_CASE("what a batch transform throws ends the run, and says which and why", "[actors][batch_map]") {
  for (std::uint32_t order = 1; order <= 20; ++order) {
    rig r(plain().batch_map({{"fussy",
                              [](const batch_rows& b, generator&) {
                                if (b.indices[0] == 7) throw std::runtime_error("seven comes first");
                              }}}),
          order);
    r.pull_all();
    if (r.over()->how == ending::completed) continue;  // seven came later in its batch
    REQUIRE(r.over()->how == ending::failed);
    REQUIRE_THAT(r.over()->reason, Catch::Contains("could not be transformed: fussy: seven comes first"));
    REQUIRE(r.over()->dispositions.balanced());
    REQUIRE(r.state().memory->free_buffers() == r.state().memory->buffers());
    REQUIRE(r.actors() == 0);
  }
}

TEST_CASE("a run that is stopped or left at any moment gives every buffer back", "[actors][law][batch_map]") {
  for (std::size_t messages = 0; messages < 150; messages += 3) {
    rig r(mixed(messages % 2 == 0), std::uint32_t(messages + 1));
    r.run(messages);
    if (messages % 9 == 0) {
      r.leave(0);
      r.pull_all();
    } else {
      r.stop();
      r.settle();
      while (r.take()) r.settle();
    }
    r.settle();
    REQUIRE(r.over());
    REQUIRE(r.over()->dispositions.balanced());
    REQUIRE(r.state().memory->free_buffers() == r.state().memory->buffers());
    REQUIRE(r.actors() == 0);
  }
}

TEST_CASE("a batch transform that hangs is named, and the line beside it goes on", "[actors][threads][batch_map]") {
  auto stuck = std::make_shared<gate>();
  auto run = pipeline{}
                 .load(pixels(64), {.epochs = 1})
                 .batch({.size = 8, .buffers = 4})
                 .batch_map({{"trap", [=](const batch_rows&, generator&) { stuck->pass(); }}})
                 .budget({.cpus = 1})
                 .shutdown_deadline(200ms)
                 .start();
  REQUIRE(stuck->somebody_waits());
  bool named = false;
  for (const auto& stage : run.snapshot().stages)
    for (const auto& w : stage.working) named = named || (stage.stage == "batcher" && w.op == "transforming a batch");
  REQUIRE(named);
  run.stop();
  const auto o = run.wait();
  REQUIRE(o.how == ending::wedged);
  REQUIRE_THAT(o.reason, Catch::Contains("batcher 0 is transforming a batch"));
  stuck->open();
}

TEST_CASE("the memory that mixing takes is part of the bound, and the plan says what is done",
          "[pipeline][batch_map]") {
  const auto with = mixed().memory(), without = plain().memory();
  REQUIRE(with.batch_scratch_bytes == 2 * (64 + 10 * sizeof(float)));
  REQUIRE(with.bound_bytes() - with.buffers * with.buffer_bytes ==
          without.bound_bytes() - without.buffers * without.buffer_bytes + with.batch_scratch_bytes);
  REQUIRE_THAT(mixed().describe(), Catch::Contains("label_smoothing(0.1)"));
}
