#include <troupe/pipeline/cpu_budget.hpp>

#include <sched.h>

#include <strings.h>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>

namespace troupe {

namespace {

int affinity() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

// Processors by a cgroup's quota: the least over the group and its parents; 0 where none is set.
double quota() {
  double least = 0;
  auto consider = [&](double quota_us, double period_us) {
    if (quota_us > 0 && period_us > 0) least = least > 0 ? std::min(least, quota_us / period_us) : quota_us / period_us;
  };
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    auto colon = line.rfind(':');
    if (colon == std::string::npos) continue;
    auto path = line.substr(colon + 1);
    const bool unified = line.rfind("0::", 0) == 0;
    if (!unified && line.find("cpu,") == std::string::npos && line.find(":cpu:") == std::string::npos) continue;
    for (;; path.resize(path.rfind('/'))) {
      if (unified) {
        std::ifstream file("/sys/fs/cgroup" + path + "/cpu.max");
        std::string max;
        double period = 0;
        if (file >> max >> period && max != "max") consider(std::atof(max.c_str()), period);
      } else {
        std::ifstream q("/sys/fs/cgroup/cpu" + path + "/cpu.cfs_quota_us"),
            p("/sys/fs/cgroup/cpu" + path + "/cpu.cfs_period_us");
        double quota_us = 0, period_us = 0;
        if (q >> quota_us && p >> period_us) consider(quota_us, period_us);
      }
      if (path.rfind('/') == std::string::npos) break;
    }
  }
  return least;
}

}  // namespace

int cpu_budget() {
  const int by_affinity = affinity();
  const double by_quota = quota();
  return std::max(1, by_quota > 0 ? std::min(by_affinity, int(std::ceil(by_quota))) : by_affinity);
}

bool openmp_waits_passively() {
  const char* policy = std::getenv("OMP_WAIT_POLICY");
  return policy != nullptr && strcasecmp(policy, "passive") == 0;
}

}  // namespace troupe
