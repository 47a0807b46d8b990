#include <troupe/testing/report.hpp>

#include <ostream>
#include <utility>

namespace troupe::testing {

const broken_rule* report::find(int number) const noexcept {
  for (const auto& b : broken) {
    if (b.number == number) return &b;
  }
  return nullptr;
}

void report::add(broken_rule what) {
  if (find(what.number) == nullptr) broken.push_back(std::move(what));
}

std::ostream& operator<<(std::ostream& out, const report& r) {
  if (r.passed()) {
    out << "no rule is broken";
    if (r.interleavings > 0) out << " in " << r.interleavings << " interleavings";
    return out << "\n";
  }
  for (const auto& b : r.broken) {
    out << "rule " << b.number << ", " << b.name << ": " << b.how;
    if (!b.scene.empty()) out << " [" << b.scene << ", seed " << b.seed << "]";
    out << "\n";
  }
  return out;
}

}  // namespace troupe::testing
