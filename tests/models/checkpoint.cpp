#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>

#include <troupe/models/atomic_file.hpp>
#include <troupe/models/resnet18.hpp>
#include <troupe/models/safetensors.hpp>
#include <troupe/models/small_cnn.hpp>

#include "../sources/contains.hpp"
#include "../sources/temporary_folder.hpp"

using troupe::element;

namespace {

troupe::learner_setup setup_of(const troupe::optimizer& o, std::int64_t channels, std::int64_t side) {
  return {.train = {.optimizer = o}, .channels = channels, .height = side, .width = side, .steps_per_epoch = 9};
}

std::unique_ptr<troupe::learner> small(const troupe::optimizer& o) {
  auto l = troupe::small_cnn(3).make(setup_of(o, 1, 8));
  const std::vector<float> images(2 * 64, 1.0F);
  const std::vector<std::int64_t> labels = {0, 2};
  l->step({images.data(), element::float32, {2, 1, 8, 8}}, {labels.data(), element::int64, {2}});
  return l;
}

/// Files of at most so many bytes in this process, as on a disk that fills up.
class short_files {
 public:
  explicit short_files(rlim_t bytes) : before_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &limit_);
    const rlimit short_limit{bytes, limit_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &short_limit);
  }
  short_files(const short_files&) = delete;
  short_files& operator=(const short_files&) = delete;
  ~short_files() {
    ::setrlimit(RLIMIT_FSIZE, &limit_);
    ::signal(SIGXFSZ, before_);
  }

 private:
  void (*before_)(int) = nullptr;
  rlimit limit_ = {};
};

}  // namespace

TEST_CASE("a checkpoint has weights, the optimizer's state, the step and the metadata", "[models]") {
  temporary_folder folder;
  const auto file = folder / "c.safetensors";
  const auto bytes = small(troupe::sgd(0.1))->save_checkpoint(file, {{"epoch", "3"}});
  CHECK(bytes == std::filesystem::file_size(file));
  auto back = troupe::read_safetensors(file);
  CHECK(back.verified);
  CHECK(back.metadata.at("epoch") == "3");
  CHECK(back.metadata.at("model") == "small_cnn");
  CHECK(*back.find("optimizer.step")->as<std::int64_t>() == 1);
  CHECK(back.find("model.conv1.weight")->shape == std::vector<std::int64_t>{16, 1, 3, 3});
  CHECK(back.find("optimizer.conv1.weight.momentum_buffer")->shape == std::vector<std::int64_t>{16, 1, 3, 3});
  CHECK(*back.find("model.bn1.num_batches_tracked")->as<std::int64_t>() == 1);
  small(troupe::adamw(0.1))->save_checkpoint(file, {});
  back = troupe::read_safetensors(file);
  CHECK(back.find("optimizer.fc2.bias.exp_avg"));
  CHECK(back.find("optimizer.fc2.bias.exp_avg_sq"));
  CHECK_FALSE(back.find("optimizer.fc2.bias.momentum_buffer"));
}

TEST_CASE("the weights of ResNet-18 have torchvision's names, shapes and first values", "[models]") {
  temporary_folder folder;
  auto learner = troupe::resnet18(7).make(setup_of(troupe::sgd(0.1), 3, 224));
  learner->save_weights(folder / "w");
  const auto file = troupe::read_safetensors(folder / "w");
  auto shape = [&](const std::string& name) {
    const auto* t = file.find(name);
    return t ? t->shape : std::vector<std::int64_t>{-1};
  };
  using dims = std::vector<std::int64_t>;
  CHECK(shape("conv1.weight") == dims{64, 3, 7, 7});
  CHECK(shape("bn1.running_mean") == dims{64});
  CHECK(shape("bn1.num_batches_tracked").empty());
  CHECK(shape("layer1.0.conv1.weight") == dims{64, 64, 3, 3});
  CHECK(shape("layer2.0.downsample.0.weight") == dims{128, 64, 1, 1});
  CHECK(shape("layer2.0.downsample.1.running_var") == dims{128});
  CHECK(shape("layer4.1.bn2.bias") == dims{512});
  CHECK(shape("layer1.0.downsample.0.weight") == dims{-1});
  CHECK(shape("fc.weight") == dims{7, 512});
  CHECK(shape("fc.bias") == dims{7});
  CHECK(file.tensors.size() == 122);
  std::int64_t parameters = 0;
  for (const auto& t : file.tensors)
    if (t.name.ends_with("weight") || t.name.ends_with("bias")) parameters += t.value.elements();
  CHECK(parameters == 11'176'512 + 513 * 7);

  const auto* w = file.find("layer3.1.conv2.weight");  // normal, variance 2 / (256 x 3 x 3)
  double square = 0;
  for (std::int64_t i = 0; i < w->elements(); ++i) square += std::pow(double(w->as<float>()[i]), 2);
  CHECK(square / double(w->elements()) == Approx(2.0 / (256 * 9)).epsilon(0.02));
}

TEST_CASE("ResNet-18 takes a step on small images", "[models]") {
  auto learner = troupe::resnet18(2).make(setup_of(troupe::sgd(0.01), 3, 40));
  std::vector<float> images(2 * 3 * 40 * 40);
  for (std::size_t i = 0; i < images.size(); ++i) images[i] = std::sin(static_cast<float>(i));
  const std::vector<std::int64_t> labels = {0, 1};
  const auto result =
      learner->step({images.data(), element::float32, {2, 3, 40, 40}}, {labels.data(), element::int64, {2}});
  CHECK(result.finite);
  CHECK(result.grad_norm > 0);
}

TEST_CASE("a file that cannot be finished leaves what was there, and nothing beside it", "[models]") {
  temporary_folder folder;
  const auto file = folder.write("best.safetensors", "the last good one");
  auto learner = small(troupe::sgd(0.1));
  {
    const short_files limit(4096);
    CHECK_THROWS_WITH(learner->save_weights(file), contains(file.string() + ": cannot be written: File too large"));
  }
  std::vector<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) left.push_back(entry.path().filename());
  CHECK(left == std::vector<std::string>{"best.safetensors"});
  CHECK(std::filesystem::file_size(file) == 17);
  CHECK_THROWS_WITH(learner->save_weights(folder / "none/w"),
                    contains("none/w: cannot be written: No such file or directory"));
  CHECK_NOTHROW(learner->save_weights(file));
}

TEST_CASE("a file that was not committed never appears", "[models]") {
  temporary_folder folder;
  {
    troupe::atomic_file out(folder / "a");
    out.write("abc", 3);
    CHECK_FALSE(std::filesystem::exists(folder / "a"));
  }
  CHECK(std::filesystem::is_empty(folder.path()));
  troupe::atomic_file out(folder / "a");
  out.write("abc", 3);
  out.commit();
  CHECK(std::filesystem::file_size(folder / "a") == 3);
}
