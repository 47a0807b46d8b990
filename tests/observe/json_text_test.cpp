#include <troupe/observe/json_text.hpp>

#include <boost/json.hpp>
#include <limits>

#include "../catch.hpp"

TEST_CASE("JSON is written with plain numbers, and read back the same", "[observe]") {
  const boost::json::value v = boost::json::parse(
      R"({"a": 3120.4, "b": [1, -2, {"c": null}], "d": "x\"\\\n\u0001é", "e": true, "f": {}, "g": []})");
  CHECK(troupe::json_text(v).find("3120.4") != std::string::npos);
  CHECK(boost::json::parse(troupe::json_text(v)) == v);
  CHECK(boost::json::parse(troupe::json_page(v)) == v);
  CHECK(troupe::json_text(std::numeric_limits<double>::quiet_NaN()) == "null");
  CHECK(troupe::json_text("a\xFFz") == "\"a\\\\xffz\"");
  CHECK(troupe::json_text("\xED\xA0\x80") == "\"\\\\xed\\\\xa0\\\\x80\"");
}
