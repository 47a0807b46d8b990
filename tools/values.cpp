#include "values.hpp"

#include "exit_code.hpp"

#include <troupe/sources/nearest.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <sstream>
#include <string_view>

namespace troupe {

namespace {

[[noreturn]] void refuse(const std::string& allowed, const std::string& got) {
  throw usage_error("must be " + allowed + ", got " + (got.empty() ? "nothing" : got));
}

/// The number at the beginning of a text; what follows it stays in the text. NaN where there is none.
double leading_number(std::string_view& text) {
  double value = 0;
  const auto [after, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{}) return std::numeric_limits<double>::quiet_NaN();
  text.remove_prefix(std::size_t(after - text.data()));
  return value;
}

std::string range(double least, double below) {
  std::ostringstream text;
  text << "a number " << (least == std::numeric_limits<double>::min() ? "above 0" : "");
  if (least != std::numeric_limits<double>::min()) text << "of at least " << least;
  if (std::isfinite(below)) text << " and below " << below;
  return text.str();
}

}  // namespace

std::uint64_t whole_number(const std::string& text, std::uint64_t least, std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [after, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || after != text.data() + text.size() || value < least || value > most) {
    refuse(most == UINT64_MAX ? "a whole number of at least " + std::to_string(least)
                              : "a whole number from " + std::to_string(least) + " to " + std::to_string(most),
           text);
  }
  return value;
}

double number_from(const std::string& text, double least, double below) {
  std::string_view rest = text;
  const auto value = leading_number(rest);
  if (!rest.empty() || !std::isfinite(value) || value < least || value >= below) refuse(range(least, below), text);
  return value;
}

one_part part_from(const std::string& text) {
  const auto slash = text.find('/');
  if (slash == std::string::npos) refuse("I/N, like 0/4", text);
  const auto n = whole_number(text.substr(slash + 1), 1, 1ull << 48);
  return {whole_number(text.substr(0, slash), 0, n - 1), n};
}

std::uint64_t byte_count(const std::string& text) {
  std::string_view rest = text;
  const auto value = leading_number(rest);
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  double unit = 0;
  if (rest.empty() || rest == "B") unit = 1;
  if (rest == "KiB") unit = 0x1p10;
  if (rest == "MiB") unit = 0x1p20;
  if (rest == "GiB") unit = 0x1p30;
  if (rest == "TiB") unit = 0x1p40;
  if (unit == 0 || !(value * unit >= 1) || value * unit > 0x1p60)
    refuse("a size like 512MiB, 2GiB or a number of bytes", text);
  return std::uint64_t(value * unit);
}

std::string one_of(const std::string& text, const std::vector<std::string>& words) {
  std::string allowed;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == text) return text;
    allowed += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  }
  refuse(allowed, text + did_you_mean(text, words));
}

std::vector<std::string> several_of(const std::string& text, const std::vector<std::string>& words) {
  std::vector<std::string> several;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    several.push_back(one_of(text.substr(at, end - at), words));
    at = end + 1;
  }
  return several;
}

}  // namespace troupe
