// How long it takes to list 1,000,000 samples (--quick: 100,000), and the memory they keep, in class folders, in
// manifests and in tar shards; the folder is made up below the temporary one, listed once before it is measured, and
// removed. A sample is an empty file, in shards three bytes.
#include <troupe/sources/image_folder.hpp>
#include <troupe/sources/manifest.hpp>
#include <troupe/sources/shards.hpp>
#include <troupe/sources/tar_writer.hpp>

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>

#include "rounds.hpp"

using namespace troupe;

namespace {

namespace fs = std::filesystem;

std::string name_of(int i) {
  char name[64];
  std::snprintf(name, sizeof name, "class_%03d/photograph_%08d.jpg", i % 1000, i);
  return name;
}

std::size_t held() {
  const auto m = ::mallinfo2();
  return m.uordblks + m.hblkhd;
}

void measure(const char* what, const std::function<dataset()>& open) {
  (void)open();
  ::malloc_trim(0);
  const auto before = held();
  const auto begun = std::chrono::steady_clock::now();
  const auto data = open();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  std::printf("| %s | %.2f | %.0f |\n", what, took.count(), double(held() - before) / double(data.size()));
  std::fflush(stdout);
}

void make_files(const fs::path& folder, int n) {
  for (int c = 0; c < 1000; ++c) fs::create_directories((folder / name_of(c)).parent_path());
  for (int i = 0; i < n; ++i) {
    const int fd = ::open((folder / name_of(i)).c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    if (fd < 0) throw std::runtime_error("no file can be made in " + folder.string());
    ::close(fd);
  }
}

void make_manifests(const fs::path& folder, int n) {
  std::ofstream csv(folder / "list.csv"), json(folder / "list.jsonl");
  csv << "path,label\n";
  for (int i = 0; i < n; ++i) {
    const auto name = name_of(i), label = name.substr(0, 9);
    csv << name << ',' << label << '\n';
    json << "{\"path\": \"" << name << "\", \"label\": \"" << label << "\"}\n";
  }
}

void make_shards(const fs::path& folder, int n) {
  const std::uint8_t picture[3] = {0xFF, 0xD8, 0xFF}, label[1] = {'7'};
  for (int first = 0, shard = 0; first < n; first += 100'000, ++shard) {
    tar_writer out(folder / ("shards-" + std::to_string(shard) + ".tar"));
    for (int i = first; i < n && i < first + 100'000; ++i) {
      const auto key = name_of(i).substr(0, 29);
      out.add(key + ".jpg", picture);
      out.add(key + ".cls", label);
    }
    out.finish();
  }
}

}  // namespace

int main(int argc, char** argv) try {
  const int n = bench::parse(argc, argv).quick ? 100'000 : 1'000'000;
  auto name = (fs::temp_directory_path() / "troupe-listing-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder can be made: " + name);
  const fs::path folder = name, shards = folder.string() + "-shards";
  fs::create_directories(shards);
  std::printf("%d samples\n\n| | s | bytes a sample |\n|---|---|---|\n", n);
  try {
    make_files(folder, n);
    measure("class folders", [&] { return image_folder(folder); });
    make_manifests(folder, n);
    measure("manifest, CSV", [&] { return manifest(folder / "list.csv", manifest_format::csv); });
    measure("manifest, JSON lines", [&] { return manifest(folder / "list.jsonl", manifest_format::jsonl); });
    make_shards(shards, n);
    const auto begun = std::chrono::steady_clock::now();
    (void)tar_shards(shard_names(shards.string()));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    measure("tar shards, with index", [&] { return tar_shards(shard_names(shards.string())); });
    std::printf("| tar shards, whose index is built once | %.2f | |\n", took.count());
  } catch (...) {
    fs::remove_all(folder);
    fs::remove_all(shards);
    throw;
  }
  fs::remove_all(folder);
  fs::remove_all(shards);
} catch (const std::exception& e) {
  std::fprintf(stderr, "bench_listing: %s\n", e.what());
  return 1;
}
