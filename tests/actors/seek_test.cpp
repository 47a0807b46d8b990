// A run that begins anywhere delivers what a run from the beginning delivers from there on.
#include <troupe/sources/concatenate.hpp>

#include <stdexcept>

#include "../catch.hpp"
#include "delivered.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

constexpr std::uint64_t epochs = 2, batches = 7;  // of 50 samples, 8 a batch

pipeline line_of(bool from_files, const sampling& how = {}, std::uint64_t seed = 5) {
  const auto half = from_files ? files(25) : pixels(25);
  return pipeline{}
      .load(concatenate({half, half}), {.shuffle = true, .seed = seed, .sampling = how, .epochs = epochs})
      .augment(from_files ? std::vector<transform>{resize({2, 2}), noise()} : std::vector<transform>{noise()})
      .batch({.size = 8})
      .budget({.cpus = 2});
}

std::string refusal(const pipeline& p) {
  try {
    p.settings();
  } catch (const std::invalid_argument& e) { return e.what(); }
  return "accepted";
}

}  // namespace

TEST_CASE("a run can begin at any batch of any epoch, bit for bit", "[actors][law]") {
  for (bool from_files : {false, true}) {
    for (const auto& how : {sampling{}, by_class(), by_part({0.7, 0.3}), by_weight()}) {
      const auto p = line_of(from_files, how);
      const auto play = [&](std::uint64_t n) {
        rig r(pipeline(p).seek(n / batches, n % batches), std::uint32_t(n));
        if (from_files) r.disk().missing = {3, 7, 20};
        auto all = rest_of(r);
        REQUIRE(r.over());
        REQUIRE(r.over()->how == ending::completed);
        REQUIRE(r.over()->dispositions.balanced());
        REQUIRE(r.over()->dispositions.opened == epochs * 50 - n / batches * 50 - n % batches * 8);
        REQUIRE(r.state().memory->free_buffers() == r.state().memory->buffers());
        return all;
      };
      const auto whole = play(0);
      REQUIRE(whole.size() == epochs * batches);
      for (std::uint64_t n = 1; n < epochs * batches; ++n) REQUIRE(play(n) == from_batch(whole, n));
    }
  }
}

TEST_CASE("the cursor of a run says where its next batch is, and can be given back again and again", "[actors][law]") {
  const auto p = line_of(true, by_class());
  rig whole(p);
  const auto all = rest_of(whole);
  cursor where{.seed = 5};
  for (std::size_t n = 0; n <= all.size(); ++n) {
    rig r(line_of(true, by_class(), 99).seek(where), std::uint32_t(n + 1));  // the cursor's seed holds
    REQUIRE(r.state().stands_at() == where);
    const auto next = r.pull();
    REQUIRE(bool(next) == (n < all.size()));
    if (!next) break;
    REQUIRE(copy_of(*next) == all[n]);
    where = r.state().stands_at();
    r.stop();
    r.settle();
    REQUIRE(r.state().stands_at() == where);  // what was open and never delivered does not count
  }
  REQUIRE(where == cursor{.seed = 5, .epoch = epochs, .batch = 0});
}

TEST_CASE("a run that begins at its end delivers nothing and is complete", "[actors]") {
  rig r(line_of(false).seek(epochs));
  REQUIRE(r.pull_all().empty());
  REQUIRE(r.over());
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(r.over()->dispositions.opened == 0);
}

TEST_CASE("an epoch that begins in its middle can be left, and with drop_last its rest is counted", "[actors]") {
  rig left(line_of(false).seek(0, 3));
  REQUIRE(left.pull());
  left.leave(0);
  REQUIRE(left.pull_all().size() == batches);
  REQUIRE(left.over()->dispositions.balanced());
  REQUIRE(left.over()->dispositions.skipped(skip_reason::left) == 50 - 4 * 8);

  rig dropped(line_of(false).batch({.size = 8, .drop_last = true}).seek(1, 5));
  REQUIRE(dropped.pull_all().size() == 1);
  REQUIRE(dropped.over()->dispositions.balanced());
  REQUIRE(dropped.over()->dispositions.skipped(skip_reason::drop_last) == 2);
}

TEST_CASE("a run with a trainer begins where it is told, its evaluations in their places", "[actors]") {
  auto book = std::make_shared<tally_book>();
  rig r(pipeline{}
            .load(pixels(50), {.shuffle = true})
            .batch({.size = 8})
            .train(counting(book), {.epochs = 3})
            .evaluate(pixels(10), {})
            .seek(1, 5));
  r.settle();
  REQUIRE(r.over());
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(book->trained.size() == 2 + batches);
  REQUIRE(book->evaluated.size() == 4);
  REQUIRE(r.over()->epochs.size() == 2);
  REQUIRE(r.over()->epochs.front().epoch == 1);
  REQUIRE(r.state().stands_at() == cursor{.seed = 0, .epoch = 3, .batch = 0});
}

TEST_CASE("a place that a run does not have is refused", "[actors]") {
  REQUIRE(refusal(line_of(false).seek(2, 1)) == "seek: epoch must be < 2, the epochs of this run, got 2");
  REQUIRE(refusal(line_of(false).seek(7)) == "seek: epoch must be < 2, the epochs of this run, got 7");
  REQUIRE(refusal(line_of(false).seek(1, 7)) == "seek: batch must be < 7, the batches of an epoch, got 7");
  REQUIRE(refusal(line_of(false).seek(1, 6)) == "accepted");
  REQUIRE(refusal(pipeline{}.load(pixels(9)).seek(1'000'000'000'000)) == "accepted");  // this one has no end
}

TEST_CASE("a place far away is there at once", "[actors]") {
  rig r(pipeline{}.load(pixels(50), {.shuffle = true, .sampling = by_class()}).batch({.size = 8}).seek(1ull << 40, 3));
  const auto b = r.pull();
  REQUIRE(b);
  REQUIRE(b->epoch() == 1ull << 40);
  REQUIRE(b->number() == 3);
}
