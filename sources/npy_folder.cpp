#include <troupe/sources/npy_folder.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <stdexcept>
#include <utility>

#include <troupe/sources/grouped.hpp>
#include <troupe/sources/label_list.hpp>
#include <troupe/sources/listing.hpp>
#include <troupe/sources/npy.hpp>
#include <troupe/sources/refuse.hpp>
#include <troupe/sources/text_lines.hpp>

namespace troupe {
namespace {

namespace fs = std::filesystem;

/// The images in one file.
struct images {
  std::uint64_t count = 0;
  image_shape shape;
};

/// What makes uint8 of an array: a mere cast leaves 0 ... 1 black and wraps what is above 255.
std::string to_uint8(const npy_header& h) {
  const auto bits = std::to_string(8 * h.item_bytes);
  if (h.kind == 'f')
    return "items are float" + bits +
           ", images are uint8; save (a * 255).round().astype(numpy.uint8) of 0 ... 1, a.round().astype(numpy.uint8) " +
           "of 0 ... 255";
  if (h.kind == 'b') return "items are bool, images are uint8; save a.astype(numpy.uint8) * 255";
  if (h.item_bytes == 1) return "items are int8, images are uint8; save a.astype(numpy.uint8) where none is negative";
  return "items are " + std::string(h.kind == 'u' ? "uint" : "int") + bits +
         ", images are uint8; save (a >> 8).astype(numpy.uint8) of 0 ... 65535, a.astype(numpy.uint8) of 0 ... 255";
}

images images_in(const fs::path& file, const npy_header& h, bool several) {
  const auto& s = h.shape;
  if (h.kind != 'u' || h.item_bytes != 1) refuse(file, to_uint8(h));
  const bool colours = s.size() == 4 || (s.size() == 3 && !several && (s[2] == 1 || s[2] == 3));
  const bool first = s.size() == 4 || (s.size() == 3 && !colours);
  if (s.size() < (several ? 3u : 2u) || s.size() > 4)
    refuse(file, "images are [H, W], [H, W, C], [N, H, W] or [N, H, W, C], this is " + h.shape_text());
  const auto channels = colours ? s.back() : 1;
  if (channels != 1 && channels != 3)
    refuse(file, "images have 1 or 3 channels, the last of the dimensions; this is " + h.shape_text() +
                     (s[s.size() - 3] == 1 || s[s.size() - 3] == 3
                          ? "; save numpy.ascontiguousarray(numpy.moveaxis(a, -3, -1))"
                          : ""));
  const auto height = s[first ? 1 : 0], width = s[first ? 2 : 1];
  if (height < 1 || width < 1 || height > 16384 || width > 16384)
    refuse(file, "images of 1 to 16,384 pixels a side are read, this is " + h.shape_text());
  return {first ? s[0] : 1, {int(height), int(width), int(channels)}};
}

label_list labels_in(const fs::path& file, std::vector<std::string> names) {
  const auto h = read_npy_header(file);
  if (h.shape.empty() || h.shape.size() > 2) refuse(file, "labels are [N] or [N, columns], this is " + h.shape_text());
  if (h.items == 0) refuse(file, "holds no labels: " + h.shape_text());
  const auto numbers = read_npy_numbers(file, h);
  if (!std::all_of(numbers.begin(), numbers.end(), [](double n) { return std::isfinite(float(n)); }))
    refuse(file, "holds a value that is not finite, or too large for float32");
  const auto columns = h.shape.size() == 2 ? std::size_t(h.shape[1]) : 1;
  const auto name_columns = [&](const char* word) {
    for (auto k = names.size(); k < columns; ++k) names.push_back(word + std::to_string(k));
    if (names.size() != columns) refuse(file, counted(columns, "column") + ", but " + counted(names.size(), "name"));
  };
  try {
    if (h.kind == 'f') {
      name_columns("value ");
      return label_list::of_values({numbers.begin(), numbers.end()}, std::move(names));
    }
    if (h.shape.size() == 1) return label_list::of_classes({numbers.begin(), numbers.end()}, std::move(names));
    if (columns == 1 && h.kind != 'b')
      refuse(file, "whole numbers " + h.shape_text() + "; one class each is [N]: save labels.ravel()");
    if (!std::all_of(numbers.begin(), numbers.end(), [](double n) { return n == 0 || n == 1; }))
      refuse(file,
             "whole numbers " + h.shape_text() + " are 0 or 1 for each class; save numbers to predict as float32");
    name_columns("");
    std::vector<std::vector<std::int64_t>> several(std::size_t(h.shape[0]));
    for (std::size_t i = 0; i < numbers.size(); ++i)
      if (numbers[i] != 0) several[i / columns].push_back(std::int64_t(i % columns));
    return label_list::of_several(several, std::move(names));
  } catch (const std::invalid_argument& e) { refuse(file, e.what()); }
}

class npy_source final : public source {
 public:
  npy_source(const fs::path& root, std::vector<std::string> class_names) : root_(root.string()) {
    std::error_code ignored;
    if (class_names.empty() && fs::exists(root / "classes.txt", ignored))
      class_names = text_lines(root / "classes.txt");
    if (fs::exists(root / "images.npy", ignored))
      read_pair(root, std::move(class_names));
    else
      read_class_folders(root, std::move(class_names));
    if (size() == 0) refuse(root, "holds no images");
    if (labels_.size() != size())
      refuse(root, grouped(labels_.size()) + " labels for " + grouped(size()) + " images; they do not belong together");
  }

  std::uint64_t size() const noexcept override { return ends_.empty() ? 0 : ends_.back(); }
  const std::vector<std::string>& class_names() const noexcept override { return labels_.names(); }
  std::int64_t label(std::uint64_t index) const noexcept override { return labels_.label(index); }
  label_kind labels() const noexcept override { return labels_.kind(); }
  void write_label(std::uint64_t index, float* row) const override { labels_.write(index, row); }
  std::string path(std::uint64_t index) const override { return root_ + "/" + member(index); }
  std::string member(std::uint64_t index) const override {
    const auto f = file_of(index);
    const bool alone = ends_[f] - first_of(f) == 1;
    return std::string(names_[f]) + (alone ? "" : "[" + std::to_string(index - first_of(f)) + "]");
  }
  file_range location(std::uint64_t index) const override {
    const auto f = file_of(index);
    const auto& shape = shapes_[shape_of_[f]];
    return {.path = root_ + "/" + std::string(names_[f]),
            .offset = begins_[f] + (index - first_of(f)) * shape.bytes(),
            .size = shape.bytes(),
            .raw = shape};
  }
  std::span<const std::uint8_t> pixels(std::uint64_t) const noexcept override { return {}; }
  std::optional<image_shape> shape() const noexcept override {
    return shapes_.size() == 1 ? std::optional(shapes_[0]) : std::nullopt;
  }
  bool in_memory() const noexcept override { return false; }
  std::string describe() const override {
    auto text = root_ + ": " + counted(size(), "image");
    if (const auto all = shape()) text += " of " + std::to_string(all->height) + " x " + std::to_string(all->width);
    text += " in " + counted(names_.size(), ".npy file") + " " + described(labels_);
    if (skipped_.total() > 0)
      text += "; " + counted(skipped_.total(), "other entry", "") + " passed by (" + skipped_.example + ")";
    return text;
  }

 private:
  void add_file(const fs::path& root, const std::string& name, bool several) {
    const auto header = read_npy_header(root / name);
    const auto held = images_in(root / name, header, several);
    names_.add(name);
    ends_.push_back(size() + held.count);
    begins_.push_back(header.begin);
    const auto key = std::array{held.shape.height, held.shape.width, held.shape.channels};
    const auto [known, fresh] = numbers_.try_emplace(key, std::uint32_t(shapes_.size()));
    if (fresh) shapes_.push_back(held.shape);
    shape_of_.push_back(known->second);
  }

  void read_pair(const fs::path& root, std::vector<std::string> class_names) {
    std::error_code ignored;
    if (!fs::exists(root / "labels.npy", ignored)) refuse(root, "has images.npy, but no labels.npy");
    add_file(root, "images.npy", true);
    labels_ = labels_in(root / "labels.npy", std::move(class_names));
  }

  void read_class_folders(const fs::path& root, std::vector<std::string> class_names) {
    auto content = content_of(root);
    for (const auto& name : content.hidden) skipped_.note(skipped_.hidden, (root / name).string());
    if (content.folders.empty()) refuse(root, "has neither images.npy nor class folders of .npy files");
    const bool given = !class_names.empty();
    std::vector<std::int64_t> labels;
    folders_met met(root);
    met.admit(content.folders, skipped_);
    for (const auto& folder : content.folders) {
      name_list files;
      files.read(root / folder, skipped_, met, ".npy");
      if (files.size() == 0) continue;
      if (!given) class_names.push_back(folder);
      const auto found = std::find(class_names.begin(), class_names.end(), folder);
      if (found == class_names.end())
        refuse(root / folder, "this class is not in the training split; add it there or remove it here");
      for (std::size_t i = 0; i < files.size(); ++i) add_file(root, folder + "/" + std::string(files[i]), false);
      labels.resize(std::size_t(size()), found - class_names.begin());
    }
    if (class_names.empty()) refuse(root, "no .npy file in its folders");
    labels_ = label_list::of_classes(labels, std::move(class_names));
  }

  std::size_t file_of(std::uint64_t index) const noexcept {
    return std::size_t(std::upper_bound(ends_.begin(), ends_.end(), index) - ends_.begin());
  }
  std::uint64_t first_of(std::size_t file) const noexcept { return file == 0 ? 0 : ends_[file - 1]; }

  std::string root_;
  name_list names_;                    ///< of the files
  std::vector<std::uint64_t> ends_;    ///< file f holds the samples before ends_[f]
  std::vector<std::uint64_t> begins_;  ///< where the pixels begin in a file
  std::vector<std::uint32_t> shape_of_;
  std::vector<image_shape> shapes_;                      ///< each once
  std::map<std::array<int, 3>, std::uint32_t> numbers_;  ///< of the shapes
  label_list labels_;
  passed_by skipped_;
};

}  // namespace

dataset npy_folder(const fs::path& root, std::vector<std::string> class_names) {
  return {std::make_shared<npy_source>(root, std::move(class_names))};
}

bool has_npy(const fs::path& folder) {
  std::error_code ignored;
  if (fs::exists(folder / "images.npy", ignored)) return true;
  for (const auto& name : content_of(folder).folders)
    if (content_of(folder / name).images > 0)
      return false;
    else if (!files_in(folder / name, ".npy").empty())
      return true;
  return false;
}

}  // namespace troupe
