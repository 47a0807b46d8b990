#pragma once
#include <filesystem>
#include <stdexcept>
#include <string>

namespace troupe {

/// Throws `FILE: what is wrong with it`.
[[noreturn]] inline void refuse(const std::filesystem::path& file, const std::string& what) {
  throw std::runtime_error(file.string() + ": " + what);
}

}  // namespace troupe
