#include "tests/catch.hpp"
#include "tests/tools/program.hpp"

namespace {

std::string weights_of(const picture_folder& files, const std::string& out, std::vector<std::string> more) {
  std::vector<std::string> words{"train",          files.pictures(),
                                 "--model",        "small_cnn",
                                 "--image-size",   "16",
                                 "--batch",        "8",
                                 "--seed",         "7",
                                 "--epochs",       "3",
                                 "--quiet",        "--augment",
                                 "imagenet",       "--val",
                                 files.pictures(), "--out",
                                 files / out};
  words.insert(words.end(), more.begin(), more.end());
  const auto p = troupe_command(words);
  INFO(p.err);
  REQUIRE(p.code == 0);
  return content_of(files / (out + "/best.safetensors"));
}

}  // namespace

TEST_CASE("the same seed and number of LibTorch's threads give the same weights, whatever works beside them",
          "[tools][tuning]") {
  picture_folder files;
  files.draw(60);
  const auto first = weights_of(files, "a", {"--cpus", "2"});
  CHECK_FALSE(first.empty());
  CHECK(weights_of(files, "b", {"--cpus", "2"}) == first);
  CHECK(weights_of(files, "c", {"--cpus", "2", "--tune", "none"}) == first);
  CHECK(weights_of(files, "d", {"--cpus", "1", "--trainer-threads", "2"}) == first);
  CHECK(weights_of(files, "e", {"--cpus", "5", "--trainer-threads", "2", "--workers", "3", "--tune", "all"}) == first);
}

TEST_CASE("numbers on the command line replace tuning, and the plan says what is left of it", "[tools][tuning]") {
  picture_folder files;
  files.draw(20);
  const auto plan = [&](std::vector<std::string> more) {
    std::vector<std::string> words{"bench", files.pictures(), "--image-size", "24", "--cpus", "3"};
    words.insert(words.end(), more.begin(), more.end());
    const auto p = troupe_command(words);
    INFO(p.err);
    REQUIRE(p.code == 0);
    return p.out;
  };
  const auto says = [](const std::string& text, const char* what) { return text.find(what) != std::string::npos; };
  CHECK(says(plan({}), "tuning     1 to 3 workers at work, 4 to 32 readers"));
  CHECK(says(plan({"--readers", "2"}), "tuning     1 to 3 workers at work, 8 to 32 MiB read ahead"));
  CHECK(says(plan({"--workers", "2"}), "augmenter x2"));
  CHECK(says(plan({"--tune", "none"}), "tuning     none"));
}
