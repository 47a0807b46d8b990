#include <troupe/models/learner.hpp>

#include <cmath>
#include <limits>
#include <random>

#include <troupe/models/safetensors.hpp>
#include <troupe/models/small_cnn.hpp>

#include "../sources/contains.hpp"
#include "../sources/temporary_folder.hpp"

using troupe::element;

namespace {

/// A batch of 8 x 8 images of three classes: where the bright row is, plus noise.
struct toy_batch {
  std::vector<float> pixels;
  std::vector<std::int64_t> labels;

  toy_batch(std::int64_t n, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> noise(0, 0.3F);
    for (std::int64_t i = 0; i < n; ++i) {
      labels.push_back(i % 3);
      for (std::int64_t p = 0; p < 64; ++p)
        pixels.push_back(noise(random) + (p / 8 == labels.back() * 3 ? 2.0F : 0.0F));
    }
  }
  troupe::view images() const { return {pixels.data(), element::float32, {std::int64_t(labels.size()), 1, 8, 8}}; }
  troupe::view classes() const { return {labels.data(), element::int64, {std::int64_t(labels.size())}}; }
};

troupe::learner_setup setup(troupe::train_options train, std::uint64_t seed = 1) {
  return {.train = std::move(train),
          .channels = 1,
          .height = 8,
          .width = 8,
          .steps_per_epoch = 30,
          .seed = seed,
          .threads = 1};
}

/// All weights and buffers, by way of the file.
std::vector<float> weights_of(troupe::learner& l, const std::string& only = "") {
  temporary_folder folder;
  l.save_weights(folder / "w");
  std::vector<float> all;
  for (const auto& t : troupe::read_safetensors(folder / "w").tensors) {
    if (t.value.type == element::float32 && t.name.find(only) != std::string::npos)
      all.insert(all.end(), t.value.as<float>(), t.value.as<float>() + t.value.elements());
    if (t.value.type == element::int64 && only.empty()) all.push_back(static_cast<float>(*t.value.as<std::int64_t>()));
  }
  return all;
}

/// Parameters without the running statistics.
std::vector<float> parameters_of(troupe::learner& l) {
  std::vector<float> all;
  for (const auto* name : {"weight", "bias"})
    for (auto w : weights_of(l, name)) all.push_back(w);
  return all;
}

double distance(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::pow(double(a[i]) - double(b[i]), 2);
  return std::sqrt(sum);
}

}  // namespace

TEST_CASE("the seed makes the initial weights", "[models]") {
  const auto model = troupe::small_cnn(3);
  auto weights = [&](std::uint64_t seed) { return weights_of(*model.make(setup({}, seed))); };
  CHECK((weights(1) == weights(1)));
  CHECK((weights(1) != weights(2)));
}

TEST_CASE("the same seed and batches make the same weights", "[models]") {
  const auto model = troupe::small_cnn(3);
  auto trained = [&] {
    auto learner = model.make(setup({.optimizer = troupe::adamw(0.01)}));
    for (unsigned k = 0; k < 5; ++k) {
      const toy_batch b(12, k);
      learner->step(b.images(), b.classes());
    }
    return weights_of(*learner);
  };
  CHECK((trained() == trained()));
}

TEST_CASE("every optimizer learns three classes of stripes", "[models]") {
  for (const auto& optimizer : {troupe::sgd(0.05), troupe::adam(0.003), troupe::adamw(0.003)}) {
    auto learner = troupe::small_cnn(3).make(
        setup({.epochs = 1, .optimizer = optimizer, .schedule = "one_cycle", .label_smoothing = 0.1, .clip_norm = 5}));
    troupe::step_result first, last;
    for (unsigned k = 0; k < 30; ++k) {
      const toy_batch b(32, k);
      last = learner->step(b.images(), b.classes());
      if (k == 0) first = last;
    }
    CHECK(last.finite);
    CHECK(last.loss < first.loss / 2);
    CHECK(last.lr < first.lr);
    const toy_batch unseen(60, 99);
    const auto result = learner->evaluate(unseen.images(), unseen.classes());
    CHECK(result.correct == 60);
    CHECK(result.loss_sum / 60 < 0.4);
  }
}

TEST_CASE("weights change in a step and nowhere else", "[models]") {
  auto learner = troupe::small_cnn(3).make(setup({}));
  const toy_batch b(12, 1);
  const auto before = weights_of(*learner);
  learner->evaluate(b.images(), b.classes());
  CHECK((weights_of(*learner) == before));
  learner->step(b.images(), b.classes());
  const auto after = weights_of(*learner);
  CHECK((after != before));
  learner->evaluate(b.images(), b.classes());
  CHECK((weights_of(*learner) == after));
}

TEST_CASE("a batch that is not finite leaves weights and running statistics as they were", "[models]") {
  const auto inf = std::numeric_limits<float>::infinity();
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), inf, 1e38F}) {
    auto learner = troupe::small_cnn(3).make(setup({}));
    const toy_batch good(12, 1);
    learner->step(good.images(), good.classes());
    const auto before = weights_of(*learner);
    auto poisoned = good;
    poisoned.pixels[70] = bad;
    CHECK_FALSE(learner->step(poisoned.images(), poisoned.classes()).finite);
    CHECK((weights_of(*learner) == before));
    CHECK(learner->step(good.images(), good.classes()).finite);
    CHECK((weights_of(*learner) != before));
  }
}

TEST_CASE("plain sgd moves the weights by the rate times the gradient's norm, clipped where asked", "[models]") {
  const toy_batch b(12, 1);
  double norm = 0;
  for (const double clip : {0.0, 1e6, 0.01}) {
    auto learner = troupe::small_cnn(3).make(setup({.optimizer = troupe::sgd(0.1, 0, 0), .clip_norm = clip}));
    const auto before = parameters_of(*learner);
    const auto result = learner->step(b.images(), b.classes());
    if (clip == 0) norm = result.grad_norm;
    CHECK(result.grad_norm == norm);
    CHECK(distance(before, parameters_of(*learner)) == Approx(0.1 * (clip == 0.01 ? clip : norm)).epsilon(1e-3));
  }
}

TEST_CASE("evaluation is a sum over rows, and a row counts as correct for one label", "[models]") {
  auto learner = troupe::small_cnn(3).make(setup({}));
  const toy_batch b(6, 1);
  const auto together = learner->evaluate(b.images(), b.classes());
  double loss = 0;
  std::uint64_t correct = 0, for_any_label = 0;
  for (std::int64_t i = 0; i < 6; ++i) {
    const troupe::view image{b.pixels.data() + i * 64, element::float32, {1, 1, 8, 8}};
    const auto alone = learner->evaluate(image, {&b.labels[std::size_t(i)], element::int64, {1}});
    loss += alone.loss_sum;
    correct += alone.correct;
    for (const std::int64_t label : {0, 1, 2})
      for_any_label += learner->evaluate(image, {&label, element::int64, {1}}).correct;
  }
  CHECK(together.loss_sum == Approx(loss).epsilon(1e-4));
  CHECK(together.correct == correct);
  CHECK(for_any_label == 6);
}

TEST_CASE("a batch of the wrong kind is refused with what it should be", "[models]") {
  auto learner = troupe::small_cnn(3).make(setup({}));
  toy_batch b(3, 1);
  CHECK_THROWS_WITH(learner->step(b.classes(), b.classes()),
                    contains("images [N, C, H, W] float32 and labels [N] int64"));
  const auto before = weights_of(*learner);
  b.labels[1] = 3;
  CHECK_THROWS_WITH(learner->step(b.images(), b.classes()), contains("labels must be 0 to 2, got 3 in row 1"));
  CHECK((weights_of(*learner) == before));
  b.labels[1] = -100;
  CHECK_THROWS_AS(learner->evaluate(b.images(), b.classes()), std::invalid_argument);
}

TEST_CASE("the loss of a mixed label is the mixture of the losses", "[models]") {
  auto learner = troupe::small_cnn(3).make(setup({}));
  const toy_batch b(1, 1);
  const auto loss_for = [&](std::vector<float> label) {
    return learner->evaluate(b.images(), {label.data(), element::float32, {1, 3}}).loss_sum;
  };
  const auto whole = learner->evaluate(b.images(), b.classes());
  CHECK(loss_for({1, 0, 0}) == Approx(whole.loss_sum).epsilon(1e-5));
  CHECK(loss_for({0.3F, 0.7F, 0}) == Approx(0.3 * loss_for({1, 0, 0}) + 0.7 * loss_for({0, 1, 0})).epsilon(1e-4));
  CHECK_THROWS_WITH(learner->evaluate(b.images(), {std::vector<float>(2).data(), element::float32, {1, 2}}),
                    contains("labels must be [N, 3], got [N, 2]"));
}

TEST_CASE("the views of a sample count as one, by the mean of their logits", "[models]") {
  auto learner = troupe::small_cnn(3).make(setup({}));
  const toy_batch b(2, 1);
  toy_batch twice(0, 1);
  for (const std::int64_t row : {0, 0, 1, 1}) {
    twice.pixels.insert(twice.pixels.end(), b.pixels.begin() + row * 64, b.pixels.begin() + (row + 1) * 64);
    twice.labels.push_back(b.labels[std::size_t(row)]);
  }
  const auto once = learner->evaluate(b.images(), b.classes());
  const auto views = learner->evaluate(twice.images(), twice.classes(), 2);
  CHECK(views.loss_sum == Approx(once.loss_sum).epsilon(1e-4));
  CHECK(views.correct == once.correct);
  CHECK_THROWS_WITH(learner->evaluate(twice.images(), twice.classes(), 3),
                    contains("whole samples of 3 views, got 4 rows"));
}
