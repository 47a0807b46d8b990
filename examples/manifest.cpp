// Several labels a picture, from a list, and the same data as tar shards: written, packed, read back. Prints:
//   | 6 files with any of 3 classes each
//   | 6 samples in 1 shard
//   | red 3, round 3, small 2
#include <troupe/troupe.hpp>

#include <cstdio>
#include <fstream>

int main() {
  const auto folder = std::filesystem::temp_directory_path() / "troupe-example-manifest";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  std::ofstream list(folder / "list.csv");
  list << "path,labels\n";
  const char* labels[] = {"red;round", "small", "", "red", "round;red", "small;round"};
  for (int i = 0; i < 6; ++i) {  // pictures of one pixel
    std::ofstream(folder / (std::to_string(i) + ".bmp"), std::ios::binary)
        << std::string("BM\x3A\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0\1\0\x18\0", 30)
        << std::string(24, '\0') << "rgb" << '\0';
    list << i << ".bmp," << labels[i] << "\n";
  }
  list.close();

  const auto listed = troupe::manifest(folder / "list.csv", troupe::manifest_format::csv);
  std::printf("%s\n", listed->describe().substr(listed->describe().find(": ") + 2).c_str());
  const auto packed = troupe::pack(listed, folder / "shards");
  std::printf("%d samples in %d shard\n", int(packed.samples), int(packed.shards.size()));

  const auto data = troupe::tar_shards(packed.shards);
  auto run = troupe::pipeline{}
                 .load(data, {.shuffle = true, .seed = 7, .epochs = 1})
                 .augment({troupe::resize({8, 8})}, {.also = {.bmp = true}})
                 .batch({.size = 4})
                 .start();
  std::vector<int> times(data.classes());
  for (const troupe::batch& b : run.epoch())  // labels [4, 3] float32: 0 or 1
    for (std::size_t r = 0; r < b.rows(); ++r)
      for (std::size_t k = 0; k < times.size(); ++k) times[k] += int(b.labels().as<float>()[r * times.size() + k]);
  for (std::size_t k = 0; k < times.size(); ++k)
    std::printf("%s %d%s", data.class_names()[k].c_str(), times[k], k + 1 < times.size() ? ", " : "\n");
  std::filesystem::remove_all(folder);
}
