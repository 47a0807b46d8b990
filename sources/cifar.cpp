#include <troupe/sources/cifar.hpp>

#include <array>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <troupe/sources/byte_file.hpp>
#include <troupe/sources/grouped.hpp>
#include <troupe/sources/pixels_of.hpp>
#include <troupe/sources/refuse.hpp>
#include <troupe/sources/text_lines.hpp>

namespace troupe {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t plane = 32 * 32, image_bytes = 3 * plane;
constexpr int most_batches = 99;  // CIFAR-10 has 5

/// The file of this name, packed or not; empty where there is none.
fs::path find(const fs::path& folder, const std::string& name) {
  for (const auto* end : {"", ".gz", ".zst"}) {
    std::error_code ignored;
    if (auto file = folder / (name + end); fs::is_regular_file(file, ignored)) return file;
  }
  return {};
}

/// How the files of one variant are called and what stands before each image.
struct variant {
  std::vector<fs::path> files;
  std::size_t label_bytes = 1, label_at = 0;
  std::string names;
  int most_classes = 10;
};

variant cifar_10(const fs::path& folder, split part) {
  variant v{{}, 1, 0, "batches.meta.txt", 10};
  if (part == split::test) {
    if (auto file = find(folder, "test_batch.bin"); !file.empty()) v.files.push_back(file);
    return v;
  }
  std::string missing;
  for (int n = 1; n <= most_batches; ++n) {
    const auto name = "data_batch_" + std::to_string(n) + ".bin";
    auto file = find(folder, name);
    if (file.empty()) {
      if (missing.empty()) missing = name;
      continue;
    }
    if (!missing.empty())
      refuse(folder / missing, "is missing, but there is " + file.filename().string() + "; copy or download it again");
    v.files.push_back(std::move(file));
  }
  return v;
}

variant cifar_100(const fs::path& folder, split part, cifar_labels which) {
  const bool fine = which == cifar_labels::fine;
  variant v{{}, 2, fine ? 1u : 0u, fine ? "fine_label_names.txt" : "coarse_label_names.txt", fine ? 100 : 20};
  if (auto file = find(folder, part == split::train ? "train.bin" : "test.bin"); !file.empty()) v.files.push_back(file);
  return v;
}

struct pixels_and_labels {
  std::vector<std::uint8_t> pixels;
  std::vector<std::int64_t> labels;
  std::vector<pixel_part> parts;
};

/// Red, green and blue planes become pixels of three bytes.
void interleave(const std::uint8_t* planes, std::uint8_t* to) {
  for (std::size_t i = 0; i < plane; ++i)
    for (std::size_t c = 0; c < 3; ++c) to[3 * i + c] = planes[c * plane + i];
}

void append(const fs::path& path, const variant& v, pixels_and_labels& all) {
  byte_file file(path);
  all.parts.push_back({all.labels.size(), path.string()});
  std::vector<std::uint8_t> record(v.label_bytes + image_bytes);
  for (std::size_t n = 0;; ++n) {
    const auto got = file.read(record.data(), record.size());
    if (got == 0 && n > 0) return;
    if (got != record.size())
      refuse(path, "cut off in image " + grouped(n) + ", or no CIFAR file (its records have " + grouped(record.size()) +
                       " bytes); copy or download it again");
    const int label = record[v.label_at];
    if (label >= v.most_classes)
      refuse(path, "label " + std::to_string(label) + " in image " + grouped(n) + ", but there are " +
                       std::to_string(v.most_classes) + " classes; is it another variant of CIFAR?");
    all.labels.push_back(label);
    all.pixels.resize(all.pixels.size() + image_bytes);
    interleave(record.data() + v.label_bytes, all.pixels.data() + all.pixels.size() - image_bytes);
  }
}

std::vector<std::string> class_names(const fs::path& folder, const variant& v) {
  std::vector<std::string> names;
  std::error_code ignored;
  if (fs::exists(folder / v.names, ignored)) names = text_lines(folder / v.names);
  if (!names.empty() && names.size() != std::size_t(v.most_classes))
    refuse(folder / v.names, counted(names.size(), "name") + " of " + std::to_string(v.most_classes) + " classes");
  for (int k = 0; names.size() < std::size_t(v.most_classes); ++k) names.push_back(std::to_string(k));
  return names;
}

}  // namespace

dataset cifar(const fs::path& folder, split part, cifar_labels which) {
  auto v = cifar_10(folder, part);
  const bool hundred = v.files.empty();
  if (hundred) v = cifar_100(folder, part, which);
  if (v.files.empty())
    refuse(folder, part == split::train ? "no data_batch_1.bin (CIFAR-10) or train.bin (CIFAR-100) in this folder"
                                        : "no test_batch.bin (CIFAR-10) or test.bin (CIFAR-100) in this folder");
  if (!hundred && which == cifar_labels::coarse) refuse(folder, "is CIFAR-10, which has no coarse labels");
  pixels_and_labels all;
  for (const auto& file : v.files) append(file, v, all);
  auto name = folder.string() + (part == split::train ? " (train" : " (test");
  if (hundred) name += which == cifar_labels::fine ? ", fine labels" : ", coarse labels";
  return pixels_of(std::move(all.pixels), {32, 32, 3}, label_list::of_classes(all.labels, class_names(folder, v)),
                   name + ")", std::move(all.parts));
}

bool has_cifar(const fs::path& folder, split part) {
  if (!cifar_10(folder, part).files.empty()) return true;
  return !cifar_100(folder, part, cifar_labels::fine).files.empty() && !find(folder, "fine_label_names.txt").empty();
}

}  // namespace troupe
