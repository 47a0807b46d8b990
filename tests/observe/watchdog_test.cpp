#include <troupe/observe/watchdog.hpp>

#include <atomic>
#include <future>

#include "../catch.hpp"

using namespace troupe;
using namespace std::chrono_literals;

TEST_CASE("a beat that stands still is noticed, once, and once more after it went on", "[observe][threads]") {
  std::atomic<std::uint64_t> beat{1};
  std::atomic<int> lost{0};
  std::promise<void> first, second;
  watchdog last([&] { return beat.load(); }, 8ms, [&] { (++lost == 1 ? first : second).set_value(); });
  REQUIRE(first.get_future().wait_for(60s) == std::future_status::ready);
  ++beat;
  REQUIRE(second.get_future().wait_for(60s) == std::future_status::ready);
  REQUIRE(lost == 2);
}

TEST_CASE("a beat that goes on leaves the watchdog silent", "[observe][threads]") {
  std::atomic<std::uint64_t> beat{0};
  std::atomic<int> lost{0};
  std::promise<void> enough;
  {
    watchdog last(
        [&] {
          if (beat == 100) enough.set_value();
          return ++beat;
        },
        4ms, [&] { ++lost; });
    REQUIRE(enough.get_future().wait_for(60s) == std::future_status::ready);
  }
  REQUIRE(lost == 0);
}
