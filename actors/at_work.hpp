#pragma once
#include <troupe/pipeline/run_state.hpp>

#include <string>

namespace troupe {

/// No thread works for a stage that died and could not wait for it: a reader without its loader, a worker without the
/// head, a finisher without the batcher.
bool all_at_rest(const run_state& run);
/// Who does what, for a person: "augmenter 1 is transforming photos/cat/7.jpg; batcher 0 is transforming a batch".
std::string who_holds(const run_state& run);

/// The first stage of the walk that has not said its `end`; empty: all have, down to the batcher.
std::string first_without_end(const run_state& run);

}  // namespace troupe
