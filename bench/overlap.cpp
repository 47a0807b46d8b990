// Is the overlap real? Training on Fashion-MNIST takes no longer than its slower half, or than the processors have time
// for.
#include <troupe/augment/transforms.hpp>
#include <troupe/models/recommended.hpp>
#include <troupe/models/small_cnn.hpp>
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/pipeline/run_state.hpp>
#include <troupe/sources/fashion_mnist.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "rounds.hpp"

using namespace troupe;
using namespace troupe::bench;

namespace {

struct cost {
  double wall = 0, cpu = 0;
};

double cpu_now() {
  rusage u{};
  getrusage(RUSAGE_SELF, &u);
  return double(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + 1e-6 * double(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

cost of(const std::function<void()>& work) {
  const auto cpu = cpu_now();
  const auto wall = seconds_of(work);
  return {wall, cpu_now() - cpu};
}

}  // namespace

int main(int argc, char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") == nullptr) {  // libgomp reads it before main
    setenv("OMP_WAIT_POLICY", "PASSIVE", 1);
    execv("/proc/self/exe", argv);
  }
  const auto o = parse(argc, argv);
  const auto data = fashion_mnist(split::train);
  auto recipe_of_training = recommended("small_cnn", "fashion-mnist");
  recipe_of_training.train.epochs = 1;
  const auto described = pipeline{}
                             .load(data, {.shuffle = true, .seed = 7, .limit = o.quick ? 12'800u : 0u})
                             .augment({random_flip(0.5), normalize("fashion")})
                             .batch({.size = recipe_of_training.batch})
                             .budget({.cpus = o.cpus});
  auto limited = described;
  const auto trained = limited.train(small_cnn(data.classes()), recipe_of_training.train);

  std::vector<double> ratios;
  std::vector<cost> input, trainer, together;
  const int rounds = o.quick ? 2 : 5;
  for (int round = -1; round < rounds; ++round) {
    const auto a = of([&] {
      auto run = described.start();
      for (const auto& b : run.epoch()) (void)b.rows();
    });
    // The trainer alone: the same batches, all there before the clock starts.
    std::vector<batch> batches;
    auto ready = described;
    ready.batch(
        {.size = recipe_of_training.batch, .buffers = int(described.settings().positions.batches_per_epoch()) + 8});
    auto filled = ready.start();
    for (const auto& b : filled.epoch()) batches.push_back(b);
    filled.stop();
    (void)filled.wait();
    const auto shape = described.settings().training.prepare->shape();
    const auto b = of([&] {
      auto learner = small_cnn(data.classes())
                         .make({.train = recipe_of_training.train,
                                .channels = shape.channels,
                                .height = shape.height,
                                .width = shape.width,
                                .steps_per_epoch = std::int64_t(batches.size()),
                                .seed = 7,
                                .threads = o.cpus});
      for (const auto& one : batches) learner->step(one.images(), one.labels());
    });
    batches.clear();
    const auto c = of([&] {
      auto run = trained.start();
      (void)run.wait();
    });
    if (round < 0) continue;
    input.push_back(a);
    trainer.push_back(b);
    together.push_back(c);
    ratios.push_back(c.wall / std::max({a.wall, b.wall, (a.cpu + b.cpu) / o.cpus}));
  }
  auto wall = [](const std::vector<cost>& v) {
    std::vector<double> w;
    for (const auto& c : v) w.push_back(c.wall);
    return median(w);
  };
  auto cpu = [](const std::vector<cost>& v) {
    std::vector<double> w;
    for (const auto& c : v) w.push_back(c.cpu);
    return median(w);
  };
  std::printf("One epoch of Fashion-MNIST, small_cnn, batch %zu, %d processors, %d rounds\n\n",
              recipe_of_training.batch, o.cpus, rounds);
  std::printf("| | wall s | CPU s |\n|---|---|---|\n");
  std::printf("| input alone | %.2f | %.2f |\n| trainer alone | %.2f | %.2f |\n| together | %.2f | %.2f |\n",
              wall(input), cpu(input), wall(trainer), cpu(trainer), wall(together), cpu(together));
  std::printf("\nTogether / max(input, trainer, CPU of both / processors): median %.3f (1 is perfect overlap)\n",
              median(ratios));
}
