#pragma once
// What OpenCV has of the transforms, as its users would write them: from one 8-bit RGB image to another.
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace troupe::bench {

using by_cv = std::function<void(const cv::Mat& from, cv::Mat& to)>;

namespace with_opencv {

inline void mixed_with_grey(const cv::Mat& from, double factor, cv::Mat& to) {
  cv::Mat grey, three;
  cv::cvtColor(from, grey, cv::COLOR_RGB2GRAY);
  cv::cvtColor(grey, three, cv::COLOR_GRAY2RGB);
  cv::addWeighted(from, factor, three, 1 - factor, 0, to);
}

inline void grey(const cv::Mat& from, cv::Mat& to) {
  cv::Mat one;
  cv::cvtColor(from, one, cv::COLOR_RGB2GRAY);
  cv::cvtColor(one, to, cv::COLOR_GRAY2RGB);
}

inline void contrast(const cv::Mat& from, double factor, cv::Mat& to) {
  cv::Mat grey;
  cv::cvtColor(from, grey, cv::COLOR_RGB2GRAY);
  from.convertTo(to, -1, factor, cv::mean(grey)[0] * (1 - factor));
}

inline cv::Mat table(const std::function<int(int)>& of) {
  cv::Mat t(1, 256, CV_8U);
  for (int v = 0; v < 256; ++v) t.at<std::uint8_t>(v) = cv::saturate_cast<std::uint8_t>(of(v));
  return t;
}

/// In 180 steps of hue, as OpenCV has them in 8 bits.
inline void hue(const cv::Mat& from, int steps, cv::Mat& to) {
  cv::Mat hsv, planes[3];
  cv::cvtColor(from, hsv, cv::COLOR_RGB2HSV);
  cv::split(hsv, planes);
  cv::LUT(planes[0], table([=](int v) { return (v + steps) % 180; }), planes[0]);
  cv::merge(planes, 3, hsv);
  cv::cvtColor(hsv, to, cv::COLOR_HSV2RGB);
}

inline void equalize(const cv::Mat& from, cv::Mat& to) {
  cv::Mat planes[3];
  cv::split(from, planes);
  for (auto& p : planes) cv::equalizeHist(p, p);
  cv::merge(planes, 3, to);
}

inline void autocontrast(const cv::Mat& from, cv::Mat& to) {
  cv::Mat planes[3];
  cv::split(from, planes);
  for (auto& p : planes) cv::normalize(p, p, 0, 255, cv::NORM_MINMAX);
  cv::merge(planes, 3, to);
}

inline void sharpness(const cv::Mat& from, double factor, cv::Mat& to) {
  static const cv::Mat kernel = (cv::Mat_<float>(3, 3) << 1, 1, 1, 1, 5, 1, 1, 1, 1) / 13;
  cv::Mat smooth;
  cv::filter2D(from, smooth, -1, kernel);
  cv::addWeighted(from, factor, smooth, 1 - factor, 0, to);
}

inline void noise(const cv::Mat& from, cv::Mat& to) {
  cv::Mat n(from.size(), CV_16SC3);
  cv::randn(n, cv::Scalar::all(0), cv::Scalar::all(25.5));
  cv::add(from, n, to, cv::noArray(), CV_8UC3);
}

inline void affine(const cv::Mat& from, int how, cv::Mat& to) {
  cv::warpAffine(from, to, cv::getRotationMatrix2D({111.5F, 111.5F}, 30, 1.1), from.size(), how);
}

inline void perspective(const cv::Mat& from, int how, cv::Mat& to) {
  const cv::Point2f corners[] = {{0, 0}, {223, 0}, {223, 223}, {0, 223}};
  const cv::Point2f ends[] = {{20, 12}, {210, 30}, {200, 215}, {8, 190}};
  cv::warpPerspective(from, to, cv::getPerspectiveTransform(corners, ends), from.size(), how);
}

inline void elastic(const cv::Mat& from, cv::Mat& to) {
  cv::Mat field[2];
  for (int axis = 0; axis < 2; ++axis) {
    auto& f = field[axis];
    f.create(from.size(), CV_32F);
    cv::randu(f, -1.0, 1.0);
    cv::GaussianBlur(f, f, {41, 41}, 5, 5, cv::BORDER_REFLECT_101);
    f *= 25;
    for (int y = 0; y < f.rows; ++y)
      for (int x = 0; x < f.cols; ++x) f.at<float>(y, x) += float(axis == 0 ? x : y);
  }
  cv::remap(from, to, field[0], field[1], cv::INTER_LINEAR);
}

inline void recompressed(const cv::Mat& from, cv::Mat& to) {
  static std::vector<std::uint8_t> file;
  cv::imencode(".jpg", from, file, {cv::IMWRITE_JPEG_QUALITY, 50});
  to = cv::imdecode(file, cv::IMREAD_COLOR);
}

inline void painted(const cv::Mat& from, const cv::Rect& part, cv::Mat& to) {
  from.copyTo(to);
  to(part).setTo(cv::Scalar::all(0));
}

inline void normalised(const cv::Mat& from, cv::Mat& to) {
  const double mean[] = {0.485, 0.456, 0.406}, deviation[] = {0.229, 0.224, 0.225};
  cv::Mat planes[3];
  cv::split(from, planes);
  to.create(3 * from.rows, from.cols, CV_32F);
  for (int c = 0; c < 3; ++c) {
    cv::Mat plane = to.rowRange(c * from.rows, (c + 1) * from.rows);
    planes[c].convertTo(plane, CV_32F, 1 / (255 * deviation[c]), -mean[c] / deviation[c]);
  }
}

inline void points(const cv::Mat& from, cv::Mat& to) {
  static const cv::Mat above_200 = table([](int v) { return v < 200 ? v : 255 - v; });
  static const cv::Mat above_100 = table([](int v) { return v < 100 ? v : 255 - v; });
  cv::LUT(from, above_200, to);
  cv::bitwise_and(to, cv::Scalar::all(0xFE), to);
  cv::bitwise_not(to, to);
  cv::LUT(to, above_100, to);
  cv::bitwise_and(to, cv::Scalar::all(0xF8), to);
}

inline void permuted(const cv::Mat& from, cv::Mat& to) {
  to.create(from.size(), from.type());
  cv::mixChannels({from}, {to}, {0, 1, 1, 2, 2, 0});
}

}  // namespace with_opencv

/// By the names of bench/augment.cpp.
inline const std::map<std::string, by_cv>& opencv_work() {
  using namespace with_opencv;
  static const auto lookup = [](const std::function<int(int)>& of) {
    return [t = table(of)](const cv::Mat& a, cv::Mat& b) { cv::LUT(a, t, b); };
  };
  static const std::map<std::string, by_cv> work = {
      {"random_resized_crop",
       [](auto& a, auto& b) {
         cv::resize(a({33, 33, 158, 158}), b, {224, 224}, 0, 0, cv::INTER_LINEAR);
       }},
      {"resize",
       [](auto& a, auto& b) {
         cv::resize(a, b, {160, 160}, 0, 0, cv::INTER_AREA);
       }},
      {"center_crop",
       [](auto& a, auto& b) {
         a({32, 32, 160, 160}).copyTo(b);
       }},
      {"random_horizontal_flip", [](auto& a, auto& b) { cv::flip(a, b, 1); }},
      {"random_vertical_flip", [](auto& a, auto& b) { cv::flip(a, b, 0); }},
      {"pad", [](auto& a, auto& b) { cv::copyMakeBorder(a, b, 16, 16, 16, 16, cv::BORDER_CONSTANT); }},
      {"pad_reflect", [](auto& a, auto& b) { cv::copyMakeBorder(a, b, 16, 16, 16, 16, cv::BORDER_REFLECT_101); }},
      {"rotation_nearest", [](auto& a, auto& b) { affine(a, cv::INTER_NEAREST, b); }},
      {"rotation_bilinear", [](auto& a, auto& b) { affine(a, cv::INTER_LINEAR, b); }},
      {"affine_nearest", [](auto& a, auto& b) { affine(a, cv::INTER_NEAREST, b); }},
      {"affine_bilinear", [](auto& a, auto& b) { affine(a, cv::INTER_LINEAR, b); }},
      {"perspective_nearest", [](auto& a, auto& b) { perspective(a, cv::INTER_NEAREST, b); }},
      {"perspective_bilinear", [](auto& a, auto& b) { perspective(a, cv::INTER_LINEAR, b); }},
      {"elastic_transform", [](auto& a, auto& b) { elastic(a, b); }},
      {"brightness", [](auto& a, auto& b) { a.convertTo(b, -1, 1.3); }},
      {"contrast", [](auto& a, auto& b) { contrast(a, 0.8, b); }},
      {"saturation", [](auto& a, auto& b) { mixed_with_grey(a, 1.2, b); }},
      {"hue", [](auto& a, auto& b) { hue(a, 18, b); }},
      {"grayscale", [](auto& a, auto& b) { grey(a, b); }},
      {"random_invert", [](auto& a, auto& b) { cv::bitwise_not(a, b); }},
      {"random_posterize", lookup([](int v) { return v & 0xE0; })},
      {"random_solarize", lookup([](int v) { return v < 128 ? v : 255 - v; })},
      {"random_autocontrast", [](auto& a, auto& b) { autocontrast(a, b); }},
      {"random_equalize", [](auto& a, auto& b) { equalize(a, b); }},
      {"random_adjust_sharpness", [](auto& a, auto& b) { sharpness(a, 2, b); }},
      {"random_channel_permutation", [](auto& a, auto& b) { permuted(a, b); }},
      {"gaussian_blur_3",
       [](auto& a, auto& b) {
         cv::GaussianBlur(a, b, {3, 3}, 0.8, 0.8, cv::BORDER_REFLECT_101);
       }},
      {"gaussian_blur_23",
       [](auto& a, auto& b) {
         cv::GaussianBlur(a, b, {23, 23}, 2, 2, cv::BORDER_REFLECT_101);
       }},
      {"gaussian_noise", [](auto& a, auto& b) { noise(a, b); }},
      {"jpeg", [](auto& a, auto& b) { recompressed(a, b); }},
      {"random_erasing",
       [](auto& a, auto& b) {
         painted(a, {60, 50, 80, 70}, b);
       }},
      {"cutout",
       [](auto& a, auto& b) {
         painted(a, {80, 80, 64, 64}, b);
       }},
      {"normalize", [](auto& a, auto& b) { normalised(a, b); }},
      {"points", [](auto& a, auto& b) { points(a, b); }},
  };
  return work;
}

}  // namespace troupe::bench
