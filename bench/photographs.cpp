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
#include <random>

#include "bare.hpp"
#include "line.hpp"
#include "opencv.hpp"
#include "peer.hpp"
#include "rounds.hpp"

using namespace troupe;
using namespace troupe::bench;

namespace {

constexpr std::size_t batch_size = 64;
constexpr int side = opencv_side, epochs = 12;  // of Troupe's and its kernels' rounds, start included

class opencv_set : public torch::data::datasets::Dataset<opencv_set> {
 public:
  explicit opencv_set(dataset data) : data_(std::move(data)) {}
  torch::data::Example<> get(std::size_t i) override {
    thread_local std::mt19937 random{std::random_device{}()};
    auto image = torch::empty({3, side, side});
    by_opencv(data_->path(i), random, cv::INTER_LINEAR, image.data_ptr<float>());
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
         all_marks marks(data.size());
         return double(epochs * of.positions) / seconds_of([&] {
                  for (std::uint64_t e = 0; e < epochs; ++e) {
                    bare_epoch(data, *settings.training.prepare, settings.positions.at(e), memory, o.cpus, 1, &marks);
                  }
                });
       }},
      {"bare threads, " + opencv + " imread + resize (no antialiasing)",
       [&] { return bare_opencv(data, of, memory, o.cpus, cv::INTER_LINEAR); }},
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
