#include "tests/catch.hpp"
#include "tests/tools/program.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace {

/// One sentence on stderr, nothing on stdout, exit code 2.
void refused_as_data(const finished_program& p, const std::string& part) {
  INFO(p.err);
  CHECK(p.code == 2);
  CHECK(p.out.empty());
  CHECK(p.err.find(part) != std::string::npos);
  CHECK(std::count(p.err.begin(), p.err.end(), '\n') == 1);
}

}  // namespace

TEST_CASE("data that are no data end at once with 2 and one sentence", "[tools]") {
  picture_folder files;
  files.write("empty/.hidden", "");
  files.write("flat/1.jpg", "not read");
  refused_as_data(troupe_command({"train", files / "nowhere"}), "no such folder");
  refused_as_data(troupe_command({"bench", files / "empty"}), "is empty");
  refused_as_data(troupe_command({"inspect", files / "flat"}), "no class folders");
}

TEST_CASE("shards, a held out fraction and balanced classes are said and used", "[tools]") {
  picture_folder files;
  files.draw(60);
  const auto rows = [&](std::vector<std::string> more) {
    std::vector<std::string> words{"inspect", files.pictures(), "--batch", "60", "--image-size", "8", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    const auto p = troupe_command(words);
    INFO(p.err);
    REQUIRE(p.code == 0);
    std::set<std::string> paths;
    for (const auto& row : boost::json::parse(p.out).at("rows").as_array())
      paths.insert(std::string(row.at("path").as_string()));
    return std::pair{paths, p.err};
  };
  const auto [all, said] = rows({});
  CHECK(all.size() == 60);
  const auto [even, said_even] = rows({"--shard", "0/2"});
  const auto [odd, said_odd] = rows({"--shard", "1/2", "--seed", "5"});
  CHECK(said_even.find("shard 0 of 2: 30 samples") != std::string::npos);
  CHECK(even.size() == 30);
  for (const auto& path : odd) CHECK(even.count(path) == 0);
  const auto [rest, said_rest] = rows({"--val", "0.3"});
  CHECK(said_rest.find(std::to_string(rest.size()) + " without those held out (0.3, seed 0)") != std::string::npos);
  CHECK(rest.size() < 60);
  CHECK(rows({"--val", "0.3", "--seed", "9"}).first == rest);
  refused_as_data(troupe_command({"inspect", files.pictures(), "--val", "0.000001"}), "leaves none to evaluate on");
  refused_as_data(troupe_command({"inspect", files.pictures(), "--skip", "60"}), "nothing is left to train on");
}

TEST_CASE("past the error budget a run ends with 2 and names the first bad samples", "[tools]") {
  picture_folder files;
  for (int i = 0; i < 30; ++i) files.write("pictures/a/" + std::to_string(i) + ".jpg", "no picture");
  const auto p = troupe_command({"bench", files.pictures(), "--image-size", "16", "--quiet"});
  INFO(p.err);
  CHECK(p.code == 2);
  CHECK(p.err.find(".jpg (unsupported") != std::string::npos);
}

TEST_CASE("the version as JSON is one object with every library", "[tools]") {
  const auto p = troupe_command({"--version", "--json"});
  CHECK(p.code == 0);
  const auto j = boost::json::parse(p.out).as_object();
  for (const char* name : {"troupe", "caf", "libtorch", "opencv", "boost", "libjpeg-turbo", "libpng", "libwebp",
                           "giflib", "libtiff", "zlib", "blas"}) {
    INFO(name);
    CHECK(j.contains(name));
  }
}
