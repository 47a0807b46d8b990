// 28 x 28: the line beside LibTorch's C++ DataLoader and a bare batched gather, same samples, same normalisation.
#include <troupe/augment/transforms.hpp>
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/pipeline/run_state.hpp>
#include <troupe/sources/fashion_mnist.hpp>

#include <ATen/Parallel.h>
#include <torch/data.h>
#include <torch/version.h>

#include <cstdio>

#include "bare.hpp"
#include "line.hpp"
#include "rounds.hpp"

using namespace troupe;
using namespace troupe::bench;

namespace {

constexpr std::size_t batch_size = 256;

// What LibTorch's own examples do: a tensor data set, a normalisation, a stack, a shuffle.
class tensor_set : public torch::data::datasets::Dataset<tensor_set> {
 public:
  explicit tensor_set(const dataset& data) {
    const auto n = std::int64_t(data.size());
    images_ = torch::empty({n, 1, 28, 28}, torch::kUInt8);
    labels_ = torch::empty({n}, torch::kInt64);
    for (std::int64_t i = 0; i < n; ++i) {
      const auto p = data->pixels(std::uint64_t(i));
      std::memcpy(images_.data_ptr<std::uint8_t>() + i * 784, p.data(), 784);
      labels_.data_ptr<std::int64_t>()[i] = data->label(std::uint64_t(i));
    }
  }
  torch::data::Example<> get(std::size_t i) override {
    return {images_[std::int64_t(i)].to(torch::kFloat32).div_(255), labels_[std::int64_t(i)]};
  }
  torch::optional<std::size_t> size() const override { return std::size_t(images_.size(0)); }

 private:
  torch::Tensor images_, labels_;
};

}  // namespace

int main(int argc, char** argv) {
  const auto o = parse(argc, argv);
  const int rounds = o.quick ? 3 : 9, epochs = o.quick ? 10 : 40;
  at::set_num_threads(1);
  const auto data = fashion_mnist(split::train);
  const auto described = pipeline{}
                             .load(data, {.shuffle = true, .seed = 7})
                             .augment({normalize("fashion")})
                             .batch({.size = batch_size})
                             .budget({.cpus = o.cpus});
  const auto settings = described.settings();
  ring memory(layout::of_images(settings.training.prepare->shape()), batch_size, settings.memory.buffers);
  auto with_transforms = tensor_set(data)
                             .map(torch::data::transforms::Normalize<>(0.2860, 0.3530))
                             .map(torch::data::transforms::Stack<>());
  auto loader = torch::data::make_data_loader<torch::data::samplers::RandomSampler>(
      with_transforms, torch::data::DataLoaderOptions().batch_size(batch_size).workers(std::size_t(o.cpus)));

  std::vector<contender> all = {
      {"LibTorch " + std::string(TORCH_VERSION) + " DataLoader, " + std::to_string(o.cpus) + " workers",
       [&] {
         std::int64_t rows = 0;
         const auto s = seconds_of([&] {
           for (const auto& b : *loader) rows += b.data.size(0);
         });
         return double(rows) / s;
       }},
      {"bare gather into the same ring",
       [&] {
         std::uint64_t rows = 0;
         const auto s = seconds_of([&] {
           for (int e = 0; e < epochs; ++e) {
             const auto of = settings.positions.at(std::uint64_t(e));
             bare_epoch(data, *settings.training.prepare, of, memory, o.cpus, batch_size);
             rows += of.positions;
           }
         });
         return double(rows) / s;
       }},
      {"troupe", [&] { return line(described, epochs); }}};
  interleave(all, rounds);
  std::printf("28 x 28 grey pixels in memory, normalised, batches of %zu; %d rounds\n\n", batch_size, rounds);
  print_table(all, "samples/s");
}
