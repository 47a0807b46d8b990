#include <troupe/augment/kernels.hpp>
#include <troupe/augment/transforms.hpp>

#include <opencv2/imgproc.hpp>

#include <string>

#include "../catch.hpp"
#include "reference.hpp"

using namespace troupe;

namespace {

struct sizes {
  int height, width, to_height, to_width;
};

const sizes all_sizes[] = {{375, 500, 224, 224}, {100, 80, 224, 224},  {37, 53, 16, 11}, {1, 1, 5, 7},
                           {5, 7, 1, 1},         {224, 224, 224, 112}, {61, 1, 30, 4},   {1, 61, 4, 30},
                           {300, 411, 28, 28},   {9, 200, 18, 3},      {33, 47, 33, 47}, {128, 128, 127, 129},
                           {700, 60, 8, 100}};

}  // namespace

TEST_CASE("resampling is within 0.5/255 in the mean and 3/255 at most of the exact result", "[augment]") {
  for (const auto& s : all_sizes)
    for (int channels : {1, 3})
      for (int kind = 0; kind < 4; ++kind)
        for (bool antialias : {true, false}) {
          const pixels p = kind == 0   ? photograph(s.height, s.width, channels, 3)
                           : kind == 1 ? zone_plate(s.height, s.width, channels)
                           : kind == 2 ? checkerboard(s.height, s.width, channels)
                                       : white_pixel(s.height, s.width, channels);
          const recipe r({resize({s.to_height, s.to_width}, interpolation::bilinear, {}, antialias)}, {}, p.shape);
          const auto d =
              compare(run(r, raw(p)), resampled(p, {0, 0, s.height, s.width}, s.to_height, s.to_width, antialias));
          INFO(s.height << "x" << s.width << " to " << s.to_height << "x" << s.to_width << ", image " << kind);
          CHECK(d.mean <= 0.5001);  // a result that is a half everywhere costs 0.5 when it is rounded to 8 bits
          CHECK(d.most <= 3);
        }
}

TEST_CASE("a part is resampled as if it were the whole image", "[augment]") {
  const pixels p = photograph(120, 90, 3, 9);
  for (const rect part : {rect{0, 0, 50, 60}, rect{70, 30, 50, 60}, rect{13, 7, 61, 31}, rect{119, 89, 1, 1}}) {
    const recipe r({resized_part(part, 40, 33)}, {}, p.shape);
    const auto d = compare(run(r, raw(p)), resampled(p, part, 40, 33));
    CHECK(d.mean <= 0.5);
    CHECK(d.most <= 3);
  }
}

TEST_CASE("without antialiasing the result is OpenCV's bilinear", "[augment]") {
  const pixels p = photograph(375, 500, 3, 4);
  for (const auto& to : {extent{224, 224}, extent{500, 600}, extent{31, 40}}) {
    const recipe r({resize({to.height, to.width}, interpolation::bilinear, {}, false)}, {}, p.shape);
    const pixels ours = as_bytes(run(r, raw(p)), r.shape());
    cv::Mat result;
    cv::resize(cv::Mat(375, 500, CV_8UC3, const_cast<std::uint8_t*>(p.data.data())), result, {to.width, to.height}, 0,
               0, cv::INTER_LINEAR);
    int most = 0;
    for (std::size_t i = 0; i < ours.data.size(); ++i)
      most = std::max(most, std::abs(int(ours.data[i]) - int(result.data[i])));
    CHECK(most <= 1);
  }
}

TEST_CASE("every instruction set gives the same bits", "[augment]") {
  const auto levels = kernels::levels();
  REQUIRE(!levels.empty());
  for (const auto& s : all_sizes)
    for (int channels : {1, 3}) {
      const pixels p = photograph(s.height, s.width, channels, 5);
      std::vector<transform> list{resize({s.to_height, s.to_width}), random_horizontal_flip()};
      list.push_back(normalize(std::vector<double>{0.4}, std::vector<double>{0.3}));
      const recipe r(list, {}, p.shape);
      const recipe plain({random_horizontal_flip(), normalize(std::vector<double>{0.4}, std::vector<double>{0.3})}, {},
                         p.shape);
      for (std::uint64_t offset = 0; offset < 3; ++offset) {
        kernels::use("");
        const auto best = run(r, raw(p), {.offset = offset}), best_plain = run(plain, raw(p), {.offset = offset});
        for (const std::string& level : levels) {
          kernels::use(level);
          INFO(level);
          CHECK(run(r, raw(p), {.offset = offset}) == best);
          CHECK(run(plain, raw(p), {.offset = offset}) == best_plain);
        }
      }
    }
  kernels::use("");
}

TEST_CASE("a constant image stays constant at every scale", "[augment]") {
  for (int value : {0, 1, 127, 254, 255})
    for (const auto& s : all_sizes) {
      pixels p({s.height, s.width, 1});
      std::fill(p.data.begin(), p.data.end(), std::uint8_t(value));
      const recipe r({resize({s.to_height, s.to_width})}, {}, p.shape);
      for (float v : run(r, raw(p))) REQUIRE(std::lround(v * 255) == value);
    }
}
