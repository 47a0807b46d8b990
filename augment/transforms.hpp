#pragma once
/// All transforms, by torchvision's names.
#include <troupe/augment/crop.hpp>
#include <troupe/augment/cutout.hpp>
#include <troupe/augment/elastic_transform.hpp>
#include <troupe/augment/flip.hpp>
#include <troupe/augment/gaussian_blur.hpp>
#include <troupe/augment/gaussian_noise.hpp>
#include <troupe/augment/jpeg.hpp>
#include <troupe/augment/normalize.hpp>
#include <troupe/augment/pad.hpp>
#include <troupe/augment/random_affine.hpp>
#include <troupe/augment/random_erasing.hpp>
#include <troupe/augment/random_perspective.hpp>
#include <troupe/augment/random_rotation.hpp>
#include <troupe/augment/resize.hpp>
#include <troupe/augment/transform.hpp>
