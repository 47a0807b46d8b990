// A transform as one of the library is added: what it does, how it prints itself, how it is read.
#include <troupe/augment/known_transforms.hpp>

#include <stdexcept>
#include <string>

namespace troupe {

namespace {

transform random_dimming(int most) {
  if (most < 0 || most > 255)
    throw std::invalid_argument("random_dimming: most must be in 0 ... 255, got " + std::to_string(most));
  return {"random_dimming(" + std::to_string(most) + ")", [most](image& pixels, generator& random, const notes& note) {
            const auto by = int(random.below(std::uint32_t(most) + 1));
            note("by", std::int64_t(by));
            for (int y = 0; y < pixels.shape.height; ++y)
              for (int x = 0; x < pixels.shape.width * pixels.shape.channels; ++x)
                pixels.row(y)[x] = std::uint8_t(pixels.row(y)[x] > by ? pixels.row(y)[x] - by : 0);
          }};
}

}  // namespace

transform random_dimming_from(const spec_call& call) {
  call.allow({"most"});
  return random_dimming(int(call.whole("most", 0, 40)));
}

}  // namespace troupe
