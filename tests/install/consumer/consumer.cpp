// A source of one's own, walked in a loop. Prints "2 batches, 16 rows".
#include <troupe/augment/normalize.hpp>
#include <troupe/pipeline/pipeline.hpp>

#include <iostream>

#include "squares.hpp"

int main() {
  auto run = troupe::pipeline{}
                 .load(troupe::dataset(std::make_shared<squares>()))
                 .augment({troupe::normalize({0.5}, {0.5})})
                 .batch({.size = 8})
                 .start();
  int batches = 0, rows = 0;
  for (const troupe::batch& b : run.epoch()) {
    batches += 1;
    rows += int(b.rows());
  }
  std::cout << batches << " batches, " << rows << " rows\n";
}
