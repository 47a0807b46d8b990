#include <troupe/sources/hold_out.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "contains.hpp"
#include "shelf.hpp"

using namespace troupe;

namespace {

std::set<std::string> set_of(const dataset& data) {
  const auto all = members(data);
  return {all.begin(), all.end()};
}

}  // namespace

TEST_CASE("a held out part and the rest are disjoint and cover everything", "[sources][law]") {
  const auto data = on_shelf(2000);
  for (double fraction : {0.001, 0.1, 0.5, 0.999}) {
    const auto [rest, held] = hold_out(data, fraction, 3);
    CHECK(rest.size() + held.size() == 2000);
    auto all = set_of(rest);
    for (const auto& name : set_of(held)) CHECK(all.insert(name).second);
    CHECK(all.size() == 2000);
    CHECK(std::abs(double(held.size()) - 2000 * fraction) <= 4 * std::sqrt(2000 * fraction * (1 - fraction)) + 1);
  }
}

TEST_CASE("files that come or go move no other", "[sources][law]") {
  std::vector<std::string> names;
  for (int i = 0; i < 500; ++i) names.push_back((i % 2 == 0 ? "cat/" : "dog/") + std::to_string(i));
  const auto before = set_of(hold_out(on_shelf({"cat", "dog"}, names), 0.2).held_out);
  auto more = names;
  for (int i = 0; i < 300; ++i) more.push_back("ape/" + std::to_string(i));
  std::sort(more.begin(), more.end());
  const auto after = hold_out(on_shelf({"ape", "cat", "dog"}, more), 0.2);
  const auto held = set_of(after.held_out), rest = set_of(after.rest);
  for (const auto& name : names) {
    CHECK(held.count(name) == before.count(name));
    CHECK(rest.count(name) == 1 - before.count(name));
  }
  names.erase(names.begin(), names.begin() + 100);
  const auto fewer = set_of(hold_out(on_shelf({"cat", "dog"}, names), 0.2).held_out);
  for (const auto& name : names) CHECK(fewer.count(name) == before.count(name));
}

TEST_CASE("in memory, pixels say on which side a sample stands, so equal ones stand together", "[sources][law]") {
  // Names are letters here, and their first three bytes are the pixels: many samples look the same.
  std::vector<std::string> names;
  for (int i = 0; i < 400; ++i) names.push_back("a/" + std::string(1, char('A' + i % 40)) + std::to_string(i));
  const auto [rest, held] = hold_out(on_shelf({"a"}, names, true), 0.3);
  std::map<std::string, std::set<int>> sides;
  for (const auto& name : members(rest)) sides[name.substr(0, 3)].insert(0);
  for (const auto& name : members(held)) sides[name.substr(0, 3)].insert(1);
  CHECK(sides.size() == 40);
  for (const auto& side : sides) CHECK(side.second.size() == 1);
}

TEST_CASE("another seed is another choice, and both parts say what they are", "[sources]") {
  const auto data = on_shelf(1000);
  CHECK(set_of(hold_out(data, 0.1, 1).held_out) != set_of(hold_out(data, 0.1, 2).held_out));
  CHECK(set_of(hold_out(data, 0.1, 1).held_out) == set_of(hold_out(data, 0.1, 1).held_out));
  const auto [rest, held] = hold_out(data, 0.25, 7);
  CHECK(held->describe() == "shelf: 1000 samples, " + std::to_string(held.size()) + " held out (0.25, seed 7)");
  CHECK_THAT(rest->describe(), contains(std::to_string(rest.size()) + " without those held out"));
  for (double wrong : {0.0, 1.0, -0.1, 1.5}) CHECK_THROWS_WITH(hold_out(data, wrong), contains("above 0 and below 1"));
  CHECK_THROWS_WITH(hold_out(data, std::nan("")), contains("hold_out: fraction must be"));
}

TEST_CASE("a larger fraction holds out what a smaller one does, and more", "[sources]") {
  const auto data = on_shelf(1000);
  const auto few = set_of(hold_out(data, 0.1).held_out), many = set_of(hold_out(data, 0.4).held_out);
  CHECK(std::includes(many.begin(), many.end(), few.begin(), few.end()));
}
