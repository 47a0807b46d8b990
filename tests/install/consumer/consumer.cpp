// A source of one's own, walked in a loop. Prints "2 batches, 16 rows".
#include <troupe/augment/normalize.hpp>
#include <troupe/pipeline/pipeline.hpp>

#include <array>
#include <iostream>

namespace {

/// Sixteen grey images of 8×8, in two classes.
class squares : public troupe::source {
 public:
  std::uint64_t size() const noexcept override { return 16; }
  const std::vector<std::string>& class_names() const noexcept override { return names_; }
  std::int64_t label(std::uint64_t index) const noexcept override { return std::int64_t(index % 2); }
  std::string path(std::uint64_t index) const override { return "squares[" + std::to_string(index) + "]"; }
  std::span<const std::uint8_t> pixels(std::uint64_t) const noexcept override { return pixels_; }
  std::optional<troupe::image_shape> shape() const noexcept override { return troupe::image_shape{8, 8, 1}; }
  std::string describe() const override { return "16 squares"; }

 private:
  std::vector<std::string> names_{"dark", "light"};
  std::array<std::uint8_t, 64> pixels_{};
};

}  // namespace

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
