#pragma once
#include <troupe/actors/stage.hpp>
#include <troupe/testing/report.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::testing {

/// How thoroughly, and with what.
struct check_options {
  std::uint32_t interleavings = 50;  ///< of each scene; each is another seed
  std::uint32_t first_seed = 1;
  /// What items hold, beside random bytes: files of the kind that the stage is made for, and broken ones.
  std::vector<std::vector<std::uint8_t>> payloads = {};
  /// For a stage that brings the bytes of `keyed` data: what it has, and perhaps what it has not. Items come without
  /// bytes then, by these keys.
  std::vector<std::string> keys = {};
};

/// Holds a whole actor against the obligations of a stage (pipeline/messages.hpp, rules 1 to 8): a source above and a
/// consumer below it, on CAF's deterministic scheduler with virtual time, in many interleavings of everything that the
/// protocol allows. Rule 0 is what every actor owes its run: it comes to rest, and it leaves when it is told to.
///
///     const auto found = troupe::testing::check_stage(spawn_decrypt);
///     if (!found) std::cerr << found;   // rule 5, failure travels down at once, without demand: …
///
/// `spawn` makes a fresh actor in the system that it is given, without a thread of its own. Needs no test framework.
/// Throws what `spawn` throws, and std::invalid_argument where it makes no actor.
report check_stage(const spawn_stage& spawn, const check_options& options = {});

/// The obligation of that number, in a line.
const char* obligation(int number) noexcept;

}  // namespace troupe::testing
