#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace troupe {

/// The lines of a small text file that are not empty, without their ends (LF or CRLF) and without a byte
/// order mark: the names of classes. Throws
/// std::runtime_error where the file has more than 16 MiB.
std::vector<std::string> text_lines(const std::filesystem::path& file);

}  // namespace troupe
