// A process that may not have as many threads as a run needs: of its own, whose limits are lowered.
#include <troupe/pipeline/pipeline.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>
#include <string>

#include "../catch.hpp"
#include "cabinet.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

std::size_t address_space() {
  unsigned long pages = 0;
  auto* f = std::fopen("/proc/self/statm", "r");
  if (f == nullptr || std::fscanf(f, "%lu", &pages) != 1) pages = 0;
  if (f != nullptr) std::fclose(f);
  return pages * std::size_t(sysconf(_SC_PAGESIZE));
}

// 0: it was refused, with what it wanted and what to do.
int start_in(std::size_t further_bytes, const pipeline& p) {
  const rlimit few{address_space() + further_bytes, RLIM_INFINITY};
  if (setrlimit(RLIMIT_AS, &few) != 0) return 3;
  try {
    p.start().wait();
  } catch (const std::runtime_error& e) {
    const auto wanted = "start: a run of these settings has " + std::to_string(p.settings().threads());
    return std::string(e.what()).find(wanted + " threads, the system gives") == 0 ? 0 : 2;
  }
  return 1;
}

}  // namespace

TEST_CASE("a run for whose threads there is no room is refused at its start, and waits for none", "[actors][threads]") {
  const auto p =
      pipeline{}.load(pixels(100), {.epochs = 1}).batch({.size = 10}).budget({.cpus = 64, .tune = tuned::none});
  // The stacks of a dozen threads; those of threads that wedged runs have left behind are the child's as well.
  const auto room = std::size_t{100} << 20;
  const auto child = fork();
  REQUIRE(child >= 0);
  if (child == 0) _exit(start_in(room, p));
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) == 0);
}
