// What inspect shows of data with more than pictures and labels.
#include "tests/catch.hpp"
#include "tests/tools/program.hpp"
#include "tools/assembly.hpp"
#include "tools/row_by_row.hpp"

#include <boost/json.hpp>
#include <troupe/augment/spec.hpp>
#include <troupe/models/safetensors.hpp>
#include <troupe/pipeline/run_state.hpp>
#include <troupe/sources/listing.hpp>

#include <cstring>

namespace {

/// Twelve pictures, each with a box, every other one with a keypoint.
std::string marked(const picture_folder& files) {
  files.draw(12);
  troupe::name_list names;
  troupe::passed_by skipped;
  names.read(files.pictures(), skipped);
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto edge = std::to_string(i);
    list += R"({"path":")" + std::string(names[i]) + R"(","boxes":[[)" + edge + ",0,30," + std::to_string(10 * i + 9) +
            "]]" + (i % 2 == 0 ? R"(,"keypoints":[[1,2]])" : "") + "}\n";
  }
  files.write("pictures/list.jsonl", list);
  return files.pictures() + "/list.jsonl";
}

}  // namespace

TEST_CASE("inspect shows every field of a running pipeline, bit for bit", "[tools][fields]") {
  picture_folder files;
  troupe::run_options o;
  o.data = marked(files);
  o.batch = 5;
  o.image_size = 20;
  o.epochs = 2;
  auto a = troupe::assemble(o, false);
  a.line.view("small", troupe::parse_transforms("resize(9), random_crop(7)", 7));
  const auto settings = a.line.settings();
  troupe::row_by_row alone(settings);
  auto run = a.line.start();
  for (std::uint64_t epoch = 0; epoch < 2; ++epoch) {
    std::uint64_t number = 0;
    for (const troupe::batch& b : run.epoch()) {
      const auto& positions = settings.positions;
      const auto same = alone.make(positions.at(positions.pass_of_epoch(epoch)), number++);
      const auto further = same.further_views();
      REQUIRE(further.size() == 6);
      CHECK(std::memcmp(b.images().data, same.images.data(), same.images.size() * sizeof(float)) == 0);
      for (const auto& [name, v] : further) {
        const auto delivered = b.field(name);
        REQUIRE(delivered.shape == v.shape);
        CHECK(std::memcmp(delivered.data, v.data, std::size_t(v.elements()) * size_of(v.type)) == 0);
      }
    }
  }
  CHECK(run.wait().ok());
}

TEST_CASE("inspect names further fields and writes them all", "[tools][fields]") {
  picture_folder files;
  const auto list = marked(files), out = files / "batch.safetensors";
  const auto p = troupe_command({"inspect", list, "--batch", "4", "--image-size", "16", "--json", "--out", out});
  REQUIRE(p.code == 0);
  const auto named = boost::json::parse(p.out).as_object().at("fields").as_array();
  REQUIRE(boost::json::serialize(named) ==
          R"(["images","labels","indices","boxes","box_labels","lengths","keypoints","keypoint_lengths"])");
  const auto file = troupe::read_safetensors(out);
  REQUIRE(file.tensors.size() == 8);
  const auto train = troupe_command({"train", list, "--epochs", "1"});
  CHECK(train.code == 2);
  CHECK(train.err.find("the samples have no labels") != std::string::npos);
}
