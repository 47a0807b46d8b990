#include <troupe/pipeline/plan.hpp>

#include <algorithm>

namespace troupe {

namespace {
constexpr std::uint64_t unbounded = std::uint64_t{1} << 62;  // positions
}

std::uint64_t pass::rows(std::uint64_t batch) const noexcept {
  const auto before = batch * batch_size;
  return positions > before ? std::min(batch_size, positions - before) : 0;
}

std::uint64_t pass::index(std::uint64_t offset, std::uint32_t attempt) const noexcept {
  offset /= views;  // all views of a sample show the same one, also where it was replaced
  if (chosen_by != nullptr) return chosen_by->index(key(offset, attempt), epoch * (positions / views) + offset);
  if (attempt == 0) return shuffled ? order(offset) : offset;
  // The operation no transform has: replacements and augmentation never share random numbers.
  generator draw(key(offset, attempt), ~std::uint64_t{0});
  return draw.index_below(population);
}

sample_key pass::key(std::uint64_t offset, std::uint32_t attempt) const noexcept {
  return {
      .seed = seed, .epoch = epoch, .offset = offset, .attempt = attempt, .view = why == purpose::training ? 0u : 1u};
}

plan::options plan::of_evaluation() const noexcept {
  options o;
  o.samples = options_.evaluation_samples;
  o.open_ended = options_.evaluation_open_ended;
  o.views = options_.evaluation_views;
  o.batch_size = options_.batch_size;
  return o;
}

pass plan::expected() const noexcept {
  if (!options_.open_ended) return at(0);
  auto o = options_;
  o.open_ended = o.shuffle = false;
  if (o.samples == 0) o.samples = o.limit;
  return plan(o).at(0);
}

std::uint64_t plan::smallest_batch() const noexcept {
  const auto epoch = at(0);
  return epoch.open_ended || epoch.batches == 0 ? 0 : epoch.rows(epoch.batches - 1);
}

std::optional<std::uint64_t> plan::passes() const noexcept {
  if (options_.samples == 0 && !options_.open_ended) return 0;
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
  p.shuffled = o.shuffle && !evaluation && p.chosen_by == nullptr && !o.open_ended;
  if (p.shuffled) p.order = permutation(p.population, {.seed = o.seed, .epoch = p.epoch});
  p.views = evaluation ? o.evaluation_views : o.views;
  if (o.open_ended && !evaluation) {  // its own window shuffles it
    p.open_ended = true;
    p.positions = o.limit > 0 ? o.limit : unbounded / o.views;
  }
  if (o.evaluation_open_ended && evaluation) {
    p.open_ended = true;
    p.positions = unbounded / o.evaluation_views;
  }
  p.positions *= p.views;
  const bool drop = o.drop_last && !evaluation && !p.open_ended;
  p.batches = drop ? p.positions / o.batch_size : (p.positions + o.batch_size - 1) / o.batch_size;
  return p;
}

}  // namespace troupe
