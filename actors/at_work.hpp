#pragma once
#include <troupe/pipeline/run_state.hpp>

#include <cstdint>
#include <string>

namespace troupe {

/// No thread works for a stage that died and could not wait for it: a reader without its loader, a worker without the
/// head, a finisher without the batcher.
bool all_at_rest(const run_state& run);

/// What somebody does, and in which stage.
struct work {
  std::string stage;
  const activity* doing = nullptr;
};
/// Of an augment worker: in a stage of one's own, or in the augmenter itself.
work work_of(const run_state& run, std::uint32_t worker);

/// "augmenter 1 is transforming photos/cat/7.jpg", for number n of a stage.
std::string describe(const run_state& run, const std::string& stage, std::size_t n, const activity& doing);
/// The same of everybody who does something, since `at_least` or longer: "augmenter 1 is transforming photos/cat/7.jpg;
/// batcher 0 is transforming a batch". Empty where nobody does.
std::string who_works(const run_state& run, std::chrono::nanoseconds at_least = {});
/// The same for a run that did not end.
std::string who_holds(const run_state& run);

/// The first stage of the walk that has not said its `end`; empty: all have, down to the batcher.
std::string first_without_end(const run_state& run);

}  // namespace troupe
