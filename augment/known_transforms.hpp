#pragma once
#include <troupe/augment/spec_call.hpp>
#include <troupe/augment/transform.hpp>

#include <span>
#include <string_view>
#include <vector>

namespace troupe {

/// A transform that text may name, and what makes it of a call.
struct known_transform {
  std::string_view name;
  transform (*make)(const spec_call&);
};

/// All of them. A new one is a line in `known_transforms.cpp`.
std::span<const known_transform> known_transforms();
std::vector<std::string_view> known_names();

/// Throws std::invalid_argument, with the nearest right name, where none is called so.
transform make_transform(const spec_call& call);

}  // namespace troupe
