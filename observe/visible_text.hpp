#pragma once
#include <string>
#include <string_view>

namespace troupe {

/// A text as a terminal may get it. Names of files and classes are whatever somebody wrote: control characters, and
/// bytes that belong to no UTF-8 character, are spelled out (`\n`, `\x1b`, `\x9b`), so that a name can neither begin a
/// line nor move the cursor.
std::string visible(std::string_view text);

/// The same of several lines: the breaks between them stay.
std::string visible_lines(std::string_view text);

}  // namespace troupe
