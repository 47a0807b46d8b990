// Samples that differ much in cost: every hundredth takes a hundred times as long as the others. In the order of the
// plan and ready ones first, beside PyTorch's DataLoader in and out of order, on the same costs in processor time.
#include <troupe/augment/transforms.hpp>
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/sources/pixels_of.hpp>

#include <cstdio>
#include <ctime>
#include <memory>
#include <vector>

#include "line.hpp"
#include "peer.hpp"
#include "rounds.hpp"

using namespace troupe;
using namespace troupe::bench;

namespace {

constexpr std::size_t batch_size = 16;
constexpr std::uint64_t samples = 6'400;
constexpr std::int64_t cheap_ns = 50'000, dear_ns = 100 * cheap_ns;

std::int64_t thread_ns() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * std::int64_t{1'000'000'000} + t.tv_nsec;
}

// Its first pixel says what a sample costs.
transform costly() {
  return {"costly", [](image& i, generator&) {
            const auto until = thread_ns() + (i.data[0] == 99 ? dear_ns : cheap_ns);
            while (thread_ns() < until) {}
          }};
}

pipeline described(int cpus, delivery order) {
  std::vector<std::uint8_t> pixels(samples * 28 * 28);
  for (std::size_t i = 0; i < samples; ++i) pixels[i * 28 * 28] = std::uint8_t(i % 100);
  return pipeline{}
      .load(pixels_of(std::move(pixels), {28, 28, 1}, label_list::of_classes(std::vector<std::int64_t>(samples))),
            {.shuffle = true, .seed = 7})
      .augment({costly()})
      .batch({.size = batch_size, .order = order})
      .budget({.cpus = cpus});
}

}  // namespace

int main(int argc, char** argv) {
  const auto o = parse(argc, argv);
  const int rounds = o.quick ? 3 : 9;
  std::vector<std::unique_ptr<peer>> peers;
  for (const auto& command : o.peers) peers.push_back(std::make_unique<peer>(command));
  const auto in_order = described(o.cpus, delivery::in_order), ready = described(o.cpus, delivery::ready);
  const auto workers = ", " + std::to_string(o.cpus) + " workers";
  std::vector<contender> all = {{"troupe, in the order of the plan" + workers, [&] { return line(in_order, 1); }},
                                {"troupe, ready ones first" + workers, [&] { return line(ready, 1); }}};
  for (auto& p : peers) all.push_back({p->name(), [&p] { return p->epoch(); }});
  interleave(all, rounds);
  const auto mean_ns = 0.99 * double(cheap_ns) + 0.01 * double(dear_ns);
  std::printf("%llu samples of 50 us of processor time, every hundredth of 5 ms, shuffled, batches of %zu; %d rounds\n",
              static_cast<unsigned long long>(samples), batch_size, rounds);
  std::printf("%d processors that do nothing else: %.0f samples/s\n\n", o.cpus, 1e9 * o.cpus / mean_ns);
  print_table(all, "samples/s");
}
