#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace troupe {

// What stands behind an option, as text, made into a value. Each throws usage_error with the end of a sentence: "must
// be a whole number from 1 to 64, got abc".

/// 0, 1, 2 …
std::uint64_t whole_number(const std::string& text, std::uint64_t least, std::uint64_t most = UINT64_MAX);

/// 0.1, 1e-4 …, from `least` to below `below`.
double number_from(const std::string& text, double least, double below);

/// 0/4, 3/4: one part of several.
struct one_part {
  std::uint64_t i = 0, n = 1;
};
one_part part_from(const std::string& text);

/// 512MiB, 2GiB, 1.5GiB, 64KiB, or bytes.
std::uint64_t byte_count(const std::string& text);

/// One of a few words; the nearest one is offered for any other.
std::string one_of(const std::string& text, const std::vector<std::string>& words);

/// At least one of a few words, with commas between; as for `one_of`.
std::vector<std::string> several_of(const std::string& text, const std::vector<std::string>& words);

}  // namespace troupe
