#pragma once
#include <boost/json/value.hpp>

#include <string>

namespace troupe {

/// JSON on one line, numbers as a person writes them (3120.4), NaN and infinity as null, bytes that are no UTF-8 as
/// U+FFFD.
std::string json_text(const boost::json::value& v);

/// The one object of --json, on a line of stdout. Throws std::runtime_error where it cannot be written.
void print_json(const boost::json::value& v);

/// The same over several lines, for files that a person opens.
std::string json_page(const boost::json::value& v);

}  // namespace troupe
