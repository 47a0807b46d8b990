#include <troupe/models/options.hpp>

#include <limits>

#include <troupe/models/recommended.hpp>
#include <troupe/models/schedule.hpp>
#include <troupe/models/zoo.hpp>

#include "../sources/contains.hpp"

using troupe::learning_rate;
using troupe::train_options;

TEST_CASE("an option that cannot be trained with is refused with its name, range and value", "[models]") {
  CHECK_THROWS_WITH(troupe::sgd(0), "train: lr must be > 0, got 0");
  CHECK_THROWS_WITH(troupe::sgd(0.1, 1), contains("momentum must be at least 0 and below 1, got 1"));
  CHECK_THROWS_AS(troupe::adamw(0.1, -1), std::invalid_argument);
  CHECK_THROWS_AS(troupe::adam(std::numeric_limits<double>::quiet_NaN()), std::invalid_argument);
  auto refuse = [](auto change, const char* text) {
    train_options o;
    change(o);
    CHECK_THROWS_WITH(troupe::check(o), contains(text));
  };
  refuse([](auto& o) { o.epochs = 0; }, "epochs must be >= 1, got 0");
  refuse([](auto& o) { o.schedule = "cosin"; }, "schedule must be constant, cosine or one_cycle, got cosin");
  refuse([](auto& o) { o.optimizer.name = "lion"; }, "optimizer must be sgd, adam or adamw, got lion");
  refuse([](auto& o) { o.label_smoothing = 1; }, "label_smoothing");
  refuse([](auto& o) { o.clip_norm = -1; }, "clip_norm must be >= 0");
  refuse([](auto& o) { o.warmup_epochs = 2; }, "warmup_epochs must be 0 to epochs, got 2");
  refuse([](auto& o) { o.schedule = "one_cycle", o.warmup_epochs = 1; }, "warms up by itself");
  CHECK_NOTHROW(troupe::check(train_options{}));
}

TEST_CASE("a learner is refused where its setup is wrong", "[models]") {
  auto setup = troupe::learner_setup{};
  CHECK_THROWS_WITH(troupe::named_model("small_cnn", 10).make(setup), contains("steps_per_epoch must be >= 1, got 0"));
  setup.steps_per_epoch = 1;
  setup.threads = 0;
  CHECK_THROWS_WITH(troupe::named_model("small_cnn", 10).make(setup), contains("threads must be >= 1"));
  setup.threads = 1;
  setup.height = 3;
  CHECK_THROWS_WITH(troupe::named_model("small_cnn", 10).make(setup), contains("at least 4 x 4 pixels, got 3 x 224"));
  CHECK_THROWS_WITH(troupe::named_model("resnet19", 10),
                    "model: must be small_cnn or resnet18, got resnet19; did you mean resnet18?");
  CHECK_THROWS_AS(troupe::named_model("resnet18", 0), std::invalid_argument);
}

TEST_CASE("a constant rate stays, after its warm-up", "[models]") {
  const train_options o{.epochs = 4, .optimizer = troupe::sgd(0.5), .warmup_epochs = 0.5};
  CHECK(learning_rate(o, 10, 0) == Approx(0.1));
  CHECK(learning_rate(o, 10, 3) == Approx(0.4));
  CHECK(learning_rate(o, 10, 4) == Approx(0.5));
  for (int step = 5; step < 40; ++step) CHECK(learning_rate(o, 10, step) == 0.5);
}

TEST_CASE("a cosine falls from the rate to nothing, half way at half the rate", "[models]") {
  const train_options o{.epochs = 2, .optimizer = troupe::sgd(0.2), .schedule = "cosine"};
  CHECK(learning_rate(o, 50, 0) == Approx(0.2));
  CHECK(learning_rate(o, 50, 50) == Approx(0.1));
  for (int step = 1; step < 100; ++step) CHECK(learning_rate(o, 50, step) < learning_rate(o, 50, step - 1));
  CHECK(learning_rate(o, 50, 99) < 0.2 / 1000);
  CHECK(learning_rate(o, 50, 99) > 0);
  CHECK(learning_rate(o, 50, 1000) == learning_rate(o, 50, 99));
}

TEST_CASE("one cycle rises for 30 % of the run and falls for the rest", "[models]") {
  const train_options o{.epochs = 10, .optimizer = troupe::sgd(1), .schedule = "one_cycle"};
  CHECK(learning_rate(o, 10, 0) == Approx(1.0 / 25));
  CHECK(learning_rate(o, 10, 29) == Approx(1.0));
  CHECK(learning_rate(o, 10, 99) == Approx(1.0 / 250000));
  for (int step = 1; step < 100; ++step)
    CHECK((learning_rate(o, 10, step) > learning_rate(o, 10, step - 1)) == (step <= 29));
}

TEST_CASE("every schedule gives a usable rate for runs of any length", "[models]") {
  for (const auto* schedule : {"constant", "cosine", "one_cycle"})
    for (std::uint32_t epochs : {1u, 2u, 3u})
      for (int steps : {1, 2, 3, 7}) {
        const train_options o{.epochs = epochs, .optimizer = troupe::sgd(1), .schedule = schedule};
        for (int step = 0; step < static_cast<int>(epochs) * steps; ++step) {
          const auto lr = learning_rate(o, steps, step);
          CHECK((lr > 0 && lr <= 1));
        }
      }
}

TEST_CASE("what is recommended can be trained with", "[models]") {
  for (const auto& name : troupe::model_names())
    for (const auto* kind : {"fashion-mnist", "idx", "folder"}) {
      const auto r = troupe::recommended(name, kind);
      CHECK_NOTHROW(troupe::check(r.train));
      CHECK(r.batch >= 1);
    }
}
