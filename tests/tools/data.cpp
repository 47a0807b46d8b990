#include "tests/catch.hpp"
#include "tests/tools/program.hpp"

#include <boost/json.hpp>

#include <algorithm>

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
                           "giflib", "libtiff", "zlib", "zstd", "blas"}) {
    INFO(name);
    CHECK(j.contains(name));
  }
}
