#pragma once
#include "reference.hpp"

#include <troupe/augment/warp.hpp>

#include <functional>

constexpr auto nearest = troupe::interpolation::nearest, bilinear = troupe::interpolation::bilinear;

/// An image looked at through a map in double precision, straight from the definition: `back` gives the point of the
/// input for a point of the output, pixel centres at halves. Points outside are `fill`; fractions are dropped, as PIL
/// does.
pixels warped(const pixels& p, const std::function<std::array<double, 2>(double, double)>& back,
              troupe::interpolation how, int fill = 0);

/// Parameters of the one transform of a recipe, by name.
double number_of(const std::vector<troupe::drawn>& report, const std::string& name);

/// All the kinds of image that warps are tested on.
std::vector<pixels> test_images(int height, int width, int channels);

/// The result of a transform on raw pixels, as bytes; throws where it took more scratch than was announced.
pixels result_of(const troupe::transform& t, const pixels& p, std::uint64_t offset = 0,
                 std::vector<troupe::drawn>* report = nullptr);

/// In 255ths.
difference compare(const pixels& got, const pixels& want);

/// Whether a call is refused with this message.
std::string refusal(const std::function<void()>& call);
