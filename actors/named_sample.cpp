#include <troupe/actors/named_sample.hpp>

#include <memory>
#include <string>
#include <utility>

namespace troupe {

std::uint64_t index_of(const pass& p, const lease& places, std::uint32_t row) {
  return p.index(places.batch * p.batch_size + places.row + row, places.attempt);
}

encoded named(const run_state& run, const pass& p, const lease& places, std::uint32_t row) {
  encoded item;
  if (run.streams(p.number)) {
    const auto position = places.batch * p.batch_size + places.row + row;
    if (auto what = run.feed(p.number)->find(p.number, position, places.attempt)) return std::move(what->item);
    return item;  // the run is being stopped
  }
  const auto chosen = index_of(p, places, row);
  item.index = chosen % p.population;
  if (chosen != item.index) {
    item.bad = std::make_shared<const failure>(failure{fault::stage, "sampling " + run.settings.load.sampling.name +
                                                                         " chose sample " + std::to_string(chosen) +
                                                                         " of " + std::to_string(p.population)});
  }
  const auto& data = *run.data(p.number).data;
  item.label = data.label(item.index);
  if (!run.settings.stages.empty() && !data.in_memory()) item.key = data.member(item.index);
  return item;
}

encoded unreadable(const run_state& run, const pass& p, const lease& places, std::uint32_t row, const char* why) {
  encoded item;
  if (run.streams(p.number)) {
    item = named(run, p, places, row);
  } else {
    item.index = index_of(p, places, row) % p.population;
  }
  item.bad = std::make_shared<const failure>(failure{fault::io, why});
  return item;
}

}  // namespace troupe
