#include <fnmatch.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include <troupe/sources/grouped.hpp>
#include <troupe/sources/listing.hpp>
#include <troupe/sources/shards.hpp>

namespace troupe {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t most_shards = 1'000'000;

bool digits(const std::string& text, std::uint64_t& value) {
  const auto [after, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc{} && after == text.data() + text.size();
}

std::string padded(std::uint64_t number, std::size_t width) {
  auto text = std::to_string(number);
  return std::string(width > text.size() ? width - text.size() : 0, '0') + text;
}

/// Every spelling of one pair of braces, {0000..0009} or {train,test}, then of those behind it.
void expand(const std::string& word, std::vector<std::string>& all) {
  if (all.size() > most_shards)
    throw std::runtime_error(word + ": names more than " + grouped(most_shards) + " shards");
  const auto open = word.find('{'), close = word.find('}', std::min(open, word.size()));
  if (open == std::string::npos || close == std::string::npos) {
    all.push_back(word);
    return;
  }
  const auto before = word.substr(0, open), inside = word.substr(open + 1, close - open - 1),
             after = word.substr(close + 1);
  if (const auto dots = inside.find(".."); dots != std::string::npos) {
    const auto first = inside.substr(0, dots), last = inside.substr(dots + 2);
    std::uint64_t from = 0, to = 0;
    if (!digits(first, from) || !digits(last, to) || from > to || to - from >= most_shards)
      throw std::runtime_error(word + ": {" + inside +
                               "} must be two numbers, the lower one first, as in {0000..0009}");
    for (auto i = from; i <= to; ++i) expand(std::string(before).append(padded(i, first.size())).append(after), all);
    return;
  }
  for (std::size_t begin = 0; begin <= inside.size();) {
    const auto end = std::min(inside.find(',', begin), inside.size());
    expand(std::string(before).append(inside, begin, end - begin).append(after), all);
    begin = end + 1;
  }
}

std::vector<fs::path> matching(const fs::path& pattern) {
  const auto folder = pattern.parent_path();
  std::vector<fs::path> found;
  for (const auto& name : files_in(folder.empty() ? fs::path(".") : folder, ""))
    if (::fnmatch(pattern.filename().c_str(), name.c_str(), 0) == 0) found.push_back(folder / name);
  if (found.empty()) throw std::runtime_error(pattern.string() + ": no file has such a name");
  return found;
}

}  // namespace

std::vector<fs::path> shard_names(const std::string& word) {
  std::error_code ignored;
  if (fs::is_directory(word, ignored)) {
    std::vector<fs::path> all;
    for (const auto& name : files_in(word, ".tar")) all.push_back(fs::path(word) / name);
    if (all.empty()) throw std::runtime_error(word + ": no .tar file in this folder");
    return all;
  }
  if (fs::exists(word, ignored)) return {word};
  std::vector<std::string> words;
  expand(word, words);
  std::vector<fs::path> all;
  for (const auto& one : words) {
    if (one.find_first_of("*?[") != std::string::npos && !fs::exists(one, ignored)) {
      const auto found = matching(one);
      all.insert(all.end(), found.begin(), found.end());
    } else if (fs::exists(one, ignored)) {
      all.emplace_back(one);
    } else {
      throw std::runtime_error(one + ": no such shard" + (words.size() > 1 ? ", though " + word + " names it" : ""));
    }
  }
  return all;
}

}  // namespace troupe
