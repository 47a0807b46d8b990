// A transform as a user adds it, in one file: what it does, how it prints itself, how it is read.
#include <troupe/augment/known_transforms.hpp>

#include <stdexcept>
#include <string>

namespace {

using namespace troupe;

transform darken(double most) {
  if (!(most >= 0 && most <= 1))
    throw std::invalid_argument("darken: most must be in 0 ... 1, got " + std::to_string(most));
  return {"darken(" + std::to_string(most) + ")", [most](image& pixels, generator& random, const notes& note) {
            const double by = random.uniform(0, most);
            note("by", by);
            for (int y = 0; y < pixels.shape.height; ++y)
              for (int x = 0; x < pixels.shape.width * pixels.shape.channels; ++x)
                pixels.row(y)[x] = std::uint8_t(pixels.row(y)[x] * (1 - by));
          }};
}

}  // namespace

transform darken_from(const spec_call& call) {
  call.allow({"most"});
  return darken(call.number("most", 0, 0.5));
}
