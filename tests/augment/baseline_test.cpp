#include <troupe/augment/baseline_reader.hpp>
#include <troupe/augment/jpeg_reader.hpp>

#include <random>

#include "../catch.hpp"
#include "encoded.hpp"

using namespace troupe;

namespace {

rect random_part(std::mt19937& random, int height, int width) {
  rect r;
  r.height = 1 + int(random() % unsigned(height));
  r.width = 1 + int(random() % unsigned(width));
  r.top = int(random() % unsigned(height - r.height + 1));
  r.left = int(random() % unsigned(width - r.width + 1));
  return r;
}

/// The rows of a part, one pixel after another; shorter where the reader stopped.
bytes rows_of(row_source& reader, const rect& part) {
  bytes all;
  for (int y = 0; y < part.height; ++y) {
    const pixel_row row = reader.next();
    if (!row) break;
    for (int x = 0; x < part.width; ++x)
      for (const std::uint8_t* plane : row.plane) all.push_back(plane[x * row.step]);
  }
  return all;
}

}  // namespace

TEST_CASE("the fast decoder gives the pixels of libjpeg, whatever the size, sampling and part", "[augment][fast]") {
  std::mt19937 random(1);
  arena memory;
  baseline_reader fast;
  jpeg_reader portable;
  for (const auto& [across, down, channels] : {std::tuple{2, 2, 3}, {2, 1, 3}, {1, 1, 3}, {1, 2, 3}, {1, 1, 1}})
    for (int height = 1; height <= 70; height += 1 + int(random() % 4))
      for (int width = 1; width <= 70; width += 1 + int(random() % 4)) {
        jpeg_style style{.quality = 1 + int(random() % 100), .across = across, .down = down};
        style.optimised = random() % 2;
        style.restart_rows = random() % 3 == 0 ? 1 + int(random() % 3) : 0;
        const bytes file = jpeg(photograph(height, width, channels, unsigned(width)), style);
        for (int i = 0; i < 3; ++i) {
          const rect part = i == 0 ? rect{0, 0, height, width} : random_part(random, height, width);
          INFO(across << "x" << down << "x" << channels << ", " << height << "x" << width << ", part " << part.top
                      << " " << part.left << " " << part.height << " " << part.width << ", quality " << style.quality);
          memory.reset(1 << 20);
          REQUIRE(!portable.open(file, part, 1, memory));
          const bytes want = rows_of(portable, part);
          REQUIRE(!portable.close(true));
          memory.reset(1 << 20);
          REQUIRE(fast.open(file, part, memory));
          const bytes got = rows_of(fast, part);
          REQUIRE(fast.complete());
          REQUIRE(got == want);
        }
      }
}
