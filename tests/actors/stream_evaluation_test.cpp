// Evaluation on what a generator yields: the same samples in the same order after every epoch, none of them replaced.
#include <algorithm>
#include <map>

#include "../catch.hpp"
#include "numbers.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

constexpr std::uint64_t epochs = 3;

std::vector<transform> as_they_are() { return {resize({1, 1})}; }

// Of pixels, or of files.
pipeline training_on(dataset data, const std::shared_ptr<tally_book>& book, int cpus = 2) {
  train_options options;
  options.epochs = epochs;
  return pipeline{}
      .load(std::move(data), {.shuffle = true, .seed = 5})
      .augment(as_they_are())
      .batch({.size = 8})
      .train(counting(book), options)
      .budget({.cpus = cpus})
      .output({.directory = {}, .digest = true});
}

pipeline training_on(const stream& from, const std::shared_ptr<tally_book>& book, int cpus = 2) {
  return training_on(pixels(1), book, cpus).load(from, {.shuffle = true, .seed = 5});
}

void expect_complete(rig& r) {
  r.settle();
  REQUIRE(r.over());
  INFO(r.over()->reason);
  REQUIRE(r.over()->how == ending::completed);
  expect_nothing_left(r);
}

std::vector<std::int64_t> labels_of(const std::vector<seen>& all) {
  std::vector<std::int64_t> labels;
  for (const auto& b : all) labels.insert(labels.end(), b.labels.begin(), b.labels.end());
  return labels;
}

// Labels 0 1 2 … of n numbers, without some, after every epoch.
std::vector<std::int64_t> each_time(std::uint64_t n, const std::set<std::uint64_t>& without = {}) {
  std::vector<std::int64_t> labels;
  for (std::uint64_t e = 0; e < epochs; ++e) {
    for (std::uint64_t i = 0; i < n; ++i) {
      if (without.count(i) == 0) labels.push_back(std::int64_t(i % 10));
    }
  }
  return labels;
}

}  // namespace

TEST_CASE("a generator is evaluated on after each epoch from its beginning, whatever is trained on",
          "[actors][stream][evaluation][law]") {
  for (std::uint64_t n : {1, 8, 21}) {
    for (bool streams : {false, true}) {
      for (bool as_files : {false, true}) {
        std::string digest;
        for (std::uint32_t order = 1; order <= 12; ++order) {
          auto book = std::make_shared<tally_book>();
          auto p = streams
                       ? training_on(numbers({.n = 30, .as_files = as_files}, {.window = 7}), book, int(1 + order % 3))
                       : training_on(as_files ? files(30) : pixels(30), book, int(1 + order % 3));
          p.evaluate(numbers({.n = n, .as_files = as_files}), as_they_are());
          rig r(p, order);
          expect_complete(r);
          REQUIRE(labels_of(book->evaluated) == each_time(n));
          REQUIRE(labels_of(book->trained).size() == epochs * 30);
          REQUIRE(r.over()->epochs.size() == epochs);
          for (const auto& e : r.over()->epochs) REQUIRE(e.test_accuracy == 1);
          REQUIRE(r.over()->dispositions.opened == epochs * (30 + n));
          if (digest.empty()) digest = r.over()->digest;
          REQUIRE(r.over()->digest == digest);
        }
      }
    }
  }
}

TEST_CASE("it evaluates to what the same samples in memory do", "[actors][stream][evaluation][law]") {
  auto book = std::make_shared<tally_book>(), same = std::make_shared<tally_book>();
  rig of_stream(training_on(pixels(30), book).evaluate(numbers({.n = 21}), as_they_are()));
  rig of_data(training_on(pixels(30), same).evaluate(pixels(21), as_they_are()));
  expect_complete(of_stream);
  expect_complete(of_data);
  REQUIRE(of_stream.over()->digest == of_data.over()->digest);
}

TEST_CASE("what a generator yields that is bad is skipped in an evaluation and replaced in training",
          "[actors][stream][evaluation][law]") {
  for (std::uint32_t order = 1; order <= 20; ++order) {
    auto book = std::make_shared<tally_book>();
    auto p = training_on(numbers({.n = 30, .empty = {4}}), book, int(1 + order % 3));
    p.evaluate(numbers({.n = 21, .empty = {3, 20}}), as_they_are());
    rig r(p, order);
    expect_complete(r);
    auto labels = labels_of(book->evaluated), wanted = each_time(21, {3, 20});
    std::sort(labels.begin(), labels.end());  // the last row of a batch moves into a hole
    std::sort(wanted.begin(), wanted.end());
    REQUIRE(labels == wanted);
    REQUIRE(r.over()->dispositions.replaced == epochs);
    REQUIRE(r.over()->dispositions.skipped(skip_reason::unreadable) == 2 * epochs);
  }
}

TEST_CASE("workers die in an evaluation of a generator, and nothing of it is lost",
          "[actors][stream][evaluation][restart]") {
  int killed = 0;
  for (std::uint32_t order = 1; order <= 60; ++order) {
    auto book = std::make_shared<tally_book>();
    const bool as_files = order % 2 == 0;
    auto p = training_on(numbers({.n = 16, .as_files = as_files}), book);
    p.evaluate(numbers({.n = 40, .as_files = as_files}), as_they_are());
    rig r(p, order);
    r.breaches_throw = false;
    while (r.hired() < 2) r.run(1);
    r.run(2 * order);
    if (!r.over()) {
      r.kill(order % 2);
      ++killed;
    }
    expect_complete(r);
    REQUIRE(labels_of(book->evaluated) == each_time(40));
  }
  REQUIRE(killed > 50);
}

TEST_CASE("a run that evaluates on a generator is stopped at any message, and every place comes back",
          "[actors][stream][evaluation][law]") {
  for (std::uint32_t at = 1; at <= 150; ++at) {
    auto book = std::make_shared<tally_book>();
    const bool as_files = at % 3 == 0;
    auto p = at % 2 == 0 ? training_on(numbers({.n = 16, .as_files = as_files}), book)
                         : training_on(as_files ? files(16) : pixels(16), book);
    rig r(p.evaluate(numbers({.n = 20, .as_files = as_files}), as_they_are()), at);
    r.run(at * 2);
    r.stop();
    r.settle();
    expect_nothing_left(r);
  }
}

TEST_CASE("a run that begins later evaluates on all of it all the same", "[actors][stream][evaluation][seek]") {
  auto book = std::make_shared<tally_book>();
  auto p = training_on(numbers({.n = 30}), book).seek(1, 2);
  rig r(p.evaluate(numbers({.n = 21}), as_they_are()), 4);
  expect_complete(r);
  REQUIRE(labels_of(book->trained).size() == 14 + 30);
  REQUIRE(labels_of(book->evaluated).size() == 2 * 21);
}

TEST_CASE("a generator that throws in an evaluation, or yields nothing, ends the run in order",
          "[actors][stream][evaluation]") {
  auto book = std::make_shared<tally_book>();
  rig none(training_on(pixels(30), book).evaluate(numbers({.n = 0}, {.name = "recent"}), as_they_are()));
  none.settle();
  REQUIRE(none.over()->how == ending::failed);
  REQUIRE(none.over()->reason == "loader: recent yielded nothing to evaluate on; mend it, or leave evaluate() out");
  expect_nothing_left(none);
  const auto dry = generated(
      [](std::uint64_t epoch) {
        return [epoch, n = 0]() mutable -> std::optional<yielded> {
          if (epoch != 0 || n == 5) throw std::runtime_error("the well is dry");
          ++n;
          return yielded({std::uint8_t(n)}, n);
        };
      },
      {.shape = image_shape{1, 1, 1}, .name = "well"});
  rig r(training_on(pixels(30), book).evaluate(dry, as_they_are()));
  r.settle();
  REQUIRE(r.over()->reason.find("loader: well threw at sample 5 of epoch 0: the well is dry") == 0);
  expect_nothing_left(r);
}

TEST_CASE("an evaluation on a generator is part of the plan and of the memory, and needs no cache",
          "[actors][stream][evaluation]") {
  auto book = std::make_shared<tally_book>();
  auto p = training_on(pixels(30), book)
               .evaluate(numbers({.n = 9}, {.window_bytes = 4000, .name = "recent"}), as_they_are());
  REQUIRE(p.settings().memory.window_bytes == 1000);
  REQUIRE(p.describe().find("evaluation recent: as many samples as it yields in 10 classes") != std::string::npos);
  auto cached = training_on(files(30), book).load(files(30), {.cache = cached::encoded});
  cached.evaluate(numbers({.n = 9, .as_files = true}), as_they_are());
  REQUIRE_THROWS_WITH(cached.settings(), Catch::Contains("load: cache must be none where evaluate() has a generator"));
}

TEST_CASE("evaluations on a generator are the same on any number of threads", "[actors][stream][evaluation][threads]") {
  std::string digest;
  for (int cpus : {1, 2, 5}) {
    auto book = std::make_shared<tally_book>();
    auto p = training_on(numbers({.n = 300}, {.window = 40}), book, cpus);
    auto run = p.evaluate(numbers({.n = 200, .empty = {17}}), as_they_are()).start();
    const auto o = run.wait();
    REQUIRE(o.ok());
    REQUIRE(o.dispositions.balanced());
    REQUIRE(labels_of(book->evaluated).size() == epochs * 199);
    if (digest.empty()) digest = o.digest;
    REQUIRE(o.digest == digest);
  }
}
