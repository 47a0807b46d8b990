#include <troupe/augment/spec_arguments.hpp>

#include <utility>

namespace troupe {

colour colour_in(const spec_call& call, std::string_view name, std::size_t position) {
  const auto v = call.wholes(name, position, {1, 3}, {0});
  return v.size() == 1 ? colour(v[0]) : colour(v[0], v[1], v[2]);
}

angles angles_in(const spec_call& call, std::string_view name, std::size_t position) {
  const auto v = call.numbers(name, position, {1, 2});
  return v.size() == 1 ? angles(v[0]) : angles(v[0], v[1]);
}

interpolation interpolation_in(const spec_call& call, std::size_t position, interpolation otherwise) {
  const std::string word = call.word("interpolation", position, {"nearest", "bilinear"}, to_string(otherwise));
  return word == "nearest" ? interpolation::nearest : interpolation::bilinear;
}

std::optional<point> center_in(const spec_call& call, std::size_t position) {
  if (!call.find("center", position)) return {};
  const auto at = call.numbers("center", position, {2});
  return point{at[0], at[1]};
}

margins margins_in(const spec_call& call, std::string_view name, std::size_t position, std::vector<int> otherwise) {
  const auto v = call.wholes(name, position, {1, 2, 4}, std::move(otherwise));
  return v.size() == 1 ? margins(v[0]) : v.size() == 2 ? margins(v[0], v[1]) : margins(v[0], v[1], v[2], v[3]);
}

padding_mode padding_mode_in(const spec_call& call, std::size_t position) {
  const std::string mode =
      call.word("padding_mode", position, {"constant", "edge", "reflect", "symmetric"}, "constant");
  return mode == "edge"        ? padding_mode::edge
         : mode == "reflect"   ? padding_mode::reflect
         : mode == "symmetric" ? padding_mode::symmetric
                               : padding_mode::constant;
}

policy_options policy_in(const spec_call& call, std::size_t position, const policy_options& otherwise) {
  return {interpolation_in(call, position, otherwise.how),
          call.find("fill", position + 1) ? colour_in(call, "fill", position + 1) : otherwise.fill};
}

transform with_p(const spec_call& call, transform (*make)(double), double otherwise) {
  call.allow({"p"});
  return make(call.number("p", 0, otherwise));
}

}  // namespace troupe
