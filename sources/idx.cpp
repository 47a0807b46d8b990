#include <troupe/sources/idx.hpp>

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>
#include <utility>

#include <troupe/sources/byte_file.hpp>
#include <troupe/sources/grouped.hpp>
#include <troupe/sources/refuse.hpp>

namespace troupe {
namespace {

namespace fs = std::filesystem;

/// What one IDX file holds: unsigned bytes of a shape, first dimension slowest.
struct idx_array {
  std::vector<std::uint64_t> shape;
  std::unique_ptr<std::uint8_t[]> bytes;
};

std::string spelled(const std::vector<std::uint64_t>& shape) {
  std::string out;
  for (auto extent : shape) out += (out.empty() ? "" : " x ") + grouped(extent);
  return out;
}

idx_array read_idx(const fs::path& path) {
  byte_file file(path);
  std::array<std::uint8_t, 4> magic = {};
  if (file.read(magic.data(), 4) != 4) refuse(path, "too short for an IDX file; copy or download it again");
  if (magic[0] != 0 || magic[1] != 0) refuse(path, "not an IDX file: it does not begin with two zero bytes");
  if (magic[2] != 0x08)
    refuse(path, "IDX element type " + std::to_string(magic[2]) + "; only unsigned bytes (8) are images");
  if (magic[3] < 1 || magic[3] > 4)
    refuse(path, "IDX with " + std::to_string(magic[3]) + " dimensions; 1 to 4 are read");

  idx_array array;
  std::uint64_t bytes = 1;
  for (int d = 0; d < magic[3]; ++d) {
    std::array<std::uint8_t, 4> b = {};
    if (file.read(b.data(), 4) != 4) refuse(path, "the header is cut off; copy or download the file again");
    array.shape.push_back(std::uint64_t{b[0]} << 24 | std::uint64_t{b[1]} << 16 | std::uint64_t{b[2]} << 8 | b[3]);
    if (__builtin_mul_overflow(bytes, array.shape.back(), &bytes)) bytes = UINT64_MAX;
  }
  if (bytes > file.most_bytes())
    refuse(path, "the header claims " + spelled(array.shape) +
                     " bytes, more than this file can hold; it is cut off or not " +
                     "what it says, copy or download it again");
  try {
    array.bytes = std::make_unique_for_overwrite<std::uint8_t[]>(bytes);
  } catch (const std::bad_alloc&) {
    refuse(path, "no memory for the " + grouped(bytes) + " bytes that the header announces");
  }
  auto got = file.read(array.bytes.get(), bytes);
  if (got != bytes)
    refuse(path, "cut off: " + grouped(got) + " of " + grouped(bytes) + " bytes; copy or download it again");
  std::uint8_t beyond = 0;
  if (file.read(&beyond, 1) != 0)
    refuse(path, "goes on behind the " + grouped(bytes) +
                     " bytes that its header announces; the header or the file is wrong");
  return array;
}

class idx_source final : public source {
 public:
  idx_source(fs::path images, const fs::path& labels, std::vector<std::string> class_names)
      : file_(std::move(images)), images_(read_idx(file_)), class_names_(std::move(class_names)) {
    const auto& s = images_.shape;
    if (s.size() != 3 && s.size() != 4)
      refuse(file_,
             "images need 3 or 4 dimensions, this is " + spelled(s) + (s.size() == 1 ? "; are these the labels?" : ""));
    auto channels = s.size() == 4 ? s[3] : 1;
    if (channels != 1 && channels != 3) refuse(file_, "images need 1 or 3 channels, this is " + spelled(s));
    if (s[0] == 0 || s[1] == 0 || s[2] == 0) refuse(file_, "holds no images (" + spelled(s) + ")");
    if (s[1] > 16384 || s[2] > 16384) refuse(file_, "images of more than 16,384 pixels a side: " + spelled(s));
    shape_ = {static_cast<int>(s[1]), static_cast<int>(s[2]), static_cast<int>(channels)};

    labels_ = read_idx(labels);
    if (labels_.shape.size() != 1)
      refuse(labels, "labels need 1 dimension, this is " + spelled(labels_.shape) + "; are these the images?");
    if (labels_.shape[0] != s[0])
      refuse(labels, grouped(labels_.shape[0]) + " labels for " + grouped(s[0]) + " images in " + file_.string() +
                         "; they do not belong together");
    check_labels(labels);
  }

  std::uint64_t size() const noexcept override { return images_.shape[0]; }
  const std::vector<std::string>& class_names() const noexcept override { return class_names_; }
  std::int64_t label(std::uint64_t index) const noexcept override { return labels_.bytes[index]; }
  std::string path(std::uint64_t index) const override { return file_.string() + "[" + std::to_string(index) + "]"; }
  std::string member(std::uint64_t) const override { return {}; }
  std::span<const std::uint8_t> pixels(std::uint64_t index) const noexcept override {
    return {images_.bytes.get() + index * shape_.bytes(), shape_.bytes()};
  }
  std::optional<image_shape> shape() const noexcept override { return shape_; }
  std::string describe() const override {
    return file_.string() + ": " + counted(size(), "image") + " of " + std::to_string(shape_.height) + " x " +
           std::to_string(shape_.width) + (shape_.channels == 3 ? " RGB" : "") + " pixels in " +
           counted(class_names_.size(), "class", "es") + ", in memory";
  }

 private:
  void check_labels(const fs::path& labels) {
    auto* begin = labels_.bytes.get();
    auto* greatest = std::max_element(begin, begin + labels_.shape[0]);
    if (class_names_.empty())
      for (int k = 0; k <= *greatest; ++k) class_names_.push_back(std::to_string(k));
    if (*greatest >= class_names_.size())
      refuse(labels, "label " + std::to_string(*greatest) + " at index " + std::to_string(greatest - begin) +
                         ", but only " + counted(class_names_.size(), "class name"));
  }

  fs::path file_;
  idx_array images_, labels_;
  image_shape shape_ = {};
  std::vector<std::string> class_names_;
};

/// The file of this name in a folder, in any of its spellings; empty where there is none.
fs::path find(const fs::path& folder, const std::string& stem, const std::string& kind) {
  for (const auto* between : {"-", "."})
    for (const auto* end : {"", ".gz"}) {
      auto file = folder / std::string(stem).append(between).append(kind).append(end);
      std::error_code ignored;
      if (fs::exists(file, ignored)) return file;
    }
  return {};
}

std::string stem(split part, const char* of) { return std::string(part == split::train ? "train-" : "t10k-") + of; }

}  // namespace

dataset idx(const fs::path& images, const fs::path& labels, std::vector<std::string> class_names) {
  return {std::make_shared<idx_source>(images, labels, std::move(class_names))};
}

dataset idx_folder(const fs::path& folder, split part, std::vector<std::string> class_names) {
  auto images = find(folder, stem(part, "images"), "idx3-ubyte");
  auto labels = find(folder, stem(part, "labels"), "idx1-ubyte");
  if (images.empty()) refuse(folder, "no " + stem(part, "images") + "-idx3-ubyte[.gz] in this folder");
  if (labels.empty())
    refuse(folder, "no " + stem(part, "labels") + "-idx1-ubyte[.gz] in this folder, though its images are there");
  return idx(images, labels, std::move(class_names));
}

bool has_idx(const fs::path& folder, split part) { return !find(folder, stem(part, "images"), "idx3-ubyte").empty(); }

}  // namespace troupe
