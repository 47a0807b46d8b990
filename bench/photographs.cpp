// Photographs to [64, 3, 224, 224] float32 beside what people use today, on the same files in the same run: Troupe, the
// same kernels in bare threads, OpenCV in bare threads, LibTorch's DataLoader over OpenCV, and peers in processes of
// their own (--peer COMMAND, see bench/peers.py). Says which of them antialias.
#include <troupe/augment/transforms.hpp>
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/pipeline/run_state.hpp>
#include <troupe/sources/image_folder.hpp>

#include <ATen/Parallel.h>
#include <torch/data.h>
#include <torch/version.h>

#include <cstdio>
#include <memory>
#include <opencv2/core.hpp>
#include <opencv2/core/version.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <random>

#include "bare.hpp"
#include "line.hpp"
#include "peer.hpp"
#include "rounds.hpp"

using namespace troupe;
using namespace troupe::bench;

namespace {

constexpr std::size_t batch_size = 64;
constexpr int side = 224, epochs = 3;  // of Troupe's and its kernels' rounds, start included

// What one writes with OpenCV: imread, a crop by torchvision's rule, resize, convertTo, planes. `[3, 224, 224]`
// float32.
void by_opencv(const std::string& path, std::mt19937& random, float* to) {
  const cv::Mat whole = cv::imread(path, cv::IMREAD_COLOR);
  if (whole.empty()) throw std::runtime_error("OpenCV cannot read " + path);
  cv::Rect box(0, 0, whole.cols, whole.rows);
  for (int attempt = 0; attempt < 10; ++attempt) {
    const double area = whole.total() * std::uniform_real_distribution<>(0.08, 1)(random);
    const double ratio = std::exp(std::uniform_real_distribution<>(std::log(3.0 / 4), std::log(4.0 / 3))(random));
    const int w = int(std::lround(std::sqrt(area * ratio))), h = int(std::lround(std::sqrt(area / ratio)));
    if (w < 1 || h < 1 || w > whole.cols || h > whole.rows) continue;
    box = {std::uniform_int_distribution<>(0, whole.cols - w)(random),
           std::uniform_int_distribution<>(0, whole.rows - h)(random), w, h};
    break;
  }
  cv::Mat small, numbers, planes[3];
  cv::resize(whole(box), small, {side, side}, 0, 0, cv::INTER_LINEAR);
  if (random() % 2 == 0) cv::flip(small, small, 1);
  small.convertTo(numbers, CV_32FC3, 1.0 / 255);
  cv::split(numbers, planes);
  const double mean[] = {0.485, 0.456, 0.406}, deviation[] = {0.229, 0.224, 0.225};
  for (int c = 0; c < 3; ++c) {  // OpenCV's order is BGR
    cv::Mat plane(side, side, CV_32F, to + std::ptrdiff_t(c) * side * side);
    planes[2 - c].convertTo(plane, CV_32F, 1 / deviation[c], -mean[c] / deviation[c]);
  }
}

double bare_opencv(const dataset& data, int threads, const pass& of, ring& memory) {
  std::atomic<std::uint64_t> next{0};
  return double(of.positions) / seconds_of([&] {
           std::vector<std::thread> pool;
           pool.reserve(std::size_t(threads));
           for (int t = 0; t < threads; ++t) {
             pool.emplace_back([&, t] {
               std::mt19937 random(static_cast<unsigned>(t));
               for (std::uint64_t o; (o = next.fetch_add(1)) < of.positions;) {
                 const auto buffer = std::uint32_t(o / of.batch_size % memory.buffers());
                 auto* row = reinterpret_cast<float*>(memory.row(buffer, layout::images, o % of.batch_size));
                 by_opencv(data->path(of.index(o, 0)), random, row);
               }
             });
           }
           for (auto& t : pool) t.join();
         });
}

class opencv_set : public torch::data::datasets::Dataset<opencv_set> {
 public:
  explicit opencv_set(dataset data) : data_(std::move(data)) {}
  torch::data::Example<> get(std::size_t i) override {
    thread_local std::mt19937 random{std::random_device{}()};
    auto image = torch::empty({3, side, side});
    by_opencv(data_->path(i), random, image.data_ptr<float>());
    return {image, torch::tensor(data_->label(i))};
  }
  torch::optional<std::size_t> size() const override { return data_.size(); }

 private:
  dataset data_;
};

pipeline described(const dataset& data, int cpus, jpeg_decoder decoder) {
  return pipeline{}
      .load(data, {.shuffle = true, .seed = 7, .epochs = epochs})
      .augment({random_resized_crop(side), random_flip(0.5), imagenet_normalize()}, {.decoder = decoder})
      .batch({.size = batch_size})
      .budget({.cpus = cpus});
}

}  // namespace

int main(int argc, char** argv) {
  const auto o = parse(argc, argv);
  cv::setNumThreads(0);
  at::set_num_threads(1);
  const auto data = image_folder(o.photos);
  const auto fast = described(data, o.cpus, jpeg_decoder::fast);
  const auto portable = described(data, o.cpus, jpeg_decoder::portable);
  const auto settings = fast.settings();
  const auto of = settings.positions.at(0);
  ring memory(layout::of_images(settings.training.prepare->shape()), batch_size, settings.memory.buffers);
  auto stacked = opencv_set(data).map(torch::data::transforms::Stack<>());
  auto loader = torch::data::make_data_loader<torch::data::samplers::RandomSampler>(
      stacked, torch::data::DataLoaderOptions().batch_size(batch_size).workers(std::size_t(o.cpus)));
  const auto threads = ", " + std::to_string(o.cpus) + " workers";
  const std::string opencv = "OpenCV " CV_VERSION;

  std::vector<contender> all = {
      {"troupe" + threads, [&] { return line(fast, epochs); }},
      {"troupe --decoder portable" + threads, [&] { return line(portable, epochs); }},
      {"bare threads, troupe's kernels",
       [&] {
         return double(epochs * of.positions) / seconds_of([&] {
                  for (std::uint64_t e = 0; e < epochs; ++e) {
                    bare_epoch(data, *settings.training.prepare, settings.positions.at(e), memory, o.cpus, 1);
                  }
                });
       }},
      {"bare threads, " + opencv + " imread + resize (no antialiasing)",
       [&] { return bare_opencv(data, o.cpus, of, memory); }},
      {"LibTorch " + std::string(TORCH_VERSION) + " DataLoader, " + opencv + " (no antialiasing)" + threads, [&] {
         std::int64_t rows = 0;
         const auto s = seconds_of([&] {
           for (const auto& b : *loader) rows += b.data.size(0);
         });
         return double(rows) / s;
       }}};
  std::vector<std::unique_ptr<peer>> peers;
  for (const auto& command : o.peers) {
    auto& p = *peers.emplace_back(std::make_unique<peer>(command));
    all.push_back({p.name(), [&p] { return p.epoch(); }});
  }
  const int rounds = o.quick ? 2 : 7;
  interleave(all, rounds);
  std::printf("%llu photographs, random_resized_crop(%d), flip, normalise, float32, batch %zu; %d rounds\n\n",
              static_cast<unsigned long long>(of.positions), side, batch_size, rounds);
  print_table(all, "images/s");
  std::printf("\nTroupe's rate over that of the others:\n\n| | median | interval |\n|---|---|---|\n");
  for (std::size_t i = 1; i < all.size(); ++i) {
    const auto r = compare(all.front(), all[i]);
    std::printf("| %s | %.2f | %.2f – %.2f |\n", all[i].name.c_str(), r.middle, r.low, r.high);
  }
}
