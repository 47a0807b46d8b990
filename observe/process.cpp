#include <troupe/observe/process.hpp>

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace troupe {

process_memory read_process_memory() {
  process_memory m;
  std::uint64_t pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  m.resident_bytes = resident * std::uint64_t(sysconf(_SC_PAGESIZE));
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
  const auto info = mallinfo2();
  m.allocated_bytes = info.uordblks + info.hblkhd;
#endif
  return m;
}

std::uint64_t peak_resident_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::uint64_t(usage.ru_maxrss) * 1024;
}

std::uint64_t memory_ceiling_bytes() {
  auto ceiling = std::uint64_t(sysconf(_SC_PHYS_PAGES)) * std::uint64_t(sysconf(_SC_PAGESIZE));
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    if (line.rfind("0::", 0) != 0) continue;
    for (auto path = line.substr(3);; path.resize(path.rfind('/'))) {
      std::uint64_t max = 0;
      if (std::ifstream("/sys/fs/cgroup" + path + "/memory.max") >> max) ceiling = std::min(ceiling, max);
      if (path.rfind('/') == std::string::npos) break;
    }
  }
  return ceiling;
}

}  // namespace troupe
