#include "tests/catch.hpp"
#include "tests/tools/program.hpp"

#include <boost/json.hpp>

namespace {

boost::json::object bench(const picture_folder& files, std::vector<std::string> more) {
  std::vector<std::string> words{"bench", files.pictures(), "--image-size", "24", "--batch", "7", "--json", "--quiet"};
  words.insert(words.end(), more.begin(), more.end());
  const auto p = troupe_command(words);
  INFO(p.err);
  REQUIRE(p.code == 0);
  return boost::json::parse(p.out).as_object();
}

}  // namespace

TEST_CASE("bench delivers around a broken file and notes it in quarantine.jsonl", "[tools]") {
  picture_folder files;
  files.draw(20);
  files.write("pictures/b/broken.png", content_of(files / "pictures/b/1.png").substr(0, 100));
  const auto j = bench(files, {"--epochs", "2", "--out", files / "out"});
  const auto& d = j.at("dispositions").as_object();
  CHECK(d.at("delivered").to_number<int>() == 40);
  CHECK(d.at("replaced").to_number<int>() == 2);
  CHECK(d.at("skipped").to_number<int>() == 0);

  const auto line = content_of(files / "out/quarantine.jsonl");
  const auto bad = boost::json::parse(line.substr(0, line.find('\n'))).as_object();
  CHECK(std::string(bad.at("path").as_string()) == files / "pictures/b/broken.png");
  CHECK(bad.at("reason") == "truncated");
  CHECK(bad.at("epoch").to_number<int>() >= 0);
}

TEST_CASE("bench --json has every key", "[tools]") {
  picture_folder files;
  files.draw(12);
  const auto j = bench(files, {"--epochs", "3"});
  CHECK(j.at("images_per_s").to_number<double>() > 0);
  CHECK(j.at("epochs_images_per_s").as_array().size() == 3);
  CHECK(j.at("first_batch_ms").to_number<double>() > 0);
  for (const char* key : {"bound_bytes", "accounted_peak_bytes", "peak_rss_bytes"})
    CHECK(j.at("memory").as_object().contains(key));
  CHECK(j.at("stages").as_array().size() == 4);
  for (const char* key : {"stage", "workers", "items", "bytes", "busy", "waiting_input", "waiting_demand"}) {
    CHECK(j.at("stages").as_array()[1].as_object().contains(key));
  }
  for (const char* key : {"tried", "kept", "settled", "workers", "trainer_threads", "readers", "read_ahead_bytes"})
    CHECK(j.at("tuning").as_object().contains(key));
  for (const char* key : {"limiting", "share", "advice", "gain_from_one_more_worker"}) {
    CHECK(j.at("verdict").as_object().contains(key));
  }
  CHECK(j.at("digest").is_null());
  CHECK(j.at("versions").is_object());
}

TEST_CASE("a cache serves the second epoch, and says so", "[tools]") {
  picture_folder files;
  files.draw(20);
  const auto plain = bench(files, {"--epochs", "2", "--digest"});
  CHECK(plain.at("cache").at("bound_bytes").to_number<int>() == 0);
  for (const char* what : {"encoded", "decoded"}) {
    const auto j = bench(files, {"--epochs", "2", "--digest", "--cache", what});
    CHECK(j.at("digest") == plain.at("digest"));
    const auto& use = j.at("cache").as_object();
    CHECK(use.at("samples").to_number<int>() == 20);
    CHECK(use.at("served").to_number<int>() > 0);
    CHECK(use.at("bytes").to_number<std::int64_t>() <= use.at("bound_bytes").to_number<std::int64_t>());
  }
}

TEST_CASE("the digest is the same for any number of processors", "[tools]") {
  picture_folder files;
  files.draw(40);
  files.write("pictures/c/broken.png", "no picture");
  const auto digest = [&](const char* cpus) {
    return std::string(bench(files, {"--epochs", "2", "--digest", "--cpus", cpus}).at("digest").as_string());
  };
  const auto one = digest("1");
  CHECK(one.size() == 32);
  for (const char* cpus : {"2", "3", "8"}) {
    INFO(cpus);
    CHECK(digest(cpus) == one);
  }
}
