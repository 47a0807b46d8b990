#pragma once
#include <cstdint>
#include <string>

namespace troupe {

/// A number with its thousands set apart, for people: 60000 → "60,000".
inline std::string grouped(std::uint64_t n) {
  auto digits = std::to_string(n);
  for (auto i = static_cast<int>(digits.size()) - 3; i > 0; i -= 3) digits.insert(static_cast<std::size_t>(i), 1, ',');
  return digits;
}

/// "1 file", "4,000 files".
inline std::string counted(std::uint64_t n, const std::string& noun, const std::string& plural_end = "s") {
  return grouped(n) + " " + noun + (n == 1 ? "" : plural_end);
}

}  // namespace troupe
