#pragma once
#include <troupe/augment/affine.hpp>
#include <troupe/augment/angles.hpp>
#include <troupe/augment/colour.hpp>
#include <troupe/augment/extent.hpp>
#include <troupe/augment/pad.hpp>
#include <troupe/augment/policies.hpp>
#include <troupe/augment/spec_call.hpp>
#include <troupe/augment/warp.hpp>

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe {

/// Arguments of a call in the types that several transforms share; as the getters of `spec_call`, they throw
/// std::invalid_argument with the name and what was written.

/// `9` or `(9, 90, 200)`; 0 where it was not given.
colour colour_in(const spec_call& call, std::string_view name, std::size_t position);
/// `30` or `(-10, 30)`; must be given.
angles angles_in(const spec_call& call, std::string_view name, std::size_t position);
/// `interpolation`: `nearest` or `bilinear`.
interpolation interpolation_in(const spec_call& call, std::size_t position, interpolation otherwise);
/// `center`: `(x, y)`.
std::optional<point> center_in(const spec_call& call, std::size_t position);
/// `4`, `(4, 2)` or `(1, 2, 3, 4)`; where `otherwise` is empty, it must be given.
margins margins_in(const spec_call& call, std::string_view name, std::size_t position, std::vector<int> otherwise);
/// `padding_mode`.
padding_mode padding_mode_in(const spec_call& call, std::size_t position);
/// `interpolation`, and behind it `fill`.
policy_options policy_in(const spec_call& call, std::size_t position, const policy_options& otherwise);

/// Only `p`, for a transform that takes nothing else.
transform with_p(const spec_call& call, transform (*make)(double), double otherwise = 0.5);

}  // namespace troupe
