#include <troupe/models/module.hpp>
#include <troupe/models/resnet18.hpp>

#include <torch/nn/init.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include <sstream>
#include <stdexcept>

namespace troupe {
namespace {

namespace nn = torch::nn;

nn::Conv2d convolution(std::int64_t in, std::int64_t out, std::int64_t side, std::int64_t stride) {
  return nn::Conv2d(nn::Conv2dOptions(in, out, side).stride(stride).padding(side / 2).bias(false));
}

/// Two 3 x 3 convolutions beside a short cut; the short cut is a 1 x 1 convolution where the shape changes.
struct BasicBlock : nn::Module {
  BasicBlock(std::int64_t in, std::int64_t out, std::int64_t stride)
      : conv1(convolution(in, out, 3, stride)), bn1(out), conv2(convolution(out, out, 3, 1)), bn2(out) {
    register_module("conv1", conv1);
    register_module("bn1", bn1);
    register_module("conv2", conv2);
    register_module("bn2", bn2);
    if (stride != 1 || in != out)
      downsample = register_module("downsample", nn::Sequential(convolution(in, out, 1, stride), nn::BatchNorm2d(out)));
  }

  at::Tensor forward(const at::Tensor& x) {
    auto y = bn1(conv1(x)).relu_();
    y = bn2(conv2(y));
    y += downsample ? downsample->forward(x) : x;
    return y.relu_();
  }

  nn::Conv2d conv1;
  nn::BatchNorm2d bn1;
  nn::Conv2d conv2;
  nn::BatchNorm2d bn2;
  nn::Sequential downsample{nullptr};
};

nn::Sequential two_blocks(std::int64_t in, std::int64_t out, std::int64_t stride) {
  return nn::Sequential(BasicBlock(in, out, stride), BasicBlock(out, out, 1));
}

struct ResNet18 : nn::Module {
  ResNet18(std::int64_t channels, std::int64_t classes)
      : conv1(convolution(channels, 64, 7, 2)),
        bn1(64),
        layer1(two_blocks(64, 64, 1)),
        layer2(two_blocks(64, 128, 2)),
        layer3(two_blocks(128, 256, 2)),
        layer4(two_blocks(256, 512, 2)),
        fc(512, classes) {
    register_module("conv1", conv1);
    register_module("bn1", bn1);
    register_module("layer1", layer1);
    register_module("layer2", layer2);
    register_module("layer3", layer3);
    register_module("layer4", layer4);
    register_module("fc", fc);
    for (auto& parameter : parameters())  // torchvision's: normal, over the fan-out (He et al. 2015, arXiv:1502.01852)
      if (parameter.dim() == 4) nn::init::kaiming_normal_(parameter, 0, torch::kFanOut, torch::kReLU);
  }

  /// images `[N, C, H, W]` → logits `[N, classes]`.
  at::Tensor forward(const at::Tensor& images) {
    auto x = at::max_pool2d(bn1(conv1(images)).relu_(), 3, 2, 1);
    x = layer4->forward(layer3->forward(layer2->forward(layer1->forward(x))));
    return fc(at::adaptive_avg_pool2d(x, {1, 1}).flatten(1));
  }

  nn::Conv2d conv1;
  nn::BatchNorm2d bn1;
  nn::Sequential layer1, layer2, layer3, layer4;
  nn::Linear fc;
};

std::string millions(std::size_t n) {
  std::ostringstream text;
  text.precision(1);
  text << std::fixed << static_cast<double>(n) / 1e6;
  return text.str();
}

}  // namespace

model resnet18(std::size_t classes) {
  if (classes < 1) throw std::invalid_argument("resnet18: classes must be >= 1, got 0");
  return from_module("resnet18", "ResNet-18, " + millions(11'176'512 + 513 * classes) + " M parameters",
                     [classes](const learner_setup& s) {
                       return std::make_shared<ResNet18>(s.channels, static_cast<std::int64_t>(classes));
                     });
}

}  // namespace troupe
