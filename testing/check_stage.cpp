#include <troupe/testing/check_stage.hpp>

#include <troupe/testing/stand.hpp>

#include <functional>
#include <string>
#include <utility>

namespace troupe::testing {

namespace {

/// What happens besides demand and answers. Whatever goes wrong in this scene alone breaks its rule.
struct scene {
  const char* name;
  int rule;
  bool in_parts = false, odd = false, empty = false, runs_dry = false, nothing = false, abandons = false;
  int cancels = 0;
  bool demand_after_cancel = false, fails = false;
};

const scene scenes[] = {
    {.name = "items and demand", .rule = 0},
    {.name = "a source with nothing in it", .rule = 4, .empty = true},
    {.name = "a source that ends by itself", .rule = 4, .runs_dry = true},
    {.name = "leases answered in parts and in any order", .rule = 3, .in_parts = true},
    {.name = "a lease that is abandoned and answered late", .rule = 4, .in_parts = true, .abandons = true},
    {.name = "bad samples, and bytes of any kind", .rule = 7, .odd = true},
    {.name = "demand of no places", .rule = 8, .nothing = true},
    {.name = "cancelled once", .rule = 6, .cancels = 1},
    {.name = "cancelled twice", .rule = 6, .in_parts = true, .cancels = 2},
    {.name = "a failure", .rule = 5, .fails = true},
    {.name = "demand after it was cancelled", .rule = 8, .cancels = 1, .demand_after_cancel = true},
};

constexpr const char* reason = "the disk is gone";

void upset(stand& s, const scene& what) {
  if (what.fails) {
    s.settle();  // whoever holds a failure back until there is demand holds it still
    s.fail(reason);
    s.settle();
    if (s.edges().failure.find(reason) == std::string::npos)
      s.edges().note(5, "the source failed, and the stage below was not told why");
    s.cancel_all();
  }
  for (int n = 0; n < what.cancels; ++n) {
    s.cancel_all();
    s.turn(s.draw(4));
  }
  if (what.demand_after_cancel) s.demand_some(1 + s.draw(2));
}

// The source has nothing more to give once it was told that no demand follows, and has answered all of it.
void play_source(stand& s, const scene& what) {
  auto& e = s.edges();
  if (e.cancelled) s.give_back_all();
  if (what.abandons && s.draw(5) == 0) s.abandon_one();
  if (s.draw(2) == 0) s.answer(what.in_parts, what.odd);
  if ((e.last || e.cancelled) && e.pending.empty()) s.end_source();
}

std::pair<int, std::string> silence(stand& s) {
  auto& e = s.edges();
  if (!e.connected) return {4, "it never connected to the stage above"};
  if (e.below.ends() == 0) {
    return {4, e.below.open() > 0 ? std::to_string(e.below.open()) + " places never came back, and no end came"
                                  : "no end came"};
  }
  return {0, {}};
}

std::pair<int, std::string> play(const spawn_stage& spawn, const scene& what, const check_options& o,
                                 std::uint32_t seed) {
  stand s(spawn, o, seed);
  const auto upset_after = s.draw(12);
  const auto demands = what.empty ? 0 : 2 + s.draw(6);
  std::uint32_t asked = 0;
  bool last = false, is_upset = false;
  for (std::uint32_t step = 0; step < 400 && s.breach().first == 0 && s.edges().below.ends() == 0; ++step) {
    s.turn(s.draw(4));
    const bool quiet = (what.cancels > 0 || what.fails) && is_upset;
    if (asked < demands && !quiet && s.draw(3) == 0) {
      s.demand_some(1 + s.draw(3));
      ++asked;
    }
    if (what.nothing && !last && s.draw(3) == 0) s.demand_nothing();
    play_source(s, what);
    if ((what.cancels > 0 || what.fails) && !is_upset && step >= upset_after) {
      is_upset = true;
      upset(s, what);
    }
    if (what.runs_dry && step == 20 + upset_after) {
      s.settle();
      s.give_back_all();
      s.end_source();
      s.settle();
      break;
    }
    const bool all_back = asked == demands && s.edges().below.open() == 0;
    if (!last && !is_upset && !what.runs_dry && all_back) {
      last = true;
      s.say_last();
    }
  }
  s.settle();
  s.edges().look_back();
  auto found = s.breach();
  if (found.first == 0 && found.second.empty() && !what.fails) found = silence(s);  // of a cancel, other scenes tell
  if (found.first == 0 && found.second.empty() && !s.leaves()) found = {0, "it did not leave when it was told to"};
  return found;
}

}  // namespace

const char* obligation(int number) noexcept {
  switch (number) {
    case 0: return "an actor comes to rest, and leaves when it is told to";
    case 1: return "never send more items than places demanded";
    case 2: return "never touch an item after it was sent";
    case 3: return "signals of one edge are in order, leases answered in any order and in parts";
    case 4: return "exactly one end, after every lease was answered";
    case 5: return "failure travels down at once, without demand";
    case 6: return "cancel is idempotent and gives back every place";
    case 7: return "a user's exception never crosses a handler, and a bad sample stays bad";
    case 8: return "demand of no places, or after cancel, is legal";
    default: return "";
  }
}

report check_stage(const spawn_stage& spawn, const check_options& options) {
  report r;
  for (const auto& what : scenes) {
    for (std::uint32_t n = 0; n < options.interleavings; ++n) {
      const auto seed = options.first_seed + n;
      auto [rule, how] = play(spawn, what, options, seed);
      ++r.interleavings;
      if (rule == 0 && how.empty()) continue;
      const bool general = rule == 1 || rule == 4 || rule == 7;
      if (general && what.rule != 0 && r.find(rule) == nullptr) {
        const bool of_the_cancel = r.find(6) != nullptr && (what.cancels > 0 || what.fails);
        rule = of_the_cancel ? 6 : what.rule;
      }
      r.add({rule, obligation(rule), std::move(how), what.name, seed});
      break;
    }
  }
  return r;
}

}  // namespace troupe::testing
