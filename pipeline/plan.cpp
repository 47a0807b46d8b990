#include <troupe/pipeline/plan.hpp>

#include <algorithm>

namespace troupe {

std::uint64_t pass::rows(std::uint64_t batch) const noexcept {
  return std::min(batch_size, positions - batch * batch_size);
}

std::uint64_t pass::index(std::uint64_t offset, std::uint32_t attempt) const noexcept {
  if (chosen_by != nullptr) return chosen_by->index(key(offset, attempt), epoch * positions + offset);
  if (attempt == 0) return shuffled ? order(offset) : offset;
  // The operation no transform has: replacements and augmentation never share random numbers.
  generator draw(key(offset, attempt), ~std::uint64_t{0});
  return draw.index_below(population);
}

sample_key pass::key(std::uint64_t offset, std::uint32_t attempt) const noexcept {
  return {
      .seed = seed, .epoch = epoch, .offset = offset, .attempt = attempt, .view = why == purpose::training ? 0u : 1u};
}

std::optional<std::uint64_t> plan::passes() const noexcept {
  if (options_.samples == 0) return 0;
  if (options_.epochs == 0) return std::nullopt;
  return options_.epochs * passes_per_epoch();
}

pass plan::at(std::uint64_t n) const noexcept {
  const auto& o = options_;
  pass p;
  p.number = n;
  p.epoch = n / passes_per_epoch();
  p.seed = o.seed;
  p.batch_size = o.batch_size;
  const bool evaluation = n % passes_per_epoch() == 1;
  p.why = evaluation ? purpose::evaluation : purpose::training;
  p.population = evaluation ? o.evaluation_samples : o.samples;
  p.positions = !evaluation && o.limit > 0 ? std::min(o.limit, p.population) : p.population;
  if (!evaluation && o.chosen_by != nullptr) {
    p.chosen_by = o.chosen_by;
    if (o.limit > 0) p.positions = o.limit;  // whoever chooses has as many as are wanted
  }
  p.shuffled = o.shuffle && !evaluation && p.chosen_by == nullptr;
  if (p.shuffled) p.order = permutation(p.population, {.seed = o.seed, .epoch = p.epoch});
  const bool drop = o.drop_last && !evaluation;
  p.batches = drop ? p.positions / o.batch_size : (p.positions + o.batch_size - 1) / o.batch_size;
  return p;
}

}  // namespace troupe
