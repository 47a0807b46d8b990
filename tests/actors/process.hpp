#pragma once
#include <dirent.h>

#include <chrono>
#include <cstddef>
#include <thread>

#include "gate.hpp"

namespace troupe::test {

inline std::size_t entries(const char* folder) {
  std::size_t n = 0;
  auto* d = opendir(folder);
  while (readdir(d) != nullptr) ++n;
  closedir(d);
  return n;
}
inline std::size_t threads_now() { return entries("/proc/self/task"); }
inline std::size_t descriptors_now() { return entries("/proc/self/fd"); }

/// CAF lets its detached threads go before the kernel has buried them, and whoever looks into /proc has it open: what
/// must come to pass is waited for.
inline bool come_down_to(std::size_t (*count)(), std::size_t to) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (count() > to) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace troupe::test
