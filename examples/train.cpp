// Train without blocking, with alerts. Needs Debian's dataset-fashion-mnist. Prints:
//   | completed: 100 steps in 1 epoch
//   | loss fell: yes
//   | alerts: 0
#include <troupe/troupe.hpp>

#include <iostream>

using namespace std::chrono_literals;
using namespace troupe::literals;

int main() {
  int alerts = 0;
  auto clothes = troupe::fashion_mnist();
  auto run = troupe::pipeline{}
                 .load(clothes, {.shuffle = true, .seed = 7, .limit = 12'800})
                 .augment({troupe::random_flip(0.5), troupe::normalize("fashion")})
                 .batch({.size = 128})
                 .train(troupe::small_cnn(clothes.classes()), {.epochs = 1, .optimizer = troupe::adamw(0.003)})
                 .monitor({.stall_after = 10s, .memory_limit_bytes = 2_GiB},
                          [&](const troupe::alert& a) {
                            std::cerr << a << '\n';
                            if (a.severity != troupe::severity::info) ++alerts;
                          })
                 .start();  // returns at once; the actors do the rest

  while (!run.wait_for(1s)) std::cerr << run.progress() << '\n';  // epoch, step, loss, images/s, time left

  const auto end = run.wait();
  std::cout << to_string(end.how) << ": " << end.steps << " steps in " << end.epochs.size() << " epoch\n"
            << "loss fell: " << (end.epochs.at(0).loss < 1.2 ? "yes" : "no") << "\nalerts: " << alerts << "\n";
}
