#include <troupe/observe/visible_text.hpp>

#include "../catch.hpp"

using troupe::visible;

TEST_CASE("a name can neither begin a line nor move the cursor", "[observe]") {
  CHECK(visible("a\nb\tc\rd") == "a\\nb\\tc\\rd");
  CHECK(visible("\x1b[31mred") == "\\x1b[31mred");
  CHECK(visible(std::string("\0\x07\x7F", 3)) == "\\x00\\x07\\x7f");
  CHECK(visible("\xC2\x9B"
                "2J") == "\\xc2\\x9b2J");  // CSI in two bytes
  CHECK(visible("caf\xE9.jpg") == "caf\\xe9.jpg");
}

TEST_CASE("what a person can read stays as it is", "[observe]") {
  const std::string words = "photos/été/犬 \xF0\x9F\x90\x95 100 %.jpg\xC2\xA0";
  CHECK(visible(words) == words);
  CHECK(visible("").empty());
  CHECK(troupe::visible_lines("one\ntwo\x1b[0m\n") == "one\ntwo\\x1b[0m\n");
}
