// What goes wrong is counted, replaced or ends the run in order; nothing is lost.
#include "rig.hpp"

#include <algorithm>
#include <stdexcept>

#include "../catch.hpp"
#include "../sources/temporary_folder.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

pipeline of_files(std::uint64_t n, load_options options = {.shuffle = true, .epochs = 1}) {
  return pipeline{}.load(files(n), options).augment({resize({2, 2})}).batch({.size = 8}).budget({.cpus = 2});
}

bool shows(const std::vector<seen>& all, std::int64_t index) {
  return std::any_of(all.begin(), all.end(), [&](const seen& s) {
    return std::find(s.indices.begin(), s.indices.end(), index) != s.indices.end();
  });
}

std::vector<std::vector<std::int64_t>> indices(const std::vector<seen>& all) {
  std::vector<std::vector<std::int64_t>> out;
  for (const auto& s : all) out.push_back(s.indices);
  return out;
}

}  // namespace

TEST_CASE("a bad sample is replaced by the same other one in every interleaving", "[actors][law]") {
  std::vector<std::vector<std::int64_t>> first;
  for (std::uint32_t order = 1; order <= 20; ++order) {
    rig r(of_files(50), order);
    r.disk().missing = {3};
    r.disk().damaged = {17};
    const auto all = r.pull_all();
    REQUIRE(r.over()->how == ending::completed);
    const auto d = r.over()->dispositions;
    REQUIRE(d.balanced());
    REQUIRE(d.replaced == 2);
    REQUIRE(d.delivered == 48);
    REQUIRE_FALSE(shows(all, 3));
    REQUIRE_FALSE(shows(all, 17));
    if (first.empty()) first = indices(all);
    REQUIRE(indices(all) == first);
  }
}

TEST_CASE("more bad samples than the budget end the run and name the first ones", "[actors]") {
  for (std::uint32_t order = 1; order <= 10; ++order) {
    rig r(of_files(100), order);
    for (std::uint64_t i = 0; i < 11; ++i) r.disk().missing.insert(i);
    r.pull_all();
    REQUIRE(r.over());
    REQUIRE(r.over()->how == ending::failed);
    REQUIRE(r.over()->bad_data);
    REQUIRE(r.over()->reason.find("bad samples") != std::string::npos);
    REQUIRE(r.over()->reason.find("(missing") != std::string::npos);
    REQUIRE(r.over()->dispositions.balanced());
    REQUIRE(r.actors() == 0);
  }
}

TEST_CASE("ten bad samples are within the budget", "[actors]") {
  rig r(of_files(100));
  for (std::uint64_t i = 0; i < 10; ++i) r.disk().missing.insert(i);
  r.pull_all();
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(r.over()->dispositions.replaced >= 10);
}

TEST_CASE("a data set without any readable sample fails instead of searching for ever", "[actors]") {
  rig r(of_files(5));
  r.disk().missing = {0, 1, 2, 3, 4};
  r.pull_all();
  REQUIRE(r.over()->how == ending::failed);
  REQUIRE(r.over()->reason.find("no readable sample") != std::string::npos);
  REQUIRE(r.over()->dispositions.balanced());
}

TEST_CASE("a file larger than the read-ahead is a bad sample, not a deadlock", "[actors]") {
  rig r(of_files(5, {.epochs = 1, .read_ahead_bytes = 50}));
  r.pull_all();
  REQUIRE(r.over()->how == ending::failed);
  REQUIRE(r.over()->reason.find("too_large") != std::string::npos);
}

TEST_CASE("a transform that throws makes bad samples, the workers live on", "[actors]") {
  for (bool known : {true, false}) {
    rig r(pipeline{}
              .load(pixels(40), {.epochs = 1})
              .augment({transform("picky",
                                  [known](image& i, generator&) {
                                    if (i.data[0] != 13) return;
                                    if (known) throw std::runtime_error("thirteen");
                                    throw 13;
                                  })})
              .batch({.size = 8}),
          7);
    const auto all = r.pull_all();
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE_FALSE(shows(all, 13));
    REQUIRE(r.over()->dispositions.replaced == 1);
  }
}

TEST_CASE("an evaluation skips what it cannot read and closes the hole", "[actors]") {
  auto book = std::make_shared<tally_book>();
  rig r(pipeline{}
            .load(files(20), {.shuffle = true})
            .augment({resize({2, 2})})
            .batch({.size = 8})
            .train(counting(book), {.epochs = 2})
            .evaluate(files(11), {resize({2, 2})}),
        3);
  r.disk().missing = {1, 10};
  r.settle();
  REQUIRE(r.over());
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(r.over()->dispositions.balanced());
  REQUIRE(r.over()->dispositions.skipped(skip_reason::unreadable) == 4);
  REQUIRE(book->evaluated.size() == 4);
  std::vector<std::int64_t> labels = book->evaluated[0].labels;
  std::sort(labels.begin(), labels.end());
  REQUIRE(labels == std::vector<std::int64_t>{0, 2, 3, 4, 5, 6, 7});
  REQUIRE(book->evaluated[1].labels == std::vector<std::int64_t>{8, 9});
  REQUIRE(r.over()->epochs.size() == 2);
  REQUIRE(r.over()->epochs[0].test_accuracy == Approx(1));
}

TEST_CASE("a step that is not finite is not applied and ends the run", "[actors][alert]") {
  auto book = std::make_shared<tally_book>();
  book->not_finite_at = 2;
  rig r(pipeline{}.load(pixels(80), {}).batch({.size = 8}).budget({.cpus = 1}).train(counting(book), {.epochs = 1}), 2);
  r.settle();
  REQUIRE(r.over()->how == ending::failed);
  REQUIRE(r.over()->steps == 2);
  REQUIRE(book->trained.size() == 2);
  REQUIRE(r.over()->dispositions.balanced());
  REQUIRE(r.alerts.size() == 1);
  REQUIRE(r.alerts[0].name == "non_finite");
}

TEST_CASE("a last checkpoint that cannot be written fails the run, and nobody says that training goes on",
          "[actors][alert]") {
  const temporary_folder folder;
  auto book = std::make_shared<tally_book>();
  book->disk_is_full = true;
  rig r(pipeline{}
            .load(pixels(16), {})
            .batch({.size = 8})
            .budget({.cpus = 1})
            .output({.directory = folder.path()})
            .train(counting(book), {.epochs = 1}));
  r.settle();
  REQUIRE(r.over()->how == ending::failed);
  REQUIRE(r.over()->reason == "trainer: no space left");
  REQUIRE(r.alerts.size() == 1);
  REQUIRE(r.alerts[0].name == "checkpoint_failed");
  REQUIRE(r.alerts[0].action == "the run ends without it");
}

TEST_CASE("a loss that is NaN ends the run, whatever the learner says of it", "[actors][alert]") {
  for (const bool evaluating : {false, true}) {
    auto book = std::make_shared<tally_book>();
    (evaluating ? book->evaluation_nan_at : book->nan_at) = 4;
    rig r(pipeline{}
              .load(pixels(80), {})
              .batch({.size = 8})
              .budget({.cpus = 1})
              .train(counting(book), {.epochs = 2})
              .evaluate(pixels(40), {}),
          2);
    r.settle();
    REQUIRE(r.over()->how == ending::failed);
    REQUIRE(r.over()->steps == (evaluating ? 10 : 4));
    REQUIRE(r.over()->epochs.empty());
    REQUIRE(r.over()->dispositions.balanced());
    REQUIRE(r.actors() == 0);
    REQUIRE(r.alerts.size() == 1);
    REQUIRE(r.alerts[0].name == "non_finite");
    REQUIRE(r.alerts[0].op == (evaluating ? "evaluating" : "training"));
    REQUIRE_THAT(r.over()->reason,
                 Catch::Contains(evaluating ? "the loss of an evaluation was not finite at epoch 0, batch 4"
                                            : "was not finite at epoch 0, step 4"));
  }
}

TEST_CASE("a model that makes no learner ends the run, and is named", "[actors]") {
  const model none("none", "nothing", [](const learner_setup&) { return std::unique_ptr<learner>(); });
  rig r(pipeline{}.load(pixels(80), {}).batch({.size = 8}).train(none, {.epochs = 1}));
  r.settle();
  REQUIRE(r.over()->how == ending::failed);
  REQUIRE(r.over()->reason == "trainer: none: its function made no learner");
  REQUIRE(r.over()->dispositions.balanced());
  REQUIRE(r.actors() == 0);
}

TEST_CASE("finite steps raise no alert", "[actors][alert]") {
  auto book = std::make_shared<tally_book>();
  rig r(pipeline{}.load(pixels(80), {}).batch({.size = 8}).budget({.cpus = 1}).train(counting(book), {.epochs = 1}), 2);
  r.settle();
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(r.over()->steps == 10);
  REQUIRE(r.alerts.empty());
}

TEST_CASE("a model that throws ends the run in order", "[actors]") {
  for (std::uint32_t order = 1; order <= 20; ++order) {
    auto book = std::make_shared<tally_book>();
    book->throws_at = order % 4;
    rig r(pipeline{}.load(pixels(80), {}).batch({.size = 8}).train(counting(book), {.epochs = 1}), order);
    r.settle();
    REQUIRE(r.over());
    REQUIRE(r.over()->how == ending::failed);
    REQUIRE(r.over()->reason == "trainer: the model does not fit");
    REQUIRE(r.over()->dispositions.balanced());
    REQUIRE(r.actors() == 0);
  }
}

TEST_CASE("a stage that dies ends the run in order, at any moment", "[actors][law]") {
  for (int stage = 0; stage < 4; ++stage) {
    for (std::size_t messages = 30; messages < 120; messages += 7) {
      rig r(of_files(60), std::uint32_t(messages));
      r.run(messages);
      if (r.over()) continue;
      r.breaches_throw = false;
      if (stage == 0) caf::anon_send_exit(r.stages().loader, caf::exit_reason::kill);
      if (stage == 1) caf::anon_send_exit(r.stages().batcher, caf::exit_reason::kill);
      if (stage == 2) caf::anon_send_exit(r.stages().consumer, caf::exit_reason::kill);
      if (stage == 3) caf::anon_send_exit(r.stages().augmenter, caf::exit_reason::kill);
      r.settle();
      r.pull_all();
      INFO("stage " << stage << " after " << messages << " messages");
      REQUIRE(r.over());
      REQUIRE(r.over()->how == ending::failed);
      REQUIRE(r.over()->dispositions.balanced());
      REQUIRE(r.actors() == 0);
    }
  }
}

TEST_CASE("an evaluation whose last batch cannot be read still completes its epoch", "[actors]") {
  auto book = std::make_shared<tally_book>();
  rig r(pipeline{}
            .load(files(16), {})
            .augment({resize({2, 2})})
            .batch({.size = 8})
            .train(counting(book), {.epochs = 1})
            .evaluate(files(9), {resize({2, 2})}),
        3);
  r.disk().missing = {8};
  r.settle();
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(r.over()->epochs.size() == 1);
  REQUIRE(r.over()->epochs[0].test_accuracy == Approx(1));
}
