// A stage of your own is a function from sample to sample, between reading and decoding: here it decrypts files. What
// it throws costs one sample, and another one takes its place. Prints:
//   | 40 images: dark 0.25, light 0.75
//   | replaced: 1, decrypt failed for 1 file
#include <troupe/troupe.hpp>

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace fs = std::filesystem;

// A BMP of 4 x 4 pixels, all of one grey, each byte of it exclusive-or with the key.
void write(const fs::path& path, std::uint8_t grey, std::uint8_t key) {
  std::vector<std::uint8_t> bytes = {'B', 'M', 102, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40,
                                     0,   0,   0,   4, 0, 0, 0, 4, 0, 0, 0,  1, 0, 24};
  bytes.resize(54);
  bytes.resize(54 + 48, grey);
  for (auto& b : bytes) b ^= key;
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), std::streamsize(bytes.size()));
}

troupe::encoded decrypt(troupe::encoded file) {
  std::vector<std::uint8_t> plain(file.bytes.begin(), file.bytes.end());
  for (auto& b : plain) b ^= 0x5a;
  if (plain[0] != 'B') throw std::runtime_error("encrypted with another key");
  file.hold(std::move(plain));
  return file;
}

int main() {
  const auto root = fs::temp_directory_path() / ("troupe_own_stage_" + std::to_string(::getpid()));
  for (const char* name : {"dark", "light"}) {
    fs::create_directories(root / name);
    for (int i = 0; i < 20; ++i) write(root / name / (std::to_string(i) + ".bmp"), *name == 'd' ? 64 : 191, 0x5a);
  }
  write(root / "dark" / "7.bmp", 64, 0x11);
  auto run = troupe::pipeline{}
                 .load(troupe::image_folder(root), {.shuffle = true, .epochs = 1})
                 .stage("decrypt", decrypt)
                 .augment({troupe::resize({4, 4})}, {.also = {.bmp = true}})
                 .batch({.size = 8})
                 .start();
  double sum[2] = {}, rows[2] = {};
  for (const troupe::batch& b : run.epoch()) {  // images [8, 3, 4, 4] float32, 0 … 1
    for (std::size_t i = 0; i < b.rows(); ++i) {
      const auto label = b.labels().as<std::int64_t>()[i];
      sum[label] += b.images().as<float>()[48 * i];
      ++rows[label];
    }
  }
  std::printf("%.0f images: dark %.2f, light %.2f\n", rows[0] + rows[1], sum[0] / rows[0], sum[1] / rows[1]);
  const auto failures = run.snapshot().find("decrypt")->failures;
  std::printf("replaced: %d, decrypt failed for %d file\n", int(run.wait().dispositions.replaced), int(failures));
  fs::remove_all(root);
}
