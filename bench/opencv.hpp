#pragma once
// What one writes with OpenCV: imread, a crop by torchvision's rule, resize, flip, convertTo, planes; in bare threads
// with an atomic counter, into the ring that the others write to.
#include <troupe/pipeline/plan.hpp>
#include <troupe/pipeline/ring.hpp>
#include <troupe/sources/source.hpp>

#include <atomic>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/core/version.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "rounds.hpp"

namespace troupe::bench {

inline constexpr int opencv_side = 224;

/// One row, `[3, 224, 224]` float32 RGB, normalised. `interpolation`: INTER_LINEAR does not antialias, INTER_AREA does.
inline void by_opencv(const std::string& path, std::mt19937& random, int interpolation, float* to) {
  constexpr int side = opencv_side;
  const cv::Mat whole = cv::imread(path, cv::IMREAD_COLOR);
  if (whole.empty()) throw std::runtime_error("OpenCV cannot read " + path);
  cv::Rect box(0, 0, whole.cols, whole.rows);
  for (int attempt = 0; attempt < 10; ++attempt) {
    const double area = double(whole.total()) * std::uniform_real_distribution<>(0.08, 1)(random);
    const double ratio = std::exp(std::uniform_real_distribution<>(std::log(3.0 / 4), std::log(4.0 / 3))(random));
    const int w = int(std::lround(std::sqrt(area * ratio))), h = int(std::lround(std::sqrt(area / ratio)));
    if (w < 1 || h < 1 || w > whole.cols || h > whole.rows) continue;
    box = {std::uniform_int_distribution<>(0, whole.cols - w)(random),
           std::uniform_int_distribution<>(0, whole.rows - h)(random), w, h};
    break;
  }
  cv::Mat small, numbers, planes[3];
  cv::resize(whole(box), small, {side, side}, 0, 0, interpolation);
  if (random() % 2 == 0) cv::flip(small, small, 1);
  small.convertTo(numbers, CV_32FC3, 1.0 / 255);
  cv::split(numbers, planes);
  const double mean[] = {0.485, 0.456, 0.406}, deviation[] = {0.229, 0.224, 0.225};
  for (int c = 0; c < 3; ++c) {  // OpenCV's order is BGR
    cv::Mat plane(side, side, CV_32F, to + std::ptrdiff_t(c) * side * side);
    planes[2 - c].convertTo(plane, CV_32F, 1 / deviation[c], -mean[c] / deviation[c]);
  }
}

/// Images/s of one epoch.
inline double bare_opencv(const dataset& data, const pass& of, ring& memory, int threads, int interpolation) {
  static std::random_device seed;  // other crops each time
  std::atomic<std::uint64_t> next{0};
  return double(of.positions) / seconds_of([&] {
           std::vector<std::thread> pool;
           pool.reserve(std::size_t(threads));
           for (int t = 0; t < threads; ++t) {
             pool.emplace_back([&, t] {
               std::mt19937 random(seed());
               for (std::uint64_t o; (o = next.fetch_add(1)) < of.positions;) {
                 const auto buffer = std::uint32_t(o / of.batch_size % memory.buffers());
                 auto* row = reinterpret_cast<float*>(memory.row(buffer, layout::images, o % of.batch_size));
                 by_opencv(data->path(of.index(o, 0)), random, interpolation, row);
               }
             });
           }
           for (auto& t : pool) t.join();
         });
}

}  // namespace troupe::bench
