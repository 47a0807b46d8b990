#pragma once
#include <span>
#include <string>
#include <string_view>

namespace troupe {

/// The number of letters to insert, delete or change to make one word the other (Levenshtein 1966).
int edit_distance(std::string_view a, std::string_view b);

/// For the end of an error message: `did you mean 'imagenet'?` where a word is near, else `there are imagenet, cifar`.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);

}  // namespace troupe
