#include <troupe/sources/slice.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include <troupe/sources/derived.hpp>
#include <troupe/sources/grouped.hpp>

namespace troupe {
namespace {

/// Samples first, first + step, first + 2 step …, around the end and on from the beginning.
class slice_source final : public derived_source {
 public:
  slice_source(dataset data, std::uint64_t first, std::uint64_t step, std::uint64_t size, std::string said)
      : derived_source({std::move(data)}), first_(first), step_(step), size_(size), said_(std::move(said)) {}

  std::uint64_t size() const noexcept override { return size_; }
  std::string describe() const override { return from().front()->describe() + ", " + said_; }

 private:
  origin origin_of(std::uint64_t index) const noexcept override {
    return {0, (first_ + index * step_) % from().front().size()};
  }

  std::uint64_t first_ = 0, step_ = 1, size_ = 0;
  std::string said_;
};

dataset slice(const char* who, dataset data, std::uint64_t first, std::uint64_t step, std::uint64_t size,
              std::string said) {
  if (!data) throw std::invalid_argument(std::string(who) + ": the data set is empty-handed");
  return {std::make_shared<slice_source>(std::move(data), first, step, size, std::move(said))};
}

}  // namespace

dataset take(dataset data, std::uint64_t n) {
  const auto size = std::min(n, data.size());
  return slice("take", std::move(data), 0, 1, size,
               "take " + grouped(n) + (size < n ? " (there are " + grouped(size) + ")" : ""));
}

dataset skip(dataset data, std::uint64_t n) {
  const auto first = std::min(n, data.size()), size = data.size() - first;
  return slice("skip", std::move(data), first, 1, size, "skip " + grouped(n) + ": " + counted(size, "sample"));
}

dataset shard(dataset data, std::uint64_t i, std::uint64_t n) {
  if (n == 0) throw std::invalid_argument("shard: n must be >= 1, got 0");
  if (i >= n) {
    throw std::invalid_argument("shard: i must be 0 ... " + std::to_string(n - 1) + ", got " + std::to_string(i));
  }
  const auto size = data.size() / n + (i < data.size() % n ? 1 : 0);
  return slice("shard", std::move(data), i, n, size,
               "shard " + grouped(i) + " of " + grouped(n) + ": " + counted(size, "sample"));
}

dataset repeat(dataset data, std::uint64_t k) {
  if (k == 0) throw std::invalid_argument("repeat: k must be >= 1, got 0");
  std::uint64_t size = 0;
  if (__builtin_mul_overflow(data.size(), k, &size)) {
    throw std::invalid_argument("repeat: k must leave fewer than 2^64 samples, got " + std::to_string(k));
  }
  return slice("repeat", std::move(data), 0, 1, size, "repeat " + grouped(k) + ": " + counted(size, "sample"));
}

}  // namespace troupe
