#include <troupe/pipeline/cursor.hpp>

#include <charconv>
#include <ostream>

namespace troupe {

std::string to_string(const cursor& c) {
  return std::to_string(c.seed) + ":" + std::to_string(c.epoch) + ":" + std::to_string(c.batch);
}

std::optional<cursor> parse_cursor(std::string_view text) {
  cursor c;
  const auto* at = text.data();
  const auto* end = at + text.size();
  for (auto* number : {&c.seed, &c.epoch, &c.batch}) {
    if (number != &c.seed && (at == end || *at++ != ':')) return std::nullopt;
    const auto [after, failed] = std::from_chars(at, end, *number);
    if (failed != std::errc()) return std::nullopt;
    at = after;
  }
  return at == end ? std::optional(c) : std::nullopt;
}

std::ostream& operator<<(std::ostream& out, const cursor& c) { return out << to_string(c); }

}  // namespace troupe
