#pragma once
// A line as a handful of equations, in virtual time: what a tuner is tried on.
#include <troupe/observe/tuner.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

namespace troupe::test {

/// What a sample costs, in seconds.
struct load_model {
  double decode = 0;      ///< of a processor, in a worker
  double train = 0;       ///< of a trainer with one thread
  double parallel = 0;    ///< share of that which more threads divide
  double latency = 0;     ///< of a read
  double message = 5e-6;  ///< of a processor, each chunk
  int cpus = 8;
  /// How much a trainer is held up by workers on its processors: OpenMP waits for the slowest of its threads.
  double disturbance = 0.5;
};

/// Rows a second and who waits for whom.
struct flow {
  double rate = 0, consumer_waits = 0, busy = 0, starved = 0, reading = 0;
};

inline flow steady(const load_model& m, const knobs& k) {
  constexpr double endless = std::numeric_limits<double>::infinity();
  const double rows = std::max(1.0, std::ceil(1e-6 * k.chunk_us / m.decode));
  const double decode = m.decode + m.message / rows;
  const double by_reading = m.latency > 0 ? k.readers / m.latency : endless;
  const double by_workers = k.workers / decode;
  const auto trainer = [&](double rate) {  // what it manages beside workers that fill so many rows
    const double crowd = std::max(0.0, std::min<double>(k.workers, rate * decode) + k.trainer_threads - m.cpus);
    const double step = m.train * (1 - m.parallel + m.parallel / k.trainer_threads);
    return m.train > 0 ? 1 / (step * (1 + m.disturbance * crowd / m.cpus * std::max(0, k.trainer_threads - 1)))
                       : endless;
  };
  const double by_cpus = m.cpus / (decode + m.train);
  double low = 0, high = std::min({by_reading, by_workers, by_cpus});
  if (trainer(high) < high) {
    for (int i = 0; i < 50; ++i) {
      const double middle = (low + high) / 2;
      (trainer(middle) > middle ? low : high) = middle;
    }
    high = low;
  }
  flow f;
  f.rate = high;
  f.consumer_waits = std::isinf(trainer(high)) ? 1 : std::max(0.0, 1 - high / trainer(high));
  // Who is not done in time is being held up: by the processors that others have.
  f.busy = high >= 0.999 * by_cpus ? 1 : std::min(1.0, high * decode / k.workers);
  f.reading = m.latency > 0 ? std::min(1.0, high / by_reading) : 0;
  f.starved = f.reading > 0.99 ? 1 - f.busy : 0;
  return f;
}

/// The line with its monitor: hands a tuner a look every tenth of a second.
class model_line {
 public:
  model_line(const load_model& load, const knob_range& range, std::uint32_t seed, double noise = 0.02)
      : load(load), tuned(range, 2 * batch), noise_(seed), spread_(1, noise) {}

  void run(double seconds) {
    for (const double until = at_ + seconds; at_ < until;) {
      at_ += tick;
      const auto f = steady(load, tuned.now());
      const auto rate = f.rate * std::max(0.1, spread_(noise_));
      made_ += rate * tick;
      seen_.consumer_waited += tick * f.consumer_waits;
      seen_.workers_busy += tick * f.busy * tuned.now().workers;
      seen_.workers_starved += tick * f.starved * tuned.now().workers;
      seen_.reading += tick * f.reading * tuned.now().readers;
      if (const auto whole = batch * std::uint64_t(made_ / double(batch)); whole > seen_.rows) {
        seen_.rows = whole;
        seen_.delivered_at = at_ - (made_ - double(whole)) / rate;
      }
      tuned.look(seen_);
      for (auto& move : tuned.take_moves()) moves.push_back(std::move(move));
    }
  }
  double rate() const { return steady(load, tuned.now()).rate; }

  load_model load;
  tuner tuned;
  std::vector<tuning_move> moves;

 private:
  static constexpr std::uint64_t batch = 64;
  static constexpr double tick = 0.1;
  double at_ = 0, made_ = 0;
  tuner_look seen_;
  std::mt19937 noise_;
  std::normal_distribution<double> spread_;
};

/// The best rate of any fixed setting in the range.
inline double best_fixed(const load_model& load, const knob_range& range) {
  double best = 0;
  auto k = range.least;
  for (k.workers = range.least.workers; k.workers <= range.most.workers; ++k.workers) {
    for (k.trainer_threads = range.least.trainer_threads; k.trainer_threads <= range.most.trainer_threads;
         ++k.trainer_threads) {
      for (k.readers = range.least.readers; k.readers <= range.most.readers; k.readers *= 2) {
        for (k.chunk_us = range.least.chunk_us; k.chunk_us <= range.most.chunk_us; k.chunk_us *= 2) {
          best = std::max(best, steady(load, k).rate);
        }
      }
    }
  }
  return best;
}

}  // namespace troupe::test
