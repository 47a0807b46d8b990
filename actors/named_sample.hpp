#pragma once
#include <troupe/pipeline/encoded.hpp>
#include <troupe/pipeline/lease.hpp>
#include <troupe/pipeline/run_state.hpp>

#include <cstdint>

namespace troupe {

/// The sample of a row as chosen by the order of the epoch, or by a sampler of somebody's own.
std::uint64_t index_of(const pass& p, const lease& places, std::uint32_t row);

/// What a sample's place in a pass says about it, without its bytes.
encoded named(const run_state& run, const pass& p, const lease& places, std::uint32_t row);

/// A row whose sample cannot be read, whatever threw: its source may be what failed, and is not asked for anything.
encoded unreadable(const run_state& run, const pass& p, const lease& places, std::uint32_t row, const char* why);

}  // namespace troupe
