#pragma once
#include <boost/json/value.hpp>

#include <string>

namespace troupe {

/// JSON on one line, numbers as a person writes them (3120.4), NaN and infinity as null. Names of files are bytes: one
/// that belongs to no UTF-8 character is written as \\xHH.
std::string json_text(const boost::json::value& v);

/// The same over several lines, for files that a person opens.
std::string json_page(const boost::json::value& v);

}  // namespace troupe
