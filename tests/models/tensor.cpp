#include <troupe/models/tensor.hpp>

#include <cstdint>
#include <vector>

#include "../catch.hpp"

using namespace troupe;

TEST_CASE("a view becomes a tensor of its type and shape, on the same numbers", "[models]") {
  std::vector<float> pixels{0, 1, 2, 3, 4, 5};
  const auto images = tensor({pixels.data(), element::float32, {1, 2, 3}});
  CHECK(images.sizes() == at::IntArrayRef{1, 2, 3});
  CHECK(images.data_ptr<float>() == pixels.data());
  const std::vector<std::int64_t> classes{7, 8};
  CHECK(tensor({classes.data(), element::int64, {2}})[1].item<std::int64_t>() == 8);
  const std::vector<std::uint8_t> bytes{200, 1};
  CHECK(tensor({bytes.data(), element::uint8, {2}})[0].item<std::int64_t>() == 200);
  const std::uint16_t half = 0x3fc0;  // the upper half of 1.5F
  CHECK(tensor({&half, element::bfloat16, {1}})[0].item<float>() == 1.5F);
}

TEST_CASE("a tensor keeps the owner of its numbers, and no longer", "[models]") {
  auto owner = std::make_shared<std::vector<float>>(4, 2.0F);
  const std::weak_ptr<void> kept = owner;
  at::Tensor t = tensor({owner->data(), element::float32, {4}, owner});
  owner.reset();
  const auto part = t.slice(0, 1, 3);
  t.reset();
  REQUIRE_FALSE(kept.expired());
  CHECK(part.sum().item<float>() == 4);
}
