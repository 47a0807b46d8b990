#include <troupe/actors/handlers.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include <troupe/actors/received.hpp>

namespace troupe {

namespace {
constexpr std::size_t small_file = 4096, looks_at_clock = 16;

// Nobody knows how long that takes: bytes are fetched, or many.
bool takes_long(const encoded& item) {
  return item.to_bring() || item.bytes.size() >= small_file ||
         std::any_of(item.companions.begin(), item.companions.end(),
                     [](const companion_bytes& c) { return c.to_bring() || c.bytes.size() >= small_file; });
}

void run_one(const std::shared_ptr<run_state>& run, std::size_t stage, std::uint32_t worker, chunk<encoded>& what) {
  const auto& does = run->settings.stages[stage];
  auto& own = run->own[stage];
  auto& doing = own.workers[worker];
  counters::add(own.demanded, what.items.size());
  const auto begun = run->now();
  std::size_t row = 0, bad = 0, bytes = 0;
  for (auto& item : what.items) {
    if (row % looks_at_clock == 0 || takes_long(item)) {
      doing.begin(operation::transforming, what.places.pass, item.index, row == 0 ? begun : run->now(),
                  what.places.generation);
    } else {
      doing.index.store(item.index, std::memory_order_relaxed);
    }
    ++row;
    if (item.bad) continue;
    const auto before = as_received(item);
    std::vector<received> companions;
    for (const auto& c : item.companions) companions.push_back(as_received(c));
    const auto kept = std::pair(item.owner, item.companions);  // count until what was made of them does
    item = handled(does.name, does.each, std::move(item));
    charge(run, does.name, what.places.pass, item, before, companions);
    bad += item.bad != nullptr && item.bad->reason != fault::filtered;
    bytes += item.bytes.size();
  }
  doing.end();
  counters::add(own.busy_ns, run->now() - begun);
  counters::add(own.items_in, what.items.size());
  counters::add(own.items_out, what.items.size());
  counters::add(own.answered, what.items.size());
  counters::add(own.bytes_out, bytes);
  counters::add(own.failures, bad);
}

}  // namespace

void run_handlers(const std::shared_ptr<run_state>& run, std::uint32_t worker, chunk<encoded>& what) {
  for (auto n = run->settings.stages_in_line; n < run->own.size(); ++n) run_one(run, n, worker, what);
}

}  // namespace troupe
