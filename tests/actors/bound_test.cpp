// The printed bound, seen from outside: what the operating system says of a process of its own.
#include <cstdint>
#include <cstdio>
#include <string>

#include "../augment/encoded.hpp"
#include "../catch.hpp"
#include "../sources/temporary_folder.hpp"

namespace {

struct measured {
  std::uint64_t bound = 0, peak = 0, delivered = 0;
};

measured run_over(const temporary_folder& folder, int cpus, int memory_mib) {
  // A checkout may stand in a folder with a space in its name.
  const auto command = "'" + std::string(TROUPE_FRESH_PROCESS) + "' '" + folder.path().string() + "' " +
                       std::to_string(cpus) + " " + std::to_string(memory_mib);
  auto* out = ::popen(command.c_str(), "r");
  REQUIRE(out != nullptr);
  unsigned long long bound = 0, peak = 0, delivered = 0;
  const int got = std::fscanf(out, "%llu %llu %llu", &bound, &peak, &delivered);
  REQUIRE(::pclose(out) == 0);
  REQUIRE(got == 3);
  return {bound, peak, delivered};
}

void write(const temporary_folder& folder, const std::string& name, const bytes& file) {
  folder.write("class/" + name, std::string(file.begin(), file.end()));
}

}  // namespace

TEST_CASE("the memory of a process stays below that of a one-image run and the printed bound", "[actors][law][bound]") {
  temporary_folder one, many;
  const auto small = jpeg(photograph(120, 160, 3, 1));
  write(one, "0.jpg", small);
  for (int i = 0; i < 150; ++i) write(many, std::to_string(i) + ".jpg", jpeg(photograph(240, 320, 3, unsigned(i))));
  // Some that need far more scratch than a worker has of its own, several at once and in different formats.
  const auto large = photograph(1500, 2000, 3, 7);
  const auto baseline = jpeg(large), progressive = jpeg(large, {.progressive = true}),
             interlaced = png(large, {.interlaced = true});
  for (int i = 0; i < 6; ++i) {
    write(many, "baseline" + std::to_string(i) + ".jpg", baseline);
    write(many, "progressive" + std::to_string(i) + ".jpg", progressive);
    write(many, "interlaced" + std::to_string(i) + ".png", interlaced);
  }
  for (int cpus : {1, 2, 4}) {
    for (int memory_mib : {64, 2048}) {
      const auto least = run_over(one, cpus, memory_mib), most = run_over(many, cpus, memory_mib);
      INFO(cpus << " processors, " << memory_mib << " MiB: peak " << most.peak << " against " << least.peak << " + "
                << most.bound);
      REQUIRE(most.bound <= std::uint64_t(memory_mib) << 20);
      REQUIRE(most.delivered == 168);
      REQUIRE(most.peak <= least.peak + most.bound);
    }
  }
}
