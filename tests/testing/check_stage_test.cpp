// The checker is checked: every way of breaking a rule is found and called by its number, and what breaks none passes.
#include <troupe/testing/check_stage.hpp>

#include <sstream>
#include <stdexcept>

#include "../catch.hpp"
#include "broken_stages.hpp"

using namespace troupe;
using namespace troupe::test;
using troupe::testing::check_stage;

namespace {

struct passing : own_stage_state {
  static inline const char* name = "passing";
  passing() = default;
};
own_actor::behavior_type passing_actor(self_of<own_actor, passing> self, gives<encoded> upstream) {
  return stage_behavior(self, std::move(upstream));
}

std::string text(const testing::report& r) {
  std::ostringstream out;
  out << r;
  return out.str();
}

}  // namespace

TEST_CASE("every broken stage is caught by the number of its rule", "[testing][law]") {
  REQUIRE(broken_stages().size() >= 10);
  for (const auto& broken : broken_stages()) {
    const auto found = check_stage(broken.spawn);
    INFO(broken.how << "\n" << text(found));
    REQUIRE_FALSE(found.passed());
    REQUIRE(found.broken.front().number == broken.rule);
    REQUIRE(text(found).find("rule " + std::to_string(broken.rule) + ", " + testing::obligation(broken.rule)) == 0);
  }
}

TEST_CASE("a stage that changes nothing breaks no rule", "[testing][law]") {
  const auto found = check_stage([](caf::actor_system& system, gives<encoded> upstream) {
    return system.spawn(passing_actor, std::move(upstream));
  });
  INFO(text(found));
  REQUIRE(found.passed());
  REQUIRE(found.interleavings >= 500);
}

TEST_CASE("a function as an actor breaks no rule, whatever it throws, returns or makes", "[testing][law]") {
  const item_handler handlers[] = {
      [](encoded item) { return item; },
      [](encoded item) {
        if (item.bytes.size() % 3 == 0) throw std::runtime_error("not mine");
        return item;
      },
      [](encoded item) {
        if (item.bytes.size() % 2 == 0) return encoded{};
        item.hold(std::vector<std::uint8_t>(item.bytes.rbegin(), item.bytes.rend()));
        return item;
      },
      [](encoded item) -> encoded { throw item.index; },
  };
  for (const auto& each : handlers) {
    const auto found = check_stage([&](caf::actor_system& system, gives<encoded> upstream) {
      return system.spawn(handler_actor, std::move(upstream), std::string("odd"), each);
    });
    INFO(text(found));
    REQUIRE(found.passed());
  }
}

TEST_CASE("a report says which interleaving broke a rule, and playing it again breaks it again", "[testing]") {
  const auto& broken = broken_stages().at(4);
  const auto found = check_stage(broken.spawn);
  const auto seed = found.broken.front().seed;
  const auto again = check_stage(broken.spawn, {.interleavings = 1, .first_seed = seed});
  REQUIRE(again.find(broken.rule) != nullptr);
  REQUIRE(again.find(broken.rule)->how == found.broken.front().how);
}

TEST_CASE("a function that throws or spawns no actor ends the check at once, whatever it began", "[testing]") {
  REQUIRE_THROWS_WITH(check_stage([](caf::actor_system&, const gives<encoded>&) -> own_actor {
                        throw std::runtime_error("no connection");
                      }),
                      "no connection");
  REQUIRE_THROWS_WITH(check_stage([](caf::actor_system& system, const gives<encoded>& upstream) -> own_actor {
                        const own_actor begun = system.spawn(passing_actor, upstream);
                        throw std::runtime_error("no second connection");
                      }),
                      "no second connection");
  REQUIRE_THROWS_WITH(check_stage([](caf::actor_system&, const gives<encoded>&) { return own_actor{}; }),
                      "check_stage: the function spawned no actor");
}

TEST_CASE("a stage that brings bytes by key is checked by keys, whether it has them or not", "[testing][law]") {
  const auto bring = [](encoded item) {
    if (!item.to_bring() || item.key.empty()) throw std::runtime_error("a key was due");
    if (item.key == "b") throw std::runtime_error("no such key");
    if (item.key != "c") item.hold({1, 2, 3});
    return item;
  };
  const auto found = check_stage(
      [&](caf::actor_system& system, gives<encoded> upstream) {
        return system.spawn(handler_actor, std::move(upstream), std::string("store"), item_handler(bring));
      },
      {.keys = {"a", "b", "c"}});
  INFO(text(found));
  REQUIRE(found.passed());
  for (const auto& broken : broken_stages()) {
    if (broken.rule == 2 || broken.rule == 7) continue;  // with bytes, or what is thrown at some of them
    INFO(broken.how);
    REQUIRE_FALSE(check_stage(broken.spawn, {.keys = {"a", "b"}}).passed());
  }
}
