#pragma once
#include "../catch.hpp"
#include "rig.hpp"

#include <string>

namespace troupe::test {

/// Nothing of a run that is over is left.
inline void expect_nothing_left(rig& r) {
  REQUIRE(r.over());
  INFO(r.over()->reason);
  REQUIRE(r.over()->dispositions.balanced());
  REQUIRE(r.state().memory->free_buffers() == r.state().memory->buffers());
  REQUIRE(r.state().read_ahead.held() == 0);
  REQUIRE(r.state().large_scratch.held() == 0);
  REQUIRE(r.actors() == 0);
}

/// What a disturbed run of 120 rows must come to: the batches of an undisturbed one, and nothing left over.
inline void expect_whole(rig& r, const std::string& digest) {
  REQUIRE(r.over());
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(r.over()->dispositions.delivered == 120);
  REQUIRE(r.over()->digest == digest);
  expect_nothing_left(r);
}

}  // namespace troupe::test
