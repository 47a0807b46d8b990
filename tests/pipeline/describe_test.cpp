#include <troupe/augment/transforms.hpp>
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/sources/concatenate.hpp>

#include <sstream>
#include <stdexcept>

#include "../actors/numbers.hpp"
#include "../catch.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

std::string refusal(const std::function<void()>& f) {
  try {
    f();
  } catch (const std::invalid_argument& e) { return e.what(); }
  return "accepted";
}

}  // namespace

TEST_CASE("wrong options are refused by the call that received them, with stage, option, range and value",
          "[pipeline]") {
  pipeline p;
  REQUIRE(refusal([&] { p.batch({.size = 0}); }) == "batch: size must be >= 1, got 0");
  REQUIRE(refusal([&] { p.load(pixels(1), {.readers = 65}); }) == "load: readers must be 0 ... 64, got 65");
  REQUIRE(refusal([&] { p.train(counting(nullptr), {.epochs = 0}); }) == "train: epochs must be >= 1, got 0");
  REQUIRE(refusal([&] { p.budget({.cpus = -1}); }) == "budget: cpus must be 0 ... 1024, got -1");
  REQUIRE(refusal([&] { p.monitor({.interval = 0ms}); }) == "monitor: interval must be >= 1 ms, got 0");
  REQUIRE(refusal([&] { p.load(dataset{}); }).find("load: ") == 0);
  REQUIRE(refusal([&] { p.start(); }).find("load: nothing to load") == 0);
}

TEST_CASE("what only shows when everything is known is refused at start", "[pipeline]") {
  REQUIRE(refusal([] { pipeline{}.load(files(3)).augment({resize(8)}).start(); }).find("augment: ") == 0);
  REQUIRE(refusal([] { pipeline{}.load(pixels(3)).batch({.size = 4, .drop_last = true}).start(); }) ==
          "batch: size must be <= 3 with drop_last, the samples of an epoch, got 4");
  REQUIRE(refusal([] {
            pipeline{}.load(pixels(3)).evaluate(pixels(3), {}).start();
          }).find("evaluate: needs a trainer") == 0);
  REQUIRE(refusal([] {
            pipeline{}.load(pixels(3)).batch({.size = 1 << 20}).budget({.memory_bytes = 1 << 20}).start();
          }).find("budget: memory must be >= ") == 0);
}

TEST_CASE("data that say they have more samples than anybody has are refused where they are given", "[pipeline]") {
  const auto too_many = [](const std::string& stage, std::uint64_t n) {
    return stage + ": the number of samples must be <= 281474976710656, got " + std::to_string(n) +
           "; look at what the source says its size is";
  };
  for (const std::uint64_t n : {~std::uint64_t{0}, (std::uint64_t{1} << 48) + 1}) {
    REQUIRE(refusal([&] { pipeline{}.load(files(n)); }) == too_many("load", n));
    REQUIRE(refusal([&] { pipeline{}.evaluate(files(n), {}); }) == too_many("evaluate", n));
    REQUIRE(refusal([&] { pipeline{}.load(numbers({}, {.samples = n})); }) == too_many("load", n));
    REQUIRE(refusal([&] { pipeline{}.evaluate(numbers({}, {.samples = n}), {}); }) == too_many("evaluate", n));
  }
  REQUIRE(refusal([] {
            concatenate({files(~std::uint64_t{0} - 1), files(2)});
          }) == "concatenate: part 1 must leave fewer than 2^64 samples, got 2");
}

TEST_CASE("as many samples as there may be make as many batches, and a limit without end is none", "[pipeline]") {
  rig r(pipeline{}
            .load(files(std::uint64_t{1} << 48), {.shuffle = true, .epochs = 1, .limit = ~std::uint64_t{0}})
            .augment({ten_crop({2, 2})})
            .batch({.size = 20})
            .budget({.cpus = 2}));
  const auto b = r.pull();
  REQUIRE(b);
  REQUIRE(b->rows() == 20);
  REQUIRE(r.state().at(0).batches == (std::uint64_t{1} << 47));
  REQUIRE(r.state().at(0).rows((std::uint64_t{1} << 47) - 1) == 20);
}

TEST_CASE("batches have the type and layout that were asked for, a trainer takes float32, channels first",
          "[pipeline]") {
  const auto p = pipeline{}
                     .load(files(20))
                     .augment({resize({3, 4})})
                     .batch({.size = 5, .type = element::uint8, .channels_last = true});
  rig r(p);
  REQUIRE(p.describe().find("[5, 3, 4, 3] uint8, 4 an epoch") != std::string::npos);
  const auto b = r.pull();
  REQUIRE(b);
  const auto images = b->images();
  REQUIRE(images.type == element::uint8);
  REQUIRE(images.shape == std::vector<std::int64_t>{5, 3, 4, 3});
  for (std::size_t row = 0; row < 5; ++row) {  // a file shows its own number
    const auto index = b->indices().as<std::int64_t>()[row];
    for (std::size_t i = 0; i < 36; ++i) REQUIRE(images.as<std::uint8_t>()[row * 36 + i] == std::uint8_t(index));
  }
  REQUIRE(refusal([&] {
            auto trained = p;
            trained.train(counting(nullptr), {.epochs = 1}).start();
          }) == "batch: images must be float32, channels first, for a trainer, got uint8, channels last");
}

TEST_CASE("a pipeline is a value: copied, changed and printed", "[pipeline]") {
  const auto a = pipeline{}.load(pixels(100), {.shuffle = true, .seed = 7}).batch({.size = 10}).budget({.cpus = 2});
  auto b = a;
  b.batch({.size = 20});
  std::ostringstream text_a, text_b;
  text_a << a;
  text_b << b;
  REQUIRE(text_a.str() != text_b.str());
  REQUIRE(text_a.str().find("loader --encoded--> augmenter x2 --sample--> batcher --batch--> your loop") == 0);
  REQUIRE(text_a.str().find("[10, 1, 1, 1] float32, 10 an epoch") != std::string::npos);
  REQUIRE(text_a.str().find("memory     5 batches x") != std::string::npos);
}

TEST_CASE("the same description runs twice, to the same digest", "[pipeline][threads]") {
  const auto p = pipeline{}.load(pixels(100), {.shuffle = true, .epochs = 1}).output({.directory = {}, .digest = true});
  std::string first;
  for (int i = 0; i < 2; ++i) {
    auto run = p.start();
    for (const auto& b : run.epoch()) REQUIRE(b.rows() > 0);
    const auto o = run.wait();
    REQUIRE((first.empty() || o.digest == first));
    first = o.digest;
  }
}
