// A tuner on lines that are equations: virtual time, no thread.
#include <troupe/observe/tuner.hpp>

#include <algorithm>
#include <cmath>

#include "../catch.hpp"
#include "line_model.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

knob_range of_cpus(int n) {
  const knobs start{.workers = n, .trainer_threads = n, .readers = 4, .read_ahead_bytes = 8 << 20, .chunk_us = 1000};
  return {start,
          {.workers = 1, .trainer_threads = 1, .readers = 4, .read_ahead_bytes = 8 << 20, .chunk_us = 250},
          {.workers = n, .trainer_threads = n, .readers = 64, .read_ahead_bytes = 32 << 20, .chunk_us = 4000}};
}

const load_model decode_heavy{.decode = 2e-3, .train = 1e-4};
const load_model trainer_heavy{.decode = 2e-4, .train = 4e-3, .parallel = 0.9};
const load_model serial_trainer{.decode = 1e-3, .train = 1e-3, .parallel = 0.05};
const load_model balanced{.decode = 1e-3, .train = 3e-3, .parallel = 0.95};
const load_model slow_disk{.decode = 5e-4, .train = 1e-4, .latency = 20e-3};
const load_model small_samples{.decode = 2e-7, .train = 0};

}  // namespace

TEST_CASE("decode-heavy, trainer-heavy and slow-disk lines settle within 5 % of the best fixed setting",
          "[observe][tuning]") {
  for (int cpus : {2, 8, 32}) {
    for (auto load : {decode_heavy, trainer_heavy, serial_trainer, balanced, slow_disk, small_samples}) {
      load.cpus = cpus;
      const auto best = best_fixed(load, of_cpus(cpus));
      for (std::uint32_t seed = 1; seed <= 25; ++seed) {
        model_line line(load, of_cpus(cpus), seed);
        line.run(120);
        INFO(cpus << " processors, decode " << load.decode << " s, train " << load.train << " s, seed " << seed
                  << ": workers " << line.tuned.now().workers << ", threads " << line.tuned.now().trainer_threads);
        CHECK(line.rate() >= 0.95 * best);
        CHECK(line.tuned.settled());
      }
    }
  }
}

TEST_CASE("a load that changes is followed, there and back", "[observe][tuning]") {
  const auto range = of_cpus(8);
  for (std::uint32_t seed = 1; seed <= 25; ++seed) {
    model_line line(decode_heavy, range, seed);
    for (const auto& load : {decode_heavy, serial_trainer, slow_disk, trainer_heavy, decode_heavy}) {
      line.load = load;
      line.run(120);
      INFO("seed " << seed << ", decode " << load.decode << " s, train " << load.train << " s");
      CHECK(line.rate() >= 0.95 * best_fixed(load, range));
    }
  }
}

TEST_CASE("a step that did not help is taken back, and not tried again while the load stays", "[observe][tuning]") {
  model_line line(trainer_heavy, of_cpus(2), 1, 0.01);
  line.run(1000);
  REQUIRE(line.tuned.settled());
  REQUIRE(line.tuned.now() == of_cpus(2).start);
  REQUIRE_FALSE(line.moves.empty());
  for (const auto& m : line.moves) {
    REQUIRE_FALSE(m.kept);
    REQUIRE(m.before > 0);
    REQUIRE(m.after > 0);
    REQUIRE_FALSE(m.why.empty());
    const auto again = std::count_if(line.moves.begin(), line.moves.end(), [&](const tuning_move& other) {
      return other.what == m.what && other.to == m.to;
    });
    REQUIRE(again == 1);
  }
}

TEST_CASE("a step that halves the rate is taken back at once", "[observe][tuning]") {
  knob_range range{{.workers = 2}, {.workers = 1}, {.workers = 2}};
  tuner t(range, 1);
  tuner_look seen{.rows = 1};
  int windows_with_one = 0;
  for (int i = 0; i < 100; ++i) {  // the consumer is the wall, and one worker would seem to do
    seen.delivered_at += 0.3;
    seen.rows += t.now().workers == 2 ? 1000 : 500;
    seen.workers_busy += 0.1;
    windows_with_one += t.now().workers == 1 ? 1 : 0;
    t.look(seen);
  }
  const auto moves = t.take_moves();
  REQUIRE(moves.size() == 1);
  REQUIRE_FALSE(moves[0].kept);
  REQUIRE(windows_with_one == 4);  // two on their way, two to be sure
}

TEST_CASE("knobs whose range is a point stay where they are", "[observe][tuning]") {
  auto range = of_cpus(8);
  range.least = range.most = range.start;
  model_line line(slow_disk, range, 1);
  line.run(300);
  REQUIRE(line.moves.empty());
  REQUIRE(line.tuned.now() == range.start);
  REQUIRE(line.tuned.settled());
}

TEST_CASE("what one worker more would gain is known once that was tried", "[observe][tuning]") {
  auto range = of_cpus(8);
  range.start.workers = 4;
  range.least.trainer_threads = range.start.trainer_threads = 1;
  model_line line(decode_heavy, range, 1, 0.005);
  REQUIRE_FALSE(line.tuned.gain_from_one_more_worker());
  while (line.moves.empty()) line.run(0.1);
  REQUIRE(line.moves[0].what == knob::workers);
  REQUIRE(line.moves[0].kept);
  REQUIRE_FALSE(line.tuned.gain_from_one_more_worker());  // of a fifth it is known, not of a sixth
  line.run(120);
  REQUIRE(line.tuned.now().workers >= 7);

  auto one_processor = decode_heavy;
  one_processor.cpus = 1;
  knob_range two_workers{{.workers = 1}, {.workers = 1}, {.workers = 2}};
  model_line crowded(one_processor, two_workers, 1, 0.005);
  crowded.run(60);
  REQUIRE(crowded.tuned.now().workers == 1);
  REQUIRE(std::abs(crowded.tuned.gain_from_one_more_worker().value()) < 0.02);
}

TEST_CASE("rates of evaluations and across the ends of epochs are never compared", "[observe][tuning]") {
  knob_range range{{.workers = 2}, {.workers = 1}, {.workers = 2}};
  tuner t(range, 1);
  tuner_look seen{.rows = 1};
  for (int i = 0; i < 300; ++i) {
    seen.pass = std::uint64_t(i);  // every look in another epoch, whose rates jump
    seen.training = i % 2 == 0;
    seen.delivered_at += 0.5;
    seen.rows += std::uint64_t(100 * (1 + i % 7));
    REQUIRE_FALSE(t.look(seen));
  }
  REQUIRE(t.take_moves().empty());
  REQUIRE_FALSE(t.settled());
}
