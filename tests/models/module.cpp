#include <troupe/models/module.hpp>

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

#include "../sources/contains.hpp"

using troupe::element;

namespace {

struct Line : torch::nn::Module {
  Line() : fc(4, 2) { register_module("fc", fc); }
  at::Tensor forward(const at::Tensor& images) { return fc(images.flatten(1)); }
  torch::nn::Linear fc;
};

const std::vector<float> pixels = {1, -2, 3, -4, 0.5, 2, -1, 1, 3, 1, 0, -1};
const std::vector<std::int64_t> labels = {0, 1, 1};
const troupe::view images_view{pixels.data(), element::float32, {3, 1, 2, 2}};
const troupe::view labels_view{labels.data(), element::int64, {3}};

troupe::learner_setup setup(const troupe::optimizer& o, double smoothing = 0) {
  return {.train = {.optimizer = o, .label_smoothing = smoothing},
          .channels = 1,
          .height = 2,
          .width = 2,
          .steps_per_epoch = 9};
}

troupe::learner_setup of(std::int64_t smallest_batch) {
  auto s = setup(troupe::sgd(0.1));
  s.smallest_batch = smallest_batch;
  return s;
}

/// A model of this one module, so that a test can look at it.
troupe::model around(const std::shared_ptr<Line>& module) {
  return troupe::from_module("line", "a test", [module](const troupe::learner_setup&) { return module; });
}

std::shared_ptr<Line> copy_of(Line& m) {
  auto other = std::make_shared<Line>();
  const torch::NoGradGuard no_gradients;
  for (std::size_t k = 0; k < m.parameters().size(); ++k) other->parameters()[k].copy_(m.parameters()[k]);
  return other;
}

template <class Optimizer, class Options>
void same_as(const troupe::optimizer& ours, const Options& theirs) {
  auto mine = std::make_shared<Line>();
  auto reference = copy_of(*mine);
  Optimizer optimizer(reference->parameters(), theirs);
  auto learner = around(mine).make(setup(ours, 0.1));
  const auto x = torch::tensor(at::ArrayRef<float>(pixels)).view({3, 1, 2, 2});
  const auto y = torch::tensor(at::ArrayRef<std::int64_t>(labels));
  for (int k = 0; k < 20; ++k) {
    const auto result = learner->step(images_view, labels_view);
    optimizer.zero_grad();
    const auto loss = at::cross_entropy_loss(reference->forward(x), y, {}, at::Reduction::Mean, -100, 0.1);
    loss.backward();
    optimizer.step();
    CHECK(result.loss == Approx(loss.item<double>()).epsilon(1e-5));
  }
  for (std::size_t k = 0; k < 2; ++k) {
    const auto apart = (mine->parameters()[k] - reference->parameters()[k]).abs().max().item<double>();
    INFO(ours.name << ", parameter " << k);
    CHECK(apart < 1e-5);  // of weights around 1, after 20 steps in float32
  }
}

}  // namespace

TEST_CASE("the update rules are those of torch::optim", "[models]") {
  same_as<torch::optim::SGD>(troupe::sgd(0.1, 0.9, 0.01),
                             torch::optim::SGDOptions(0.1).momentum(0.9).weight_decay(0.01));
  same_as<torch::optim::SGD>(troupe::sgd(0.1, 0, 0), torch::optim::SGDOptions(0.1));
  same_as<torch::optim::Adam>(troupe::adam(0.02, 0.1), torch::optim::AdamOptions(0.02).weight_decay(0.1));
  same_as<torch::optim::AdamW>(troupe::adamw(0.02, 0.1), torch::optim::AdamWOptions(0.02).weight_decay(0.1));
}

TEST_CASE("a module holder is as good as a pointer", "[models]") {
  const auto model = troupe::from_module("linear", "flat", [](const troupe::learner_setup&) {
    struct FlatImpl : Line {};
    return torch::nn::ModuleHolder<FlatImpl>(std::make_shared<FlatImpl>());
  });
  CHECK(model.name() == "linear");
  CHECK(model.make(setup(troupe::sgd(0.1)))->step(images_view, labels_view).finite);
}

TEST_CASE("parameters that are frozen stay, and those in another layout are trained", "[models]") {
  auto module = std::make_shared<Line>();
  module->fc->weight.set_data(at::rand({4, 2}).t());
  module->fc->bias.set_requires_grad(false);
  const auto weight = module->fc->weight.detach().clone(), bias = module->fc->bias.detach().clone();
  auto learner = around(module).make(setup(troupe::sgd(0.1)));
  learner->step(images_view, labels_view);
  CHECK_FALSE(at::equal(module->fc->weight, weight));
  CHECK(at::equal(module->fc->bias, bias));
}

TEST_CASE("a module that cannot be trained on one row says so before an epoch that ends with one", "[models]") {
  struct Normed : torch::nn::Module {
    Normed() : fc(4, 2), bn(2) {
      register_module("fc", fc);
      register_module("bn", bn);
    }
    at::Tensor forward(const at::Tensor& images) { return bn(fc(images.flatten(1))); }
    torch::nn::Linear fc;
    torch::nn::BatchNorm1d bn;
  };
  std::shared_ptr<Normed> made;
  const auto normed = troupe::from_module(
      "normed", "", [&made](const troupe::learner_setup&) { return made = std::make_shared<Normed>(); });
  CHECK_THROWS_WITH(normed.make(of(1)), contains("normed: an epoch ends with a batch of one row") &&
                                            contains("batch.drop_last, --drop-last") && !contains("frame #"));
  auto one_batch = of(1);
  one_batch.steps_per_epoch = 1;
  CHECK_THROWS_WITH(normed.make(one_batch), contains("; change batch.size (--batch)") && !contains("drop_last"));
  CHECK(made->bn->num_batches_tracked.item<std::int64_t>() == 0);
  for (const std::int64_t rows : {0, 2}) CHECK(normed.make(of(rows))->step(images_view, labels_view).finite);
  CHECK(around(std::make_shared<Line>()).make(of(1))->step(images_view, labels_view).finite);
}

TEST_CASE("whatever a network throws at one row, and that it was tried, leaves it as it was", "[models]") {
  struct Counting : Line {
    Counting() { seen = register_buffer("seen", at::zeros({1})); }
    at::Tensor seen;
  };
  std::shared_ptr<Counting> made;
  const auto counting = [&made](const std::function<void(std::int64_t)>& at_rows) {
    return troupe::from_network("counting", "", [&made, at_rows](const troupe::learner_setup&) {
      made = std::make_shared<Counting>();
      return troupe::network{made, [m = made, at_rows](const at::Tensor& x) {
                               m->seen += 1;
                               at_rows(x.size(0));
                               return m->forward(at::dropout(x, 0.5, true));
                             }};
    });
  };
  const auto odd = counting([](std::int64_t rows) {
    if (rows == 1) throw std::length_error("odd");
  });
  const auto number = counting([](std::int64_t rows) {
    if (rows == 1) throw 7;
  });
  CHECK_THROWS_WITH(odd.make(of(1)), contains("which cannot be trained on (odd)"));
  CHECK(made->seen.item<float>() == 0);
  CHECK_THROWS_WITH(number.make(of(1)), contains("(what it throws is no std::exception)"));
  CHECK(made->seen.item<float>() == 0);
  const auto passes = counting([](std::int64_t) {});
  const auto drawn_after = [&](std::int64_t smallest) {
    const auto learner = passes.make(of(smallest));
    CHECK(made->seen.item<float>() == 0);
    return at::rand({4});
  };
  CHECK(at::equal(drawn_after(1), drawn_after(0)));
}

TEST_CASE("a module that does not fit is refused", "[models]") {
  const auto nothing =
      troupe::from_network("nothing", "", [](const troupe::learner_setup&) { return troupe::network{}; });
  CHECK_THROWS_WITH(nothing.make(setup(troupe::sgd(0.1))), contains("nothing: made no module"));
  const auto pixels_out = troupe::from_network("echo", "", [](const troupe::learner_setup&) {
    return troupe::network{std::make_shared<Line>(), [](const at::Tensor& x) { return x; }};
  });
  CHECK_THROWS_WITH(pixels_out.make(setup(troupe::sgd(0.1)))->step(images_view, labels_view),
                    contains("logits [N, classes]"));
  const auto narrow = troupe::learner_setup(setup(troupe::sgd(0.1)));
  const troupe::view too_wide{pixels.data(), element::float32, {1, 1, 3, 4}};
  CHECK_THROWS_WITH(around(std::make_shared<Line>()).make(narrow)->step(too_wide, {labels.data(), element::int64, {1}}),
                    contains("line: mat1 and mat2 shapes cannot be multiplied") && !contains("frame #"));
  auto doubles = std::make_shared<Line>();
  doubles->to(at::kDouble);
  CHECK_THROWS_WITH(around(doubles).make(setup(troupe::sgd(0.1))), contains("fc.weight must be float32"));
}
