#include <troupe/observe/event_log.hpp>

#include <unistd.h>
#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "../catch.hpp"

using namespace troupe;

namespace {

struct folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("troupe-events-" + std::to_string(::getpid()));
  folder() { std::filesystem::remove_all(path); }
  ~folder() { std::filesystem::remove_all(path); }
};

std::vector<std::string> lines(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::vector<std::string> all;
  for (std::string l; std::getline(in, l);) all.push_back(l);
  return all;
}

}  // namespace

TEST_CASE("every event is one JSON object a line, with time, t_s and event", "[observe]") {
  folder f;
  auto now = std::chrono::steady_clock::time_point{};
  event_log log(f.path, [&] { return now; });
  now += std::chrono::milliseconds(1500);
  log.post("alert", {{"path", "a \"quoted\"\nname"}});
  log.quarantine({{"index", 3}});
  log.flush();
  const auto events = lines(f.path / "events.jsonl");
  REQUIRE(events.size() == 1);
  const auto o = boost::json::parse(events[0]).as_object();
  REQUIRE(o.at("event") == "alert");
  REQUIRE(o.at("t_s").as_double() == Approx(1.5));
  REQUIRE(o.at("time").as_string().ends_with("Z"));
  REQUIRE(o.at("path") == "a \"quoted\"\nname");
  REQUIRE(lines(f.path / "quarantine.jsonl") == std::vector<std::string>{R"({"index": 3})"});
}

TEST_CASE("names that are no UTF-8 stay readable and leave the line valid", "[observe]") {
  folder f;
  event_log log(f.path, std::chrono::steady_clock::now);
  log.quarantine({{"path", "caf\xe9.jpg"}});
  log.flush();
  const auto parsed = boost::json::parse(lines(f.path / "quarantine.jsonl").at(0));
  REQUIRE(parsed.at("path") == "caf\\xe9.jpg");
}

TEST_CASE("a log without a folder keeps nothing, one that cannot be written says so", "[observe]") {
  event_log none({}, std::chrono::steady_clock::now);
  none.post("end", {});
  REQUIRE_FALSE(none.keeps());
  REQUIRE_THROWS_WITH(event_log("/proc/nowhere", std::chrono::steady_clock::now), Catch::Contains("/proc/nowhere"));
}

TEST_CASE("a full disk loses lines, counts them, and says why", "[observe]") {
  folder f;
  std::filesystem::create_directories(f.path);
  std::filesystem::create_symlink("/dev/full", f.path / "events.jsonl");
  event_log log(f.path, std::chrono::steady_clock::now);
  log.post("step", {});
  log.flush();
  REQUIRE(log.lost().first > 0);
  REQUIRE(log.lost().second == "No space left on device");
}
