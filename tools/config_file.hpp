#pragma once
#include <string>
#include <utility>
#include <vector>

namespace troupe {

/// A value of a configuration file, as the command line would spell it.
struct config_value {
  std::string text;      ///< 64, 0.1, fashion-mnist, true
  bool boolean = false;  ///< it was true or false
};

/// The pairs of a JSON object in a file: `{"batch": 64, "lr": 0.1, "digest": true}`. Underscores in keys count as
/// hyphens; null leaves an option as it is. Throws usage_error where the file is missing or is something else.
std::vector<std::pair<std::string, config_value>> read_config_file(const std::string& file);

}  // namespace troupe
