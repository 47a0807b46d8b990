// Two data sets in one run, three rows of the first to one of the second, in every batch; and all classes alike. What
// stands where follows from its position, so the batches are the same on any machine. Prints:
//   | 18000 shoes and 42000 other clothes
//   | shoes in each batch of 64: 48 to 48
//   | by class, in 6400 rows: 640 to 640 of each
#include <troupe/troupe.hpp>

#include <algorithm>
#include <cstdio>
#include <vector>

namespace {

/// The least and the most rows of one label in a batch, or in all of them.
struct range {
  long least = 1 << 30, most = 0;
  void add(long n) { least = std::min(least, n), most = std::max(most, n); }
};

}  // namespace

int main() {
  const auto clothes = troupe::fashion_mnist();
  const auto is_shoe = [](const troupe::candidate& c) { return c.label() == 5 || c.label() == 7 || c.label() == 9; };
  const auto shoes = troupe::filter(clothes, is_shoe, "shoes");
  const auto others = troupe::filter(
      clothes, [&](const troupe::candidate& c) { return !is_shoe(c); }, "others");
  std::printf("%d shoes and %d other clothes\n", int(shoes.size()), int(others.size()));

  const auto both = troupe::concatenate({shoes, others});
  auto mixed = troupe::pipeline{}
                   .load(both, {.shuffle = true, .seed = 7, .sampling = troupe::by_part({3, 1}), .limit = 6'400})
                   .batch({.size = 64})
                   .start();
  range in_batch;
  for (const troupe::batch& b : mixed.epoch()) {
    const auto* indices = b.indices().as<std::int64_t>();  // below shoes.size(): of the first part
    in_batch.add(std::count_if(indices, indices + b.rows(), [&](auto i) { return i < std::int64_t(shoes.size()); }));
  }
  std::printf("shoes in each batch of 64: %ld to %ld\n", in_batch.least, in_batch.most);

  auto balanced = troupe::pipeline{}
                      .load(both, {.shuffle = true, .sampling = troupe::by_class(), .limit = 6'400})
                      .batch({.size = 64})
                      .start();
  std::vector<long> rows(both.classes());
  for (const troupe::batch& b : balanced.epoch()) {
    for (std::uint32_t row = 0; row < b.rows(); ++row) ++rows[std::size_t(b.labels().as<std::int64_t>()[row])];
  }
  range of_class;
  for (const long n : rows) of_class.add(n);
  std::printf("by class, in 6400 rows: %ld to %ld of each\n", of_class.least, of_class.most);
}
