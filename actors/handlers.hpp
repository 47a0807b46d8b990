#pragma once
#include <troupe/pipeline/messages.hpp>
#include <troupe/pipeline/run_state.hpp>

#include <cstdint>
#include <memory>

namespace troupe {

/// What the handlers that run in the augment workers do with a chunk, in the order of the line: worker number `worker`
/// is said to be in each of these stages while it is.
void run_handlers(const std::shared_ptr<run_state>& run, std::uint32_t worker, chunk<encoded>& what);

}  // namespace troupe
