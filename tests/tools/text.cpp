#include "tests/catch.hpp"
#include "tools/exit_code.hpp"
#include "tools/terminal.hpp"
#include "tools/values.hpp"

TEST_CASE("sizes are read as people write them", "[tools]") {
  CHECK(troupe::byte_count("512MiB") == 512u << 20);
  CHECK(troupe::byte_count("2GiB") == 2ull << 30);
  CHECK(troupe::byte_count("1.5 KiB") == 1536);
  CHECK(troupe::byte_count("123456") == 123456);
  for (const char* wrong : {"", "GiB", "0", "-1MiB", "2GB", "1e99GiB", "2GiBx"}) {
    INFO(wrong);
    CHECK_THROWS_AS(troupe::byte_count(wrong), troupe::usage_error);
  }
}

TEST_CASE("numbers are whole, in range, and nothing follows them", "[tools]") {
  CHECK(troupe::whole_number("18446744073709551615", 0) == UINT64_MAX);
  for (const char* wrong : {"", "1.5", "-1", "7x", " 7", "18446744073709551616"}) {
    INFO(wrong);
    CHECK_THROWS_AS(troupe::whole_number(wrong, 0), troupe::usage_error);
  }
  CHECK(troupe::number_from("1e-4", 0, 1) == 1e-4);
  for (const char* wrong : {"nan", "inf", "1", "-0.1", "0.5x", ""}) {
    INFO(wrong);
    CHECK_THROWS_AS(troupe::number_from(wrong, 0, 1), troupe::usage_error);
  }
}

TEST_CASE("a progress line loses whole fields on a narrow terminal, never more than it must", "[tools]") {
  const std::string line = "epoch 1/2  step 812/2345  loss 0.412  2,913 img/s";
  CHECK(troupe::fitted(line, 200) == line);
  CHECK(troupe::fitted(line, line.size()) == line);
  CHECK(troupe::fitted(line, line.size() - 1) == "epoch 1/2  step 812/2345  loss 0.412");
  CHECK(troupe::fitted(line, 9) == "epoch 1/2");
  CHECK(troupe::fitted(line, 5) == "epoch");
  CHECK(troupe::fitted(line, 0).empty());
}
