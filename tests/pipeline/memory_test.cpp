#include <troupe/pipeline/block_pool.hpp>
#include <troupe/pipeline/byte_budget.hpp>
#include <troupe/pipeline/memory_plan.hpp>
#include <troupe/pipeline/options.hpp>
#include <troupe/pipeline/ring.hpp>

#include <cstring>
#include <set>
#include <sstream>
#include <stdexcept>

#include "../catch.hpp"

using namespace troupe;

TEST_CASE("who finds no room waits in line, and a large request is not passed by", "[pipeline]") {
  byte_budget budget(100);
  std::string order;
  REQUIRE(budget.try_take(60));
  budget.take(70, [&] { order += "large "; });
  REQUIRE_FALSE(budget.try_take(10));  // somebody waits already
  budget.take(10, [&] { order += "small "; });
  REQUIRE(order.empty());
  budget.give_back(60);
  REQUIRE(order == "large small ");
  REQUIRE(budget.held() == 80);
  REQUIRE(budget.peak() == 80);
  budget.give_back(80);
  REQUIRE(budget.held() == 0);
}

TEST_CASE("those who wait are called when half of what is enough is free, and at once while few hold some",
          "[pipeline]") {
  byte_budget many(1000, 400, 0), few(1000, 400, 3);
  for (auto* budget : {&many, &few}) {
    for (int i = 0; i < 4; ++i) REQUIRE(budget->try_take(100));
    bool called = false;
    REQUIRE_FALSE(budget->try_take(100));
    budget->take(100, [&] { called = true; });
    budget->give_back(100);
    REQUIRE_FALSE(called);
    budget->give_back(100);  // half of 400; two hold some
    REQUIRE(called);
  }
  byte_budget scratch(64, 64, 4);  // as workers share it
  REQUIRE(scratch.try_take(40));
  REQUIRE(scratch.try_take(20));
  bool called = false;
  scratch.take(16, [&] { called = true; });
  REQUIRE_FALSE(called);
  scratch.give_back(20);  // 40 are held still: more than half
  REQUIRE(called);
}

TEST_CASE("more than the whole budget is never granted", "[pipeline]") {
  byte_budget budget(100);
  REQUIRE_FALSE(budget.try_take(101));
  REQUIRE(budget.try_take(100));
}

TEST_CASE("a pool gives the block that came back last, and keeps no more than its limit", "[pipeline]") {
  block_pool pool(64 * 1024);
  auto a = pool.take(16'000), b = pool.take(16'000);
  const auto* second = b.data.get();
  pool.give_back(std::move(a));
  pool.give_back(std::move(b));
  auto again = pool.take(15'000);
  REQUIRE(again.data.get() == second);
  REQUIRE(pool.take(60'000).capacity >= 60'000);  // the idle one makes room
  pool.give_back(std::move(again));
  REQUIRE(pool.take(1'000).data.get() != second);  // far too large for so little
}

TEST_CASE("a ring lends each buffer once, and rows of fields do not overlap", "[pipeline]") {
  ring r(layout::of_images({4, 6, 3}), 5, 3);
  std::set<int> taken;
  for (int b = r.take(); b >= 0; b = r.take()) taken.insert(b);
  REQUIRE(taken.size() == 3);
  for (std::size_t row = 0; row < 5; ++row) {
    std::memset(r.row(0, layout::images, row), int(row), 4 * 6 * 3 * 4);
    std::memset(r.row(0, layout::labels, row), 100 + int(row), 8);
    std::memset(r.row(0, layout::indices, row), 200 + int(row), 8);
  }
  for (std::size_t row = 0; row < 5; ++row) {
    REQUIRE(int(*r.row(0, layout::images, row)) == int(row));
    REQUIRE(int(r.row(0, layout::images, row)[4 * 6 * 3 * 4 - 1]) == int(row));
    REQUIRE(int(*r.row(0, layout::labels, row)) == 100 + int(row));
    REQUIRE(int(*r.row(0, layout::indices, row)) == 200 + int(row));
  }
  int told = 0;
  r.on_release([&] { ++told; });
  r.give_back(1);
  REQUIRE(told == 1);
  REQUIRE(r.take() == 1);
  REQUIRE(r.grow());
  REQUIRE(r.take() == 3);
}

TEST_CASE("a ring gives up what it was made larger by when the buffer that was missing comes back", "[pipeline]") {
  ring r(layout::of_images({4, 6, 3}), 5, 1);
  for (int again = 0; again < 3; ++again) {
    const auto missing = r.take();
    REQUIRE(missing >= 0);
    REQUIRE(r.grow());
    REQUIRE_FALSE(r.grow());
    REQUIRE(r.buffers() == 2);
    r.give_back_late(std::uint32_t(missing));
    REQUIRE(r.buffers() == 1);
    REQUIRE(r.free_buffers() == 1);
  }
  const auto missing = r.take();
  r.give_back_late(std::uint32_t(missing));  // none was added for it
  REQUIRE(r.free_buffers() == 1);
}

TEST_CASE("a budget that was made wider for bytes that hang is as wide as before when they come back", "[pipeline]") {
  byte_budget b(100);
  REQUIRE(b.try_take(80));
  b.widen(80);
  REQUIRE(b.try_take(100));
  b.give_back(80);
  b.narrow(80);
  REQUIRE_FALSE(b.try_take(1));
  b.give_back(100);
  REQUIRE_FALSE(b.try_take(101));
  REQUIRE(b.try_take(100));
}

TEST_CASE("the plan takes what overlap needs, less where the limit is less", "[pipeline]") {
  memory_request r{
      .buffer_bytes = 40_MiB, .wanted_buffers = 4, .workers = 2, .read_ahead_bytes = 32_MiB, .limit_bytes = 2_GiB};
  REQUIRE(plan_memory(r).buffers == 4);
  REQUIRE(plan_memory(r).bound_bytes() == 4 * 40_MiB + 32_MiB + 2 * 4_MiB + 128_MiB);  // a sixteenth for large images
  r.limit_bytes = 1_GiB;
  REQUIRE(plan_memory(r).bound_bytes() == 4 * 40_MiB + 32_MiB + 2 * 4_MiB + 64_MiB);
  r.limit_bytes = 140_MiB;
  REQUIRE(plan_memory(r).buffers == 3);
  REQUIRE(plan_memory(r).bound_bytes() <= 140_MiB);
  r.limit_bytes = 60_MiB;
  REQUIRE(plan_memory(r).buffers == 1);
  REQUIRE(plan_memory(r).bound_bytes() <= 60_MiB);
}

TEST_CASE("what is kept for later epochs gets what the line leaves over", "[pipeline]") {
  memory_request r{.buffer_bytes = 40_MiB,
                   .wanted_buffers = 4,
                   .workers = 2,
                   .read_ahead_bytes = 32_MiB,
                   .marks_bytes = 500_MiB,
                   .limit_bytes = 2_GiB};
  REQUIRE(plan_memory(r).marks_bytes == 128_MiB);  // a sixteenth
  REQUIRE(plan_memory(r).cache_bytes == 0);
  r.marks_bytes = 1_MiB;
  r.cache = true;
  REQUIRE(plan_memory(r).marks_bytes == 1_MiB);
  REQUIRE(plan_memory(r).bound_bytes() == 2_GiB);
  std::ostringstream printed;
  printed << plan_memory(r);
  REQUIRE(printed.str().find(" + 1.0 MiB for marks in JPEGs + 1.7 GiB cache = 2.0 GiB") != std::string::npos);
  for (const std::size_t limit : {60_MiB, 140_MiB, 270_MiB}) {
    r.limit_bytes = limit;
    REQUIRE(plan_memory(r).bound_bytes() <= limit);
  }
}

TEST_CASE("a limit below one buffer, one read and one scratch is refused, naming the least amount", "[pipeline]") {
  try {
    plan_memory(
        {.buffer_bytes = 40_MiB, .wanted_buffers = 4, .workers = 2, .read_ahead_bytes = 32_MiB, .limit_bytes = 10_MiB});
    FAIL("it was accepted");
  } catch (const std::invalid_argument& e) {
    const std::string said = e.what();
    REQUIRE(said.find("memory must be >= 57.0 MiB") != std::string::npos);
    REQUIRE(said.find("got 10.0 MiB") != std::string::npos);
  }
}

TEST_CASE("bytes are readable", "[pipeline]") {
  std::ostringstream out;
  out << readable_bytes{512} << " " << readable_bytes{1536} << " " << readable_bytes{154_MiB} << " "
      << readable_bytes{2_GiB};
  REQUIRE(out.str() == "512 B 1.5 KiB 154.0 MiB 2.0 GiB");
}
