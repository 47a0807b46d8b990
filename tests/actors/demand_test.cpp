// The obligations of a stage on every edge of the line, while everything happens that may: each run of a test is
// another interleaving, and the rig's witnesses look at every message of it.
#include "rig.hpp"

#include <functional>

#include "../catch.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t interleavings = 40;

pipeline of_files(std::uint64_t n) {
  return pipeline{}
      .load(files(n), {.shuffle = true, .epochs = 2, .read_ahead_bytes = 600})
      .augment({resize({2, 2})}, {.chunk = 3})
      .batch({.size = 8})
      .budget({.cpus = 3});
}

pipeline of_pixels(std::uint64_t n) {
  return pipeline{}
      .load(pixels(n), {.shuffle = true, .epochs = 2})
      .augment({}, {.chunk = 3})
      .batch({.size = 8})
      .budget({.cpus = 3});
}

// Runs to the end; every so many messages something happens. What holds at every end is held against it.
void play(rig& r, std::size_t every, const std::function<void()>& happens) {
  for (int i = 0; !r.over() && i < 10'000; ++i) {
    r.run(every);
    if (happens) happens();
    r.take();
  }
  REQUIRE(r.over());
  REQUIRE(r.over()->dispositions.balanced());
  REQUIRE(r.state().memory->free_buffers() == r.state().memory->buffers());
  REQUIRE(r.state().read_ahead.held() == 0);
  REQUIRE(r.actors() == 0);
  for (const auto& book : {r.edges.encoded, r.edges.sample, r.edges.batch}) {
    INFO(book->breach());
    REQUIRE(book->breach().empty());
    REQUIRE(book->ends() == 1);
    REQUIRE(book->open() == 0);
    REQUIRE(book->sent() <= book->asked());
  }
}

}  // namespace

TEST_CASE("no edge carries more than was demanded on it, in any interleaving", "[actors][law][demand]") {
  for (std::uint32_t order = 1; order <= interleavings; ++order) {
    rig r(order % 2 == 0 ? of_files(45) : of_pixels(45), order);
    play(r, 5, {});
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.over()->dispositions.delivered == 90);
    REQUIRE(r.edges.encoded->sent() == r.edges.encoded->asked());
    REQUIRE(r.edges.sample->sent() == r.edges.sample->asked());
    REQUIRE(r.edges.batch->sent() == 12);
  }
}

TEST_CASE("bad samples are asked for again, and no more is sent than that", "[actors][law][demand]") {
  for (std::uint32_t order = 1; order <= interleavings; ++order) {
    rig r(of_files(45), order);
    r.disk().missing = {1, 2, 3};
    r.disk().damaged = {7, 8};
    play(r, 5, {});
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.over()->dispositions.replaced >= 10);
    REQUIRE(r.edges.sample->asked() >= 90 + r.over()->dispositions.replaced);
  }
}

TEST_CASE("a disk that answers now and then breaks no obligation", "[actors][law][demand]") {
  for (std::uint32_t order = 1; order <= interleavings; ++order) {
    rig r(of_files(45), order);
    r.disk().hold = true;
    play(r, 7, [&] { r.disk().release(); });
    REQUIRE(r.over()->dispositions.delivered == 90);
  }
}

TEST_CASE("whoever stops or leaves, every place comes back once", "[actors][law][demand]") {
  for (std::uint32_t order = 1; order <= interleavings; ++order) {
    for (bool from_files : {false, true}) {
      rig r(from_files ? of_files(45) : of_pixels(45), order);
      std::uint32_t turn = 0;
      play(r, 1 + order % 7, [&] {
        if (++turn == order) r.leave(0);
        if (turn == 2 * order) r.stop();
      });
    }
  }
}

TEST_CASE("a worker that hangs and comes back late answers only what was abandoned", "[actors][law][demand]") {
  for (std::uint32_t order = 1; order <= interleavings; ++order) {
    rig r(order % 2 == 0 ? of_files(45) : of_pixels(45), order);
    std::uint32_t turn = 0;
    play(r, 3, [&] {
      turn += r.hired() > 2;
      if (turn == 4 + order % 5) r.freeze(order % 3);
      if (turn == 12 + order % 7) r.give_up(order % 3);
      if (turn == 20 + order) r.thaw(order % 3);
    });
    REQUIRE(r.over()->dispositions.delivered == 90);
  }
}
