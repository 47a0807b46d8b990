#include <troupe/augment/batch_transform.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace troupe {

namespace {

constexpr std::uint32_t of_a_batch = ~std::uint32_t{0};  // a view that no sample has

class own_batch_transform final : public batch_transform::implementation {
 public:
  own_batch_transform(std::string name, std::function<void(const batch_rows&, generator&)> apply)
      : name_(std::move(name)), apply_(std::move(apply)) {}

  std::string name() const override { return name_; }
  void apply(const batch_rows& b, const batch_transform::step& s) const override try {
    apply_(b, s.random);
  } catch (const std::exception& e) { throw std::runtime_error(name_ + ": " + e.what()); } catch (...) {
    throw std::runtime_error(name_ + ": it threw something that is no std::exception");
  }

 private:
  std::string name_;
  std::function<void(const batch_rows&, generator&)> apply_;
};

}  // namespace

batch_transform::batch_transform(std::string name, std::function<void(const batch_rows&, generator&)> apply) {
  if (name.empty()) throw std::invalid_argument("batch_transform: name must not be empty");
  if (!apply) throw std::invalid_argument("batch_transform: " + name + " has no function to call");
  implementation_ = std::make_shared<own_batch_transform>(std::move(name), std::move(apply));
}

bool batch_recipe::mixes_labels() const noexcept {
  return std::any_of(list_.begin(), list_.end(), [](const batch_transform& t) { return t->mixes_labels(); });
}

std::size_t batch_recipe::scratch_bytes(std::size_t row_bytes, std::size_t classes) const noexcept {
  std::size_t most = 0;
  for (const batch_transform& t : list_) most = std::max(most, t->scratch_bytes(row_bytes, classes));
  return most;
}

void batch_recipe::run(const batch_rows& b, std::uint64_t seed, std::uint64_t epoch, std::uint64_t number,
                       std::byte* memory, std::vector<drawn>* report, const row_target* conversion) const {
  if (conversion && (!converts() || conversion->format.type == element::uint8))
    throw std::invalid_argument("batch_recipe: rows must be converted before this list of batch transforms");
  const sample_key key{.seed = seed, .epoch = epoch, .offset = number, .view = of_a_batch};
  for (std::size_t operation = 0; operation < list_.size(); ++operation) {
    generator random(key, operation);
    drawn said{list_[operation]->name(), {}};
    list_[operation]->apply(b, {random, report ? &said : nullptr, memory, operation == 0 ? conversion : nullptr});
    if (report) report->push_back(std::move(said));
  }
}

}  // namespace troupe
