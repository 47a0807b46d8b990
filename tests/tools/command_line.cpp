#include "tests/catch.hpp"
#include "tests/tools/program.hpp"
#include "tools/exit_code.hpp"
#include "tools/options.hpp"
#include "tools/verbs.hpp"

#include <filesystem>
#include <functional>

namespace {

using words = std::vector<std::string>;

/// The sentence that a person reads where the command line is wrong.
std::string refusal(const std::function<int(const words&)>& verb, const words& given) {
  try {
    verb(given);
  } catch (const troupe::usage_error& e) { return e.what(); }
  return "it was accepted";
}

}  // namespace

TEST_CASE("a wrong word on the command line ends with 64 and names the nearest right one", "[tools]") {
  const auto verb = troupe_command({"trian", "fashion-mnist"});
  CHECK(verb.code == 64);
  CHECK(mentions(verb.err, "did you mean train?"));
  CHECK(verb.out.empty());
  const auto option = troupe_command({"bench", "fashion-mnist", "--bacth", "64"});
  CHECK(option.code == 64);
  CHECK(mentions(option.err, "did you mean --batch?"));
  const auto augment = troupe_command({"bench", "fashion-mnist", "--augment", "imagnet"});
  CHECK(augment.code == 64);
  CHECK(mentions(augment.err, "imagenet"));
  CHECK(troupe_command({}).code == 64);
}

TEST_CASE("each refusal names the option, what is allowed and what was given", "[tools]") {
  using troupe::train;
  CHECK(mentions(refusal(train, {"x", "--batch", "0"}), "--batch must be a whole number from 1"));
  CHECK(mentions(refusal(train, {"x", "--batch", "0"}), "got 0"));
  CHECK(mentions(refusal(train, {"x", "--lr", "-1"}), "--lr must be a number above 0, got -1"));
  CHECK(mentions(refusal(train, {"x", "--model", "resnet81"}), "did you mean resnet18?"));
  CHECK(mentions(refusal(train, {"x", "--schedule", "cosin"}), "did you mean cosine?"));
  CHECK(mentions(refusal(train, {"x", "--decoder", "fats"}), "did you mean fast?"));
  CHECK(mentions(refusal(train, {"x", "--also", "gif,tif"}), "--also must be bmp, tiff or gif, got tif"));
  CHECK(mentions(refusal(train, {"x", "--also", "gif,tif"}), "did you mean tiff?"));
  CHECK(mentions(refusal(train, {"x", "--also", "gif,"}), "got nothing"));
  CHECK(mentions(refusal(train, {"x", "--tune", "al"}), "--tune must be none, input or all, got al"));
  CHECK(mentions(refusal(train, {"x", "--workers", "0"}), "--workers must be a whole number from 1 to 1024, got 0"));
  CHECK(mentions(refusal(troupe::bench, {"x", "--trainer-threads", "2"}), "has no option --trainer-threads"));
  CHECK(mentions(refusal(train, {"x", "--memory", "2GB"}), "like 512MiB, 2GiB"));
  CHECK(mentions(refusal(train, {"x", "--shard", "4/4"}), "--shard must be a whole number from 0 to 3, got 4"));
  CHECK(mentions(refusal(train, {"x", "--shard", "4"}), "--shard must be I/N, like 0/4, got 4"));
  CHECK(mentions(refusal(train, {"x", "--val", "1.5"}), "a fraction must be a number above 0 and below 1, got 1.5"));
  CHECK(mentions(refusal(train, {"x", "--batch"}), "--batch needs a value"));
  CHECK(mentions(refusal(train, {"x", "y"}), "takes one DATA"));
  CHECK(mentions(refusal(train, {}), "needs DATA"));
  CHECK(mentions(refusal(train, {"x", "--sheet", "y.png"}), "has no option --sheet"));
  CHECK(mentions(refusal(troupe::bench, {"x", "--model", "resnet18"}), "has no option --model"));
}

TEST_CASE("behind -- there are no options, and data whose name looks like one have a way in", "[tools]") {
  picture_folder files;
  files.write("-dash/a/1.jpg", "a picture");
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(files / "");
  const auto bare = refusal(troupe::pack_command, {"-dash"});
  const auto both = refusal(troupe::pack_command, {"--out", "s", "--", "-dash", "more"});
  CHECK(troupe_command({"pack", "--out", "s", "--", "-dash"}).code == 0);
  std::filesystem::current_path(before);
  CHECK(mentions(bare, "has no option -dash; the data of this name are ./-dash"));
  CHECK(mentions(both, "takes one DATA, got -dash and more"));
  CHECK(mentions(refusal(troupe::pack_command, {}), "try: troupe pack photos/ --out shards/"));
}

TEST_CASE("a configuration file has the same keys, and the command line wins", "[tools]") {
  picture_folder files;
  troupe::run_options o;
  const auto parse = [&](const std::string& config, words given) {
    files.write("run.json", config);
    o = {};
    troupe::arguments line("train", "");
    troupe::declare_data(line, o);
    troupe::declare_images(line, o);
    troupe::declare_training(line, o);
    troupe::declare_budget(line, o);
    troupe::declare_output(line, o, "DIR", "");
    given.insert(given.end(), {"--config", files / "run.json"});
    return line.parse(given);
  };
  CHECK(parse(R"({"data": "photos", "batch": 32, "lr": 1e-3, "weight_decay": 0.5, "strict": false, "memory": "1GiB",
            "also": "gif,tiff"})",
              {"--batch", "16"}));
  CHECK(o.data == "photos");
  CHECK(o.batch == 16u);
  CHECK(o.lr == 0.001);
  CHECK(o.weight_decay == 0.5);
  CHECK(o.memory_bytes == 1u << 30);
  CHECK_FALSE(o.strict);
  CHECK(troupe::formats_of(o).gif);
  CHECK_FALSE(troupe::formats_of(o).bmp);
  CHECK(troupe::formats_of(o).tiff);
  CHECK(parse(R"({"data": "photos"})", {"mine", "--lenient"}));
  CHECK(o.data == "mine");
  CHECK_FALSE(o.strict);

  const auto refused = [&](const std::string& config) {
    return refusal([&](const words& w) { return int(parse(config, w)); }, {"x"});
  };
  CHECK(mentions(refused(R"({"bacth": 3})"), "did you mean batch?"));
  CHECK(mentions(refused(R"({"batch": true})"), "batch needs a value"));
  CHECK(mentions(refused(R"({"strict": 1})"), "strict must be true or false"));
  CHECK(mentions(refused("[1, 2]"), "one JSON object"));
  CHECK(mentions(refused("{"), "is no JSON"));
}

TEST_CASE("what a run was configured with is what a configuration file takes", "[tools]") {
  troupe::run_options o;
  o.data = "photos";
  o.batch = 8;
  o.lr = 0.25;
  o.schedule = "cosine";
  CHECK(troupe::to_json(o, true).at("also").is_null());
  o.also = {"gif", "bmp"};
  const auto j = troupe::to_json(o, true);
  CHECK(j.at("batch").to_number<int>() == 8);
  CHECK(j.at("weight-decay").is_null());
  CHECK(j.at("schedule") == "cosine");
  CHECK(j.at("also") == "gif,bmp");
}
