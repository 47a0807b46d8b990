#pragma once
#include <troupe/models/learner.hpp>

// First of LibTorch's headers: clang in C++20 needs IValue whole before the others of 1.13 use it.
#include <ATen/core/ivalue.h>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace troupe {

/// A module made ready to be trained: what holds the weights, and how logits come out of it.
struct network {
  std::shared_ptr<torch::nn::Module> module;
  /// images `[N, C, H, W]` float32 → logits `[N, classes]` float32.
  std::function<at::Tensor(const at::Tensor&)> forward;
};

/// A model from any network. `make` is called on the thread that will train it, with LibTorch's generator seeded from
/// `setup.seed`.
model from_network(std::string name, std::string about, std::function<network(const learner_setup&)> make);

/// A model from a module of one's own: `make` returns a shared pointer or a module holder whose `forward` takes images
/// and returns logits.
///
///     auto mine = troupe::from_module("mine", "two layers", [](const troupe::learner_setup& s) {
///       return std::make_shared<MyNet>(s.channels * s.height * s.width, 10);
///     });
template <class Make>
model from_module(std::string name, std::string about, Make make) {
  return from_network(std::move(name), std::move(about),
                      [make = std::move(make)](const learner_setup& setup) -> network {
                        auto module = make(setup);
                        if constexpr (requires { module.ptr(); }) {
                          const auto& held = module.ptr();
                          return {held, [held](const at::Tensor& images) { return held->forward(images); }};
                        } else {
                          return {module, [module](const at::Tensor& images) { return module->forward(images); }};
                        }
                      });
}

}  // namespace troupe
