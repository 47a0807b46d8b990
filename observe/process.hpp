#pragma once
#include <cstddef>
#include <cstdint>

namespace troupe {

/// What the operating system and the allocator say of this process.
struct process_memory {
  std::uint64_t resident_bytes = 0;   ///< of /proc/self/statm
  std::uint64_t allocated_bytes = 0;  ///< handed out by malloc and not given back
};
process_memory read_process_memory();

/// The most that was ever resident, of getrusage.
std::uint64_t peak_resident_bytes();

/// What this process may use: its cgroup's limit, or the machine's memory.
std::uint64_t memory_ceiling_bytes();

}  // namespace troupe
