#pragma once
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace troupe {

/// Where a run stands: the batch that comes next. The whole state of the input side is these three numbers; a run of
/// the same configuration that begins there delivers what this one would go on with, bit for bit.
///
///     const auto where = run.cursor();                       // printed: 7:3:120
///     description.seek(where).start();                       // or, later: seek(*troupe::parse_cursor("7:3:120"))
struct cursor {
  std::uint64_t seed = 0;
  std::uint64_t epoch = 0;  ///< counted from 0; the number of epochs where a run is over
  std::uint64_t batch = 0;  ///< in its epoch, counted from 0

  bool operator==(const cursor&) const = default;
};

/// "seed:epoch:batch"
std::string to_string(const cursor& c);
/// The cursor of such a text; nothing where it is none.
std::optional<cursor> parse_cursor(std::string_view text);
std::ostream& operator<<(std::ostream& out, const cursor& c);

}  // namespace troupe
