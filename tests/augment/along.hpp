#pragma once
#include "warp_reference.hpp"

#include <troupe/augment/affine.hpp>
#include <troupe/augment/targets.hpp>

#include <vector>

/// A picture and what belongs to it, behind a list of transforms.
struct went_along {
  pixels picture, mask;
  std::vector<troupe::box> boxes;
  std::vector<troupe::keypoint> keypoints;
  std::vector<troupe::drawn> report;
};

/// Runs both. Throws where that fails, where more scratch is taken than was announced, or where the picture is another
/// one than without targets.
went_along run_along(const troupe::recipe& r, const troupe::picture& p, const troupe::targets& given,
                     std::uint64_t offset = 0);
/// The same on raw pixels.
went_along run_along(const std::vector<troupe::transform>& list, const pixels& p, const troupe::targets& given,
                     std::uint64_t offset = 0);

/// 255 from 128 on, otherwise 0; one channel.
pixels threshold(const pixels& p);

/// Whether all pixels around this one are the same.
bool even_around(const pixels& p, int y, int x);

/// The hull of all pixels of this value, and their middle.
troupe::box hull_of(const pixels& p, int value);
troupe::point middle_of(const pixels& p, int value);

/// Black, with this part in white.
pixels drawn_part(int height, int width, const troupe::rect& part, int channels = 1, int value = 255);
