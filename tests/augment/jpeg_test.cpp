#include <troupe/augment/jpeg_writer.hpp>
#include <troupe/augment/transforms.hpp>

#include <array>
#include <random>

#include "../catch.hpp"
#include "warp_reference.hpp"

using namespace troupe;

TEST_CASE("jpeg gives the pixels of a file of that quality", "[augment]") {
  for (const auto& [height, width] : {std::pair{48, 64}, {17, 35}, {1, 1}, {3, 100}})
    for (int quality : {1, 30, 75, 100})
      for (const pixels& p : test_images(height, width, 3)) {
        const pixels got = result_of(troupe::jpeg(quality), p);
        REQUIRE(got.data == full_decode(::jpeg(p, {.quality = quality})).data);
      }
}

TEST_CASE("jpeg takes grey images as grey ones", "[augment]") {
  const pixels p = photograph(33, 41, 1, 2);
  const pixels want = full_decode(::jpeg(p, {.quality = 40, .across = 1, .down = 1}));
  const pixels got = result_of(troupe::jpeg(40), p);
  for (int y = 0; y < 33; ++y)
    for (int x = 0; x < 41; ++x) REQUIRE(got.at(y, x, 0) == want.at(y, x, 0));
}

TEST_CASE("the quality is drawn uniformly, both ends included", "[augment]") {
  const pixels p = photograph(8, 8, 3, 1);
  std::array<int, 4> counts{};
  for (std::uint64_t i = 0; i < 4000; ++i) {
    std::vector<drawn> report;
    const pixels got = result_of(troupe::jpeg({90, 93}), p, i, &report);
    const int quality = int(number_of(report, "quality"));
    REQUIRE((quality >= 90 && quality <= 93));
    if (i < 40) REQUIRE(got.data == result_of(troupe::jpeg(quality), p).data);
    ++counts[std::size_t(quality - 90)];
  }
  for (int c : counts) CHECK(std::abs(c - 1000) < 110);  // 4 standard deviations
}

TEST_CASE("the largest files have room", "[augment]") {
  std::mt19937 random(1);
  for (int channels : {1, 3}) {
    pixels p({96, 112, channels});
    for (auto& v : p.data) v = random() % 2 ? 255 : 0;
    bytes file(jpeg_bytes(p.shape));
    const image seen{p.data.data(), p.shape, std::size_t(112 * channels)};
    const std::size_t written = write_jpeg(seen, 100, file.data());
    CHECK(written > p.data.size() / 2);
    CHECK(written < file.size() * 9 / 10);
  }
}

TEST_CASE("an image that libjpeg cannot write is an error with its words", "[augment]") {
  pixels p({1, 65501, 1});
  bytes file(jpeg_bytes(p.shape));
  const image seen{p.data.data(), p.shape, 65501};
  CHECK_THROWS_WITH(write_jpeg(seen, 50, file.data()),
                    "jpeg: libjpeg: Maximum supported image dimension is 65500 pixels");
}

TEST_CASE("a wrong quality is refused where it is written", "[augment]") {
  CHECK(refusal([] { troupe::jpeg(0); }) == "jpeg: quality must be 1 <= low <= high <= 100, got 0");
  CHECK(refusal([] { troupe::jpeg({90, 20}); }) == "jpeg: quality must be 1 <= low <= high <= 100, got (90, 20)");
}
