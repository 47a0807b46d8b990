#include <troupe/actors/handlers.hpp>

#include <utility>

namespace troupe {

namespace {
constexpr std::size_t small_file = 4096, looks_at_clock = 16;

void run_one(const std::shared_ptr<run_state>& run, std::size_t stage, std::uint32_t worker, chunk<encoded>& what) {
  const auto& does = run->settings.stages[stage];
  auto& own = run->own[stage];
  auto& doing = own.workers[worker];
  counters::add(own.demanded, what.items.size());
  const auto begun = run->now();
  std::size_t row = 0, bad = 0, bytes = 0;
  for (auto& item : what.items) {
    if (row % looks_at_clock == 0 || item.bytes.size() >= small_file) {
      doing.begin(operation::transforming, what.places.pass, item.index, row == 0 ? begun : run->now());
    } else {
      doing.index.store(item.index, std::memory_order_relaxed);
    }
    ++row;
    if (item.bad) continue;
    const auto before = item.bytes;
    const auto owner = item.owner;  // counts until what was made of it does
    const bool brings = item.to_bring();
    const auto companions = item.companions;
    item = handled(does.name, does.each, std::move(item));
    run_state::charge(run, does.name, item, before);
    for (std::size_t c = 0; c < item.companions.size(); ++c) {
      run_state::charge(run, does.name, item, c, companions[c].bytes);
      if (companions[c].to_bring() && !item.bad) run->expected.came(item.companions[c].bytes.size());
    }
    if (brings && !item.bad) run->expected.came(item.bytes.size());
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
