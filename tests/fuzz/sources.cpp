// Arbitrary bytes as a tar shard, its index, a manifest, .npy arrays, CIFAR and IDX files: they are refused with a
// std::runtime_error, or every sample that they announce lies within its file and has a label of its classes. The first
// byte chooses the format, the others are the file.
#include <troupe/sources/open.hpp>
#include <troupe/sources/shards.hpp>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace troupe;

namespace {

namespace fs = std::filesystem;

void law(bool held, const char* what) {
  if (held) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

/// A folder in memory, empty again for every input.
const fs::path& folder() {
  static const fs::path path = [] {
    std::string name =
        (fs::is_directory("/dev/shm") ? "/dev/shm" : fs::temp_directory_path().string()) + "/fuzz-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    return name;
  }();
  return path;
}

std::string write(const char* name, const std::string& content) {
  const auto file = folder() / name;
  std::ofstream(file, std::ios::binary) << content;
  return file.string();
}

void look_at(const dataset& data) {
  const auto layer = disk(1);
  std::vector<float> row(data.classes());
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(data.size(), 64); ++i) {
    law(data->label(i) >= -1 && data->label(i) < std::int64_t(data.classes()), "a label has no class");
    if (data->labels() == label_kind::classes) law(data->label(i) >= 0, "a sample has no class");
    data->write_label(i, row.data());
    law(!data->path(i).empty() && data->weight(i) >= 0, "a sample has no path, or a negative weight");
    if (data->in_memory()) {
      law(data->pixels(i).size() == data->shape()->bytes(), "pixels are not of their shape");
      continue;
    }
    const auto where = data->location(i);
    auto [file, bad] = layer->open(where.path);
    if (!file) continue;
    const auto extent = extent_of(where, *file);
    if (extent.bad || extent.all() > (std::size_t{1} << 24)) continue;
    std::vector<std::uint8_t> memory(extent.all());
    (void)read_range(*file, where, extent, memory);
  }
  (void)fingerprint(data);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  for (const auto& entry : fs::directory_iterator(folder())) fs::remove(entry);
  const std::string content(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const auto part = content.size() / 2;
  std::string word = folder().string();
  switch (bytes[0] % 7) {
    case 0: word = write("a.tar", content); break;
    case 1: word = write("list.csv", content); break;
    case 2: word = write("list.jsonl", content); break;
    case 3:
      write("images.npy", content.substr(0, part));
      write("labels.npy", content.substr(part));
      break;
    case 4: write("data_batch_1.bin", content); break;
    case 5:
      write("train-images-idx3-ubyte", content.substr(0, part));
      write("train-labels-idx1-ubyte", content.substr(part));
      break;
    default: write("a.tar.index", content.substr(0, part)); word = write("a.tar", content.substr(part));
  }
  try {
    look_at(open_data(word).train);
  } catch (const std::invalid_argument& e) { law(false, e.what()); } catch (const std::runtime_error&) {
  }
  return 0;
}
