// What a person is told, and what becomes of it on the way.
#include "tests/catch.hpp"
#include "tests/tools/program.hpp"
#include "tools/report.hpp"

#include <unistd.h>

#include <boost/json.hpp>

#include <algorithm>
#include <cstdlib>

namespace {

/// The command with stdout somewhere else: its exit code, and stderr in a file.
int troupe_to(const std::string& stdout_to, const std::string& words, const std::string& err) {
  const auto line = "'" TROUPE_PROGRAM "' " + words + " " + stdout_to + " 2> '" + err + "'";
  return WEXITSTATUS(std::system(line.c_str()));
}

std::vector<std::string> bench(const picture_folder& files) {
  return {"bench", files.pictures(), "--image-size", "8", "--batch", "4"};
}

}  // namespace

TEST_CASE("what cannot be written to stdout is said on stderr, and the exit code is 2", "[tools]") {
  picture_folder files;
  files.draw(4);
  const auto err = files / "err";
  const auto inspect = "inspect '" + files.pictures() + "' --image-size 8";
  for (const auto& words : {std::string("--help"), std::string("train --help"), std::string("--version"), inspect,
                            inspect + " --json --quiet"}) {
    INFO(words);
    CHECK(troupe_to("> /dev/full", words, err) == 2);
    const auto said = content_of(err);
    CHECK(mentions(said, "written to stdout: No space left on device"));
    CHECK(std::count(said.begin(), said.end(), '\n') == 1);
    CHECK(troupe_to("> /dev/null", words, err) == 0);
    CHECK(content_of(err).empty());
  }
}

TEST_CASE("whoever reads along may go away, and nothing is said of it", "[tools]") {
  picture_folder files;
  files.draw(4);
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ::close(ends[0]);
  REQUIRE(::dup2(ends[1], 9) == 9);  // a shell has names for one digit
  const auto rows = "bench '" + files.pictures() + "' --image-size 8";
  for (const auto& words : {std::string("--help"), rows, rows + " --json --quiet", std::string("--version --json")}) {
    INFO(words);
    CHECK(troupe_to(">&9", words, files / "err") == 0);
    CHECK(content_of(files / "err").empty());
  }
  ::close(9);
  ::close(ends[1]);
}

TEST_CASE("control characters in names are spelled out on the terminal, and are JSON's in files", "[tools]") {
  picture_folder files;
  files.draw(6);
  const std::string name = "pictures/a/\x1b[2J\nred.png", shown = "\\x1b[2J\\nred.png";
  files.write(name, "no picture");
  auto words = bench(files);
  words.insert(words.end(), {"--out", files / "out"});
  const auto p = troupe_command(words);
  INFO(p.out << p.err);
  CHECK(p.code == 0);
  CHECK(mentions(p.out, shown));  // the summary
  CHECK(mentions(p.err, shown));  // the alert
  const auto kept = boost::json::parse(content_of(files / "out/quarantine.jsonl"));
  CHECK(std::string(kept.at("path").as_string()) == files / name);

  const auto table = troupe_command({"inspect", files.pictures(), "--image-size", "8", "--batch", "9"});
  CHECK(mentions(table.out, shown));
  const auto refused = troupe_command({"bench", files / "no\x1b[31m\nsuch"});
  CHECK(mentions(refused.err, "no\\x1b[31m\\nsuch"));
  CHECK(std::count(refused.err.begin(), refused.err.end(), '\n') == 1);
  for (const auto& said : {p.out, p.err, table.out, table.err, refused.err}) CHECK(!mentions(said, "\x1b"));
}

TEST_CASE("without --out the first bad samples are shown with their reasons, and where all are", "[tools]") {
  picture_folder files;
  files.draw(12);
  CHECK_FALSE(mentions(troupe_command(bench(files)).out, "bad         "));
  for (const char* name : {"1", "2", "3", "4", "5"})
    files.write(std::string("pictures/a/broken") + name + ".png", "no picture");
  const auto alone = troupe_command(bench(files));
  INFO(alone.out);
  CHECK(alone.code == 0);
  const auto bad = alone.out.substr(alone.out.find("bad         "));
  CHECK(std::count(bad.begin(), bad.end(), '(') >= 3);
  CHECK(mentions(bad, ".png (unsupported: not JPEG, PNG"));
  CHECK(mentions(bad, "2 more; --out DIR keeps a list of all: DIR/quarantine.jsonl"));
  auto words = bench(files);
  words.insert(words.end(), {"--out", files / "out"});
  CHECK(mentions(troupe_command(words).out, "2 more; all of them: " + (files / "out") + "/quarantine.jsonl"));
}

TEST_CASE("the summary says that events were lost", "[tools]") {
  troupe::measured m;
  CHECK_FALSE(mentions(troupe::summary(m, "out"), "lost"));
  m.result.events_lost = "No space left on device";
  CHECK(mentions(troupe::summary(m, "out"), "give a folder by --out whose disk has room and keeps up"));
  CHECK(mentions(troupe::summary(m, "out"), "events      lines were lost (No space left on device)"));
}

TEST_CASE("the result for scripts says what the summary says of bad samples and lost events", "[tools]") {
  troupe::measured m;
  auto j = troupe::to_json(m);
  CHECK(j.at("bad_samples").to_number<int>() == 0);
  CHECK(j.at("first_bad").as_array().empty());
  CHECK(j.at("events_lost").is_null());
  m.result.bad_samples = 7;
  m.result.first_bad = {"a/1.png (truncated)", "b/2.png (empty)"};
  m.result.events_lost = "No space left on device";
  j = troupe::to_json(m);
  CHECK(j.at("bad_samples").to_number<int>() == 7);
  CHECK(j.at("first_bad").as_array().size() == 2);
  CHECK(j.at("first_bad").as_array()[1] == "b/2.png (empty)");
  CHECK(j.at("events_lost") == "No space left on device");
}

TEST_CASE("ResNet-18 on small images refuses a last batch of one row before the first step", "[tools]") {
  picture_folder files;
  files.draw(9);
  std::vector<std::string> words{"train", files.pictures(), "--model", "resnet18", "--image-size", "32", "--batch",
                                 "4",     "--epochs",       "1",       "--out",    files / "out"};
  const auto refused = troupe_command(words);
  INFO(refused.err);
  CHECK(refused.code == 2);
  CHECK(mentions(refused.err, "trainer: resnet18: an epoch ends with a batch of one row"));
  CHECK(mentions(refused.err, "--drop-last"));
  CHECK_FALSE(mentions(content_of(files / "out/events.jsonl"), "\"event\": \"step\""));
  words.push_back("--drop-last");
  words.push_back("--json");
  const auto done = troupe_command(words);  // in the folder of the one that was refused, which came to nothing
  INFO(done.err);
  REQUIRE(done.code == 0);
  CHECK(boost::json::parse(done.out).at("steps").to_number<int>() == 2);
  CHECK(boost::json::parse(content_of(files / "out/run.json")).at("result").at("steps").to_number<int>() == 2);
  CHECK_FALSE(mentions(content_of(files / "out/events.jsonl"), "a batch of one row"));
  CHECK(troupe_command(words).code == 64);
}
