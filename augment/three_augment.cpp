#include <troupe/augment/colour_transforms.hpp>
#include <troupe/augment/gaussian_blur.hpp>
#include <troupe/augment/policies.hpp>
#include <troupe/augment/several.hpp>
#include <troupe/augment/spec_call.hpp>

namespace troupe {

transform three_augment() {
  return compose({random_choice({grayscale(), random_solarize(128, 1), gaussian_blur(13, {0.1, 2})}),
                  color_jitter(0.3, 0.3, 0.3)});
}

transform three_augment_from(const spec_call& call) { return call.allow({}), three_augment(); }

}  // namespace troupe
