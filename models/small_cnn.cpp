#include <troupe/models/module.hpp>
#include <troupe/models/small_cnn.hpp>

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include <stdexcept>
#include <string>

namespace troupe {
namespace {

namespace nn = torch::nn;

nn::Conv2dOptions same_size(std::int64_t in, std::int64_t out) {
  return nn::Conv2dOptions(in, out, 3).padding(1).bias(false);
}

struct SmallCnn : nn::Module {
  SmallCnn(std::int64_t channels, std::int64_t height, std::int64_t width, std::int64_t classes)
      : conv1(same_size(channels, 16)),
        bn1(16),
        conv2(same_size(16, 32)),
        bn2(32),
        fc1(32 * (height / 4) * (width / 4), 128),
        fc2(128, classes) {
    register_module("conv1", conv1);
    register_module("bn1", bn1);
    register_module("conv2", conv2);
    register_module("bn2", bn2);
    register_module("fc1", fc1);
    register_module("fc2", fc2);
  }

  /// images `[N, C, H, W]` → logits `[N, classes]`. Pooling comes before the normalisation, which then has a quarter of
  /// the work; for the maximum of a window the two orders differ only where a scale is negative.
  at::Tensor forward(const at::Tensor& images) {
    auto x = bn1(at::max_pool2d(conv1(images), 2)).relu_();
    x = bn2(at::max_pool2d(conv2(x), 2)).relu_();
    return fc2(fc1(x.flatten(1)).relu_());
  }

  nn::Conv2d conv1;
  nn::BatchNorm2d bn1;
  nn::Conv2d conv2;
  nn::BatchNorm2d bn2;
  nn::Linear fc1, fc2;
};

}  // namespace

model small_cnn(std::size_t classes) {
  if (classes < 1) throw std::invalid_argument("small_cnn: classes must be >= 1, got 0");
  return from_module(
      "small_cnn", "small CNN, two convolutions and two linear layers", [classes](const learner_setup& s) {
        if (s.height < 4 || s.width < 4)
          throw std::invalid_argument("small_cnn: images must be at least 4 x 4 pixels, got " +
                                      std::to_string(s.height) + " x " + std::to_string(s.width));
        return std::make_shared<SmallCnn>(s.channels, s.height, s.width, static_cast<std::int64_t>(classes));
      });
}

}  // namespace troupe
