#pragma once
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace troupe::testing {

/// One rule that was broken, and how.
struct broken_rule {
  int number = 0;          ///< of the obligations in pipeline/messages.hpp, or of <troupe/testing/check_source.hpp>
  std::string name;        ///< "failure travels down at once, without demand"
  std::string how;         ///< what was seen
  std::string scene;       ///< what was being done
  std::uint32_t seed = 0;  ///< of the interleaving
};

/// What a check found: each rule once, as it was broken first.
struct report {
  std::vector<broken_rule> broken;
  std::uint64_t interleavings = 0;  ///< that were played

  bool passed() const noexcept { return broken.empty(); }
  explicit operator bool() const noexcept { return passed(); }
  const broken_rule* find(int number) const noexcept;
  void add(broken_rule what);
};

/// A line for each broken rule: "rule 5, failure travels down at once, without demand: …".
std::ostream& operator<<(std::ostream& out, const report& r);

}  // namespace troupe::testing
