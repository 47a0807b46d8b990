#include "tests/catch.hpp"
#include "tests/tools/program.hpp"

#include <boost/json.hpp>

#include <csignal>
#include <filesystem>

namespace {

std::vector<std::string> training(const picture_folder& files, const char* epochs) {
  return {"train", files.pictures(), "--model", "small_cnn", "--image-size", "16", "--batch",
          "8",     "--epochs",       epochs,    "--out",     files / "out"};
}

int checkpoints_in(const std::string& folder) {
  int n = 0;
  for (const auto& f : std::filesystem::directory_iterator(folder))
    n += f.path().filename().string().rfind("checkpoint-", 0) == 0;
  return n;
}

}  // namespace

TEST_CASE("Ctrl-C drains a training run in order: a checkpoint, a result, exit code 130", "[tools]") {
  picture_folder files;
  files.draw(24);
  for (const auto& [signal, code] : {std::pair{SIGINT, 130}, std::pair{SIGTERM, 143}}) {
    running_program p(training(files, "100000"));
    REQUIRE(p.read_until("epoch 2 of 100000"));
    ::kill(p.pid(), signal);
    const auto end = p.finish();
    INFO(end.err);
    CHECK(end.code == code);
    CHECK(end.err.find("stopping") != std::string::npos);
    CHECK(checkpoints_in(files / "out") == 1);
    const auto run = boost::json::parse(content_of(files / "out/run.json")).as_object();
    CHECK(run.at("result").as_object().at("outcome") == "stopped");
    CHECK(run.at("configuration").as_object().at("batch").to_number<int>() == 8);
    std::filesystem::remove_all(files / "out");
  }
}

TEST_CASE("a folder that holds a run takes no second one", "[tools]") {
  picture_folder files;
  files.draw(9);
  files.write("out/notes.md", "mine");
  REQUIRE(troupe_command(training(files, "1")).code == 0);
  const auto before = content_of(files / "out/events.jsonl");
  for (const auto& words : {training(files, "1"), {"bench", files.pictures(), "--out", files / "out"}}) {
    const auto second = troupe_command(words);
    CHECK(second.code == 64);
    CHECK(mentions(second.err, "--out " + (files / "out") + " holds a run already, with "));
    CHECK(mentions(second.err, "; name another folder, or remove what is in this one"));
  }
  CHECK(content_of(files / "out/events.jsonl") == before);
}

TEST_CASE("a folder whose run delivered nothing takes the next one, unless weights lie there", "[tools]") {
  picture_folder files;
  for (const char* name : {"pictures/a/0.png", "pictures/b/1.png"}) files.write(name, "no picture");
  std::vector<std::string> words{"bench", files.pictures(), "--image-size", "8", "--out", files / "out"};
  CHECK(troupe_command(words).code == 2);
  CHECK(mentions(content_of(files / "out/quarantine.jsonl"), "0.png"));
  words[1] = files / "nowhere";
  CHECK(troupe_command(words).code == 2);
  CHECK(mentions(content_of(files / "out/quarantine.jsonl"), "0.png"));  // no run, so what was known is still there
  words[1] = files.pictures();
  files.draw(2);
  files.write("out/best.safetensors", "somebody's");
  CHECK(troupe_command(words).code == 64);
  std::filesystem::remove(files / "out/best.safetensors");
  CHECK(troupe_command(words).code == 0);
  CHECK(content_of(files / "out/quarantine.jsonl").empty());
  const auto events = content_of(files / "out/events.jsonl");
  REQUIRE(mentions(events, "\"event\": \"end\""));
  CHECK(events.find("\"event\": \"end\"") == events.rfind("\"event\": \"end\""));
  CHECK(troupe_command(words).code == 64);
}

TEST_CASE("Ctrl-C ends packing in order, and nothing is left of what was written", "[tools]") {
  picture_folder files;
  std::string rows;
  for (int i = 0; i < 50'000; ++i) rows += "1.jpg,a\n";
  files.write("list.csv", rows);
  files.write("1.jpg", "a picture");
  for (const auto& [signal, code] : {std::pair{SIGINT, 130}, std::pair{SIGTERM, 143}}) {
    running_program p({"pack", files / "list.csv", "--out", files / "deep/out"});
    REQUIRE(p.read_until("is taken for"));
    ::kill(p.pid(), signal);
    CHECK(p.finish().code == code);
    CHECK_FALSE(std::filesystem::exists(files / "deep"));
  }
}

TEST_CASE("train tells its result: on stdout, in run.json, as one JSON object", "[tools]") {
  picture_folder files;
  files.draw(24);
  auto words = training(files, "2");
  words.insert(words.end(), {"--val", files.pictures(), "--json"});
  const auto p = troupe_command(words);
  INFO(p.err);
  REQUIRE(p.code == 0);
  const auto j = boost::json::parse(p.out).as_object();
  CHECK(j.at("epochs").to_number<int>() == 2);
  CHECK(j.at("steps").to_number<int>() == 6);
  CHECK(j.at("training_s").to_number<double>() > 0);
  CHECK(j.at("loss").to_number<double>() > 0);
  CHECK(j.at("accuracy").to_number<double>() >= 0);
  CHECK(std::filesystem::exists(std::string(j.at("checkpoint").as_string())));
  CHECK(p.err.find("epoch 2 of 2: loss") != std::string::npos);
  CHECK(p.err.find("test accuracy") != std::string::npos);
  CHECK(boost::json::parse(content_of(files / "out/run.json")).as_object().at("result").as_object() == j);
}
