#pragma once
#include "../catch.hpp"
#include "rig.hpp"

#include <string>

namespace troupe::test {

/// What a disturbed run of 120 rows must come to: the batches of an undisturbed one, and nothing left over.
inline void expect_whole(rig& r, const std::string& digest) {
  REQUIRE(r.over());
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(r.over()->dispositions.balanced());
  REQUIRE(r.over()->dispositions.delivered == 120);
  REQUIRE(r.over()->digest == digest);
  REQUIRE(r.state().memory->free_buffers() == r.state().memory->buffers());
  REQUIRE(r.state().read_ahead.held() == 0);
  REQUIRE(r.actors() == 0);
}

}  // namespace troupe::test
