#pragma once
#include <span>
#include <string>
#include <string_view>

namespace troupe {

/// How many letters have to be inserted, deleted, changed or swapped with their neighbour to turn one word into the
/// other (optimal string alignment distance; Damerau 1964).
int edit_distance(std::string_view a, std::string_view b);

/// For the end of an error message: `did you mean 'imagenet'?` where a word is near, else `there are imagenet, cifar`.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);

}  // namespace troupe
