// What a batch shows does not depend on where its samples lie: in memory, in one large file, in shards, packed.
#include <troupe/augment/transforms.hpp>
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/pipeline/running_pipeline.hpp>
#include <troupe/sources/npy_folder.hpp>
#include <troupe/sources/pixels_of.hpp>
#include <troupe/sources/shards.hpp>

#include <cstring>
#include <set>

#include "../catch.hpp"
#include "../sources/archives.hpp"
#include "../sources/temporary_folder.hpp"

using namespace troupe;

namespace {

constexpr std::uint64_t samples = 50;
constexpr image_shape shape{6, 5, 3};

std::vector<std::uint8_t> noise() {
  std::vector<std::uint8_t> pixels(samples * shape.bytes());
  std::uint32_t state = 1;
  for (auto& p : pixels) p = std::uint8_t((state = state * 1664525 + 1013904223) >> 24);
  return pixels;
}

std::vector<std::int64_t> classes() {
  std::vector<std::int64_t> labels;
  for (std::uint64_t i = 0; i < samples; ++i) labels.push_back(std::int64_t(i * 7 % 4));
  return labels;
}

/// images.npy and labels.npy as numpy writes them.
void write_npy(const temporary_folder& folder) {
  const auto file = [](const std::string& type, const std::string& of_shape, const void* items, std::size_t bytes) {
    auto header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + of_shape + ", }";
    header.resize(118, ' ');
    return std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + std::string(static_cast<const char*>(items), bytes);
  };
  const auto pixels = noise();
  const auto labels = classes();
  folder.write("images.npy", file("|u1", "(50, 6, 5, 3)", pixels.data(), pixels.size()));
  folder.write("labels.npy", file("<i8", "(50,)", labels.data(), labels.size() * 8));
}

/// A grey BMP that is not packed: 54 + 1,024 bytes of header and palette, then rows of 4 bytes.
std::string bmp(std::uint8_t value) {
  std::string out(54 + 1024, '\0');
  const auto put = [&out](std::size_t at, std::uint32_t n) { std::memcpy(out.data() + at, &n, 4); };
  out.replace(0, 2, "BM");
  put(2, 54 + 1024 + 16);
  put(10, 54 + 1024);
  put(14, 40);
  put(18, 4);
  put(22, 4);
  put(26, 1 | 8u << 16);
  for (int i = 0; i < 256; ++i) put(54 + std::size_t(i) * 4, std::uint32_t(i) * 0x010101u);
  return out + std::string(16, char(value));
}

pipeline of(const dataset& data, int cpus = 2, cached cache = cached::none) {
  return pipeline{}
      .load(data, {.shuffle = true, .seed = 3, .epochs = 2, .cache = cache})
      .augment({random_resized_crop(4), random_horizontal_flip()}, {.also = {.bmp = true}})
      .batch({.size = 8})
      .budget({.cpus = cpus})
      .output({.digest = true});
}

outcome through(const pipeline& p) {
  auto run = p.start();
  for (int epoch = 0; epoch < 2; ++epoch)
    for (const batch& b : run.epoch()) REQUIRE(b.rows() > 0);
  auto end = run.wait();
  REQUIRE(end.how == ending::completed);
  REQUIRE(end.dispositions.balanced());
  return end;
}

}  // namespace

TEST_CASE("pixels read from a large file make the batches of pixels in memory, with a cache as well", "[actors][law]") {
  temporary_folder folder;
  write_npy(folder);
  const auto expected = through(of(pixels_of(noise(), shape, label_list::of_classes(classes())))).digest;
  const auto data = npy_folder(folder.path());
  for (const int cpus : {1, 3})
    for (const auto cache : {cached::none, cached::encoded, cached::decoded}) {
      const auto end = through(of(data, cpus, cache));
      CHECK(end.digest == expected);
      // All of the second epoch, but what is read ahead before the first one has come to keep it.
      CHECK((end.cache.served > 0) == (cache != cached::none));
      CHECK(end.cache.served <= samples);
    }
}

TEST_CASE("members packed one by one make the batches of plain ones, and their charge goes back", "[actors][law]") {
  temporary_folder plain, packed;
  std::string a, b;
  for (int i = 0; i < 30; ++i) {
    const auto key = std::to_string(100 + i), picture = bmp(std::uint8_t(i * 8));
    const auto label = tar_file(key + ".cls", std::to_string(i % 3));
    a += tar_file(key + ".bmp", picture) + label;
    b += (i % 2 == 0 ? tar_file(key + ".bmp.gz", gzipped(picture)) : tar_file(key + ".bmp.zst", zstd_packed(picture))) +
         label;
  }
  const auto one = through(of(tar_shards({plain.write("a.tar", a + tar_end)})));
  const auto other = through(of(tar_shards({packed.write("b.tar", b + tar_end)})));
  CHECK(one.dispositions.delivered == 60);
  CHECK(one.digest == other.digest);
}

TEST_CASE("several classes and values arrive as rows of float32 in their sample's place", "[actors]") {
  std::vector<std::vector<std::int64_t>> several(samples);
  std::vector<float> values(samples * 2);
  for (std::uint64_t i = 0; i < samples; ++i) {
    for (std::int64_t k = 0; k < 3; ++k)
      if ((i >> k & 1) != 0) several[i].push_back(k);
    values[2 * i] = float(i);
    values[2 * i + 1] = -float(i);
  }
  for (const auto& labels :
       {label_list::of_several(several, {"a", "b", "c"}), label_list::of_values(values, {"x", "y"})}) {
    const auto data = pixels_of(noise(), shape, labels);
    auto run = of(data).start();
    std::set<std::int64_t> seen;
    for (const batch& b : run.epoch()) {
      const auto rows = b.labels();
      REQUIRE(rows.type == element::float32);
      REQUIRE(rows.shape == std::vector<std::int64_t>{b.rows(), std::int64_t(data.classes())});
      for (std::size_t r = 0; r < b.rows(); ++r) {
        const auto index = b.indices().as<std::int64_t>()[r];
        std::vector<float> expected(data.classes());
        data->write_label(std::uint64_t(index), expected.data());
        REQUIRE(std::equal(expected.begin(), expected.end(), rows.as<float>() + r * data.classes()));
        seen.insert(index);
      }
    }
    CHECK(seen.size() == samples);
  }
}
