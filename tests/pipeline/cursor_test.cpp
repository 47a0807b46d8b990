#include <troupe/pipeline/cursor.hpp>

#include <sstream>

#include "../catch.hpp"

using namespace troupe;

TEST_CASE("a cursor is printed as three numbers and read back", "[pipeline]") {
  for (const cursor& c : {cursor{}, cursor{7, 3, 120}, cursor{UINT64_MAX, UINT64_MAX, UINT64_MAX}}) {
    std::ostringstream text;
    text << c;
    CHECK(text.str() == to_string(c));
    CHECK(parse_cursor(text.str()) == c);
  }
  CHECK(to_string(cursor{7, 3, 120}) == "7:3:120");
}

TEST_CASE("what is no cursor is not taken for one", "[pipeline]") {
  for (const auto* text : {"", "7", "7:3", "7:3:", ":3:120", "7:3:120:", "7:3:120 ", " 7:3:120", "7:-3:120", "7;3;120",
                           "7:3:18446744073709551616", "a:b:c"})
    CHECK_FALSE(parse_cursor(text));
}
