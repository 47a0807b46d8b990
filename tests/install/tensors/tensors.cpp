// A program with a loop of its own, on LibTorch: the headers that are made of it come with troupe::troupe.
#include <troupe/models/tensor.hpp>
#include <troupe/troupe.hpp>

#include <cstdint>
#include <cstdio>
#include <vector>

int main() {
  const std::vector<std::uint8_t> grey(16);
  const auto data = troupe::pixels_of(grey, {1, 1, 1}, troupe::label_list::of_classes(std::vector<std::int64_t>(16)));
  auto run = troupe::pipeline{}.load(data, {.epochs = 1}).batch({.size = 8}).start();
  std::int64_t rows = 0;
  for (const troupe::batch& b : run.epoch()) rows += troupe::tensor(b.images()).size(0);
  std::printf("%d rows of tensors\n", int(rows));
}
