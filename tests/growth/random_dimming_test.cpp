#include <troupe/augment/known_transforms.hpp>
#include <troupe/augment/recipe.hpp>
#include <troupe/augment/spec.hpp>

#include <algorithm>
#include <variant>
#include <vector>

#include "../catch.hpp"

namespace troupe {
transform random_dimming_from(const spec_call& call);
}

using namespace troupe;

TEST_CASE("text knows the transform, which prints itself, among those of the library", "[augment][growth]") {
  const auto list = parse_transforms("center_crop(8), random_apply([random_dimming(9)], p=1), random_dimming", 224);
  CHECK(list.back().to_string() == "random_dimming(40)");
  const auto names = known_transforms();
  CHECK(std::count(names.begin(), names.end(), "random_dimming") == 1);
  CHECK_THROWS_WITH(parse_transforms("random_dimmin", 224), Catch::Contains("did you mean 'random_dimming'?"));
  CHECK_THROWS_WITH(register_transform("random_dimming", random_dimming_from),
                    Catch::Contains("which is a transform of this library"));
}

TEST_CASE("every pixel becomes darker by what was drawn", "[augment][growth]") {
  const std::vector<std::uint8_t> grey(8 * 8 * 3, 200);
  const recipe r(parse_transforms("random_dimming(100)", 8), {}, image_shape{8, 8, 3}, {.type = element::uint8});
  for (std::uint64_t offset = 0; offset < 20; ++offset) {
    std::vector<std::uint8_t> row(grey.size());
    std::vector<drawn> report;
    scratch memory;
    REQUIRE(!r.run({grey, image_shape{8, 8, 3}}, {.offset = offset}, row.data(), memory, &report));
    const auto by = std::get<std::int64_t>(report.at(0).values.at(0).second);
    CHECK(std::count(row.begin(), row.end(), std::uint8_t(200 - by)) == std::ptrdiff_t(row.size()));
  }
}
