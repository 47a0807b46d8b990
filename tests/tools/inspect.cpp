#include "tests/catch.hpp"
#include "tests/tools/program.hpp"
#include "tools/assembly.hpp"
#include "tools/row_by_row.hpp"

#include <boost/json.hpp>
#include <troupe/models/safetensors.hpp>
#include <troupe/pipeline/run_state.hpp>

#include <cstring>

TEST_CASE("inspect shows the batches of a running pipeline, bit for bit, replacements included", "[tools]") {
  picture_folder files;
  files.draw(30);
  for (const char* name : {"a/bad.png", "b/worse.jpg", "c/empty.png"}) {
    files.write(std::string("pictures/") + name, std::strstr(name, "empty") != nullptr ? "" : "no picture");
  }
  troupe::run_options o;
  o.data = files.pictures();
  o.batch = 8;
  o.image_size = 20;
  o.seed = 3;
  o.epochs = 3;
  o.cpus = 2;
  auto a = troupe::assemble(o, false);
  const troupe::plan positions(
      {.samples = a.data.train.size(), .batch_size = 8, .epochs = 3, .seed = 3, .shuffle = true});
  troupe::row_by_row alone(a.line.settings());

  auto run = a.line.start();
  std::size_t replaced = 0;
  for (std::uint64_t epoch = 0; epoch < 3; ++epoch) {
    std::uint64_t number = 0;
    for (const troupe::batch& b : run.epoch()) {
      const auto same = alone.make(positions.at(positions.pass_of_epoch(epoch)), number++);
      REQUIRE(same.rows.size() == b.rows());
      const auto images = b.images();
      REQUIRE(std::size_t(images.elements()) == same.images.size());
      CHECK(std::memcmp(images.data, same.images.data(), same.images.size() * sizeof(float)) == 0);
      CHECK(std::memcmp(b.labels().data, same.labels.data(), same.labels.size() * 8) == 0);
      CHECK(std::memcmp(b.indices().data, same.indices.data(), same.indices.size() * 8) == 0);
      for (const auto& row : same.rows) replaced += row.replaces.empty() ? 0 : 1;
    }
    CHECK(number == positions.batches_per_epoch());
  }
  const auto outcome = run.wait();
  CHECK(outcome.ok());
  CHECK(replaced == outcome.dispositions.replaced);
  CHECK(replaced >= 9);  // three bad files in each of three epochs, and whoever was drawn for one of them again
}

TEST_CASE("inspect mixes a batch as a running pipeline does, and says how", "[tools]") {
  picture_folder files;
  files.draw(12);
  troupe::run_options o;
  o.data = files.pictures();
  o.batch = 5;
  o.image_size = 16;
  o.epochs = 1;
  o.mixup = 0.4;
  o.cutmix = 1;
  auto a = troupe::assemble(o, false);
  const troupe::plan positions({.samples = a.data.train.size(), .batch_size = 5, .epochs = 1, .shuffle = true});
  troupe::row_by_row alone(a.line.settings());
  auto run = a.line.start();
  std::uint64_t number = 0;
  for (const troupe::batch& b : run.epoch()) {
    const auto same = alone.make(positions.at(0), number++);
    REQUIRE(std::size_t(b.labels().elements()) == same.label_rows.size());
    CHECK(std::memcmp(b.images().data, same.images.data(), same.images.size() * sizeof(float)) == 0);
    CHECK(std::memcmp(b.labels().data, same.label_rows.data(), same.label_rows.size() * sizeof(float)) == 0);
    CHECK(same.transforms.at(0).op == "random_choice");
  }
  CHECK(number == positions.batches_per_epoch());

  const auto p =
      troupe_command({"inspect", files.pictures(), "--batch", "5", "--image-size", "16", "--mixup", "0.2", "--json"});
  REQUIRE(p.code == 0);
  const auto whole = boost::json::parse(p.out).as_object().at("transforms").as_array().at(0).as_object();
  CHECK(whole.at("op") == "mixup");
  CHECK(whole.at("lambda").is_double());
}

TEST_CASE("inspect shows what a run delivers that is cut, balanced and begins in its middle", "[tools][law]") {
  picture_folder files;
  files.draw(60);
  files.write("pictures/a/bad.png", "no picture");
  troupe::run_options o;
  o.data = files.pictures();
  o.batch = 8;
  o.image_size = 20;
  o.seed = 3;
  o.epochs = 3;
  o.skip = 2;
  o.take = 50;
  o.shard = {1, 2};
  o.balance = true;
  o.val = "0.1";
  auto a = troupe::assemble(o, false);
  CHECK(a.data.train.size() == 25);
  const auto settings = a.line.settings();
  const auto& positions = settings.positions;
  troupe::row_by_row alone(settings);
  auto run = a.line.seek(1, 2).start();
  for (std::uint64_t epoch = 1; epoch < 3; ++epoch) {
    std::uint64_t number = epoch == 1 ? 2 : 0;
    for (const troupe::batch& b : run.epoch()) {
      const auto same = alone.make(positions.at(positions.pass_of_epoch(epoch)), number++);
      REQUIRE(same.rows.size() == b.rows());
      CHECK(std::memcmp(b.images().data, same.images.data(), same.images.size() * sizeof(float)) == 0);
      CHECK(std::memcmp(b.labels().data, same.labels.data(), same.labels.size() * 8) == 0);
      CHECK(std::memcmp(b.indices().data, same.indices.data(), same.indices.size() * 8) == 0);
      CHECK(run.cursor().batch == number % 4);
    }
    CHECK(number == 4);
  }
  CHECK(run.wait().ok());
}

TEST_CASE("a BMP in a class folder is a sample either way, and is read where --also says so", "[tools]") {
  picture_folder files;
  files.draw(3);
  std::string bmp("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\x18\0", 30);
  bmp.append(24, '\0').append(16, '\x7F');  // no compression; two rows of two pixels, in whole words
  files.write("pictures/a/1.bmp", bmp);
  for (const bool on : {false, true}) {
    std::vector<std::string> words = {"inspect", files.pictures(), "--batch", "4", "--image-size", "8", "--json"};
    if (on) words.insert(words.end(), {"--also", "bmp"});
    const auto p = troupe_command(words);
    INFO(p.err << p.out);
    REQUIRE(p.code == 0);
    CHECK((p.out.find("a/1.bmp") != std::string::npos));
    CHECK((p.out.find("--also bmp) reads it") == std::string::npos) == on);
  }
}

TEST_CASE("inspect writes the batch, a contact sheet and one JSON object", "[tools]") {
  picture_folder files;
  files.draw(10);
  const auto p = troupe_command({"inspect", files.pictures(), "--batch", "4", "--image-size", "32", "--epoch", "5",
                                 "--batch-number", "2", "--json", "--out", files / "batch.safetensors", "--sheet",
                                 files / "sheet.png"});
  INFO(p.err);
  REQUIRE(p.code == 0);
  const auto j = boost::json::parse(p.out).as_object();
  CHECK(j.at("epoch").to_number<int>() == 5);
  CHECK(j.at("batch").to_number<int>() == 2);
  const auto& rows = j.at("rows").as_array();
  REQUIRE(rows.size() == 2);
  const auto& first = rows[0].as_object();
  CHECK(first.at("row").to_number<int>() == 0);
  CHECK(first.at("position").to_number<int>() == 5 * 10 + 8);
  CHECK(first.at("width").to_number<int>() == 40);
  CHECK(first.at("height").to_number<int>() == 30);
  CHECK(first.at("class").as_string().size() == 1);
  CHECK(std::filesystem::exists(std::string(first.at("path").as_string())));
  CHECK(first.at("transforms").as_array()[0].as_object().at("op") == "random_resized_crop");
  CHECK(first.at("transforms").as_array()[1].as_object().contains("flipped"));

  const auto saved = troupe::read_safetensors(files / "batch.safetensors");
  CHECK(saved.find("images")->shape == std::vector<std::int64_t>{2, 3, 32, 32});
  REQUIRE(saved.find("indices")->shape == std::vector<std::int64_t>{2});
  CHECK(saved.find("indices")->as<std::int64_t>()[0] == first.at("index").to_number<std::int64_t>());
  CHECK(saved.find("labels")->as<std::int64_t>()[0] == first.at("label").to_number<std::int64_t>());
  CHECK(content_of(files / "sheet.png").substr(1, 3) == "PNG");
}

TEST_CASE("inspect --fields writes what was drawn for every pixel, under row, transform and name", "[tools]") {
  picture_folder files;
  files.draw(4);
  const auto p = troupe_command({"inspect", files.pictures(), "--batch", "3", "--augment",
                                 "resize((20, 30)), random_apply([elastic_transform], p=1), gaussian_noise", "--json",
                                 "--fields", files / "fields.safetensors"});
  INFO(p.err);
  REQUIRE(p.code == 0);
  const auto fields = troupe::read_safetensors(files / "fields.safetensors");
  CHECK(fields.tensors.size() == 6);
  const auto rows = boost::json::parse(p.out).as_object().at("rows").as_array();
  for (const int row : {0, 1, 2}) {
    const auto& transforms = rows.at(std::size_t(row)).at("transforms").as_array();
    CHECK(transforms.at(2).at("op").as_string() == "elastic_transform");
    CHECK(transforms.at(3).at("op").as_string() == "gaussian_noise");
    const std::string prefix = "row_" + std::to_string(row) + ".transform_";
    const auto* displacement = fields.find(prefix + "2.displacement");
    const auto* noise = fields.find(prefix + "3.noise");
    REQUIRE(displacement);
    REQUIRE(noise);
    CHECK(displacement->shape == std::vector<std::int64_t>{2, 20, 30});
    CHECK(noise->shape == std::vector<std::int64_t>{20, 30, 3});
  }
}
