#include "config_file.hpp"

#include "exit_code.hpp"

#include <troupe/observe/json_text.hpp>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace troupe {

namespace {

config_value as_written(const std::string& file, boost::json::string_view key, const boost::json::value& v) {
  if (v.is_string()) return {std::string(v.get_string()), false};
  if (v.is_bool()) return {v.get_bool() ? "true" : "false", true};
  if (v.is_number()) return {json_text(v), false};
  throw usage_error(file + ": " + std::string(key) + " must be a number, a string, true or false");
}

}  // namespace

std::vector<std::pair<std::string, config_value>> read_config_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw usage_error("--config " + file + " cannot be read: " + std::strerror(errno));
  const std::string text(std::istreambuf_iterator<char>(in), {});
  boost::json::error_code failed;
  const auto whole = boost::json::parse(text, failed);
  if (failed) throw usage_error("--config " + file + " is no JSON: " + failed.message());
  if (!whole.is_object()) throw usage_error("--config " + file + " must hold one JSON object, like {\"batch\": 64}");
  std::vector<std::pair<std::string, config_value>> pairs;
  for (const auto& [key, value] : whole.get_object()) {
    if (value.is_null()) continue;
    std::string name(key);
    std::replace(name.begin(), name.end(), '_', '-');
    pairs.emplace_back(std::move(name), as_written(file, key, value));
  }
  return pairs;
}

}  // namespace troupe
