#include <troupe/models/schedule.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace troupe {
namespace {

constexpr double rise = 0.3;              // share of the run, one_cycle
constexpr double first_divisor = 25;      // lr at the start
constexpr double last_divisor = 250'000;  // lr at the end

/// From `a` at 0 to `b` at 1, along half a cosine.
double half_cosine(double a, double b, double x) { return b + (a - b) * (1 + std::cos(std::numbers::pi * x)) / 2; }

}  // namespace

double learning_rate(const train_options& options, std::int64_t steps_per_epoch, std::int64_t step) {
  const auto lr = options.optimizer.lr;
  const auto total = std::max(1.0, static_cast<double>(options.epochs) * static_cast<double>(steps_per_epoch));
  const auto at = std::clamp(static_cast<double>(step), 0.0, total - 1);

  if (options.schedule == "one_cycle") {
    const auto peak = std::max(1.0, rise * total - 1), last = std::max(total - 1, peak + 1);
    return at <= peak ? half_cosine(lr / first_divisor, lr, at / peak)
                      : half_cosine(lr, lr / last_divisor, (at - peak) / (last - peak));
  }
  const auto warmup = std::floor(options.warmup_epochs * static_cast<double>(steps_per_epoch));
  if (at < warmup) return lr * (at + 1) / warmup;
  return options.schedule == "cosine" ? half_cosine(lr, 0, (at - warmup) / (total - warmup)) : lr;
}

}  // namespace troupe
