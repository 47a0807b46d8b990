#pragma once
#include <string>

#include "../catch.hpp"

/// Matches a text that has this part. Catch2 3 renamed the matcher.
inline auto contains(const std::string& part) {
#if __has_include(<catch2/catch_all.hpp>)
  return Catch::Matchers::ContainsSubstring(part);
#else
  return Catch::Matchers::Contains(part);
#endif
}
