#include <troupe/sources/manifest.hpp>

#include <set>
#include <stdexcept>
#include <utility>

#include <troupe/sources/annotation_list.hpp>
#include <troupe/sources/enclosure.hpp>
#include <troupe/sources/file_list.hpp>
#include <troupe/sources/grouped.hpp>
#include <troupe/sources/keyed.hpp>
#include <troupe/sources/listing.hpp>
#include <troupe/sources/manifest_rows.hpp>
#include <troupe/sources/zip.hpp>

namespace troupe {
namespace {

namespace fs = std::filesystem;

bool has_extension(const std::string& path) { return path.substr(path.rfind('/') + 1).find('.') != std::string::npos; }

class manifest_source final : public source {
 public:
  manifest_source(const fs::path& file, manifest_format format, bool keys, std::vector<std::string> class_names,
                  std::vector<std::string> box_class_names)
      : file_(file.string()), keys_(keys) {
    if (!keys && file.has_parent_path()) root_ = file.parent_path().string();
    if (!root_.empty() && root_.back() != '/') root_ += '/';
    manifest_rows rows(file, format);
    enclosure root(file.parent_path());
    label_reader labels(class_names);
    std::uint64_t first_line = 0;
    for (manifest_row row; rows.next(row);) {
      check(rows, row, labels.size());
      if (names_.size() == 0) first_line = rows.line();
      if (names_.size() == 1 && rows.headless() && is_header(path(0), row.path))
        throw std::runtime_error(
            file_ + ", line " + std::to_string(first_line) + ": looks like a header, with " + member(0) +
            " where others have a path; name the columns path,label, above it where it is a sample");
      for (const auto* path : {&row.path, &row.mask}) {
        if (keys || path->empty()) continue;
        if (const auto wrong = root.objection(*path); !wrong.empty()) rows.fail(wrong);
      }
      try {
        if (!row.label.empty()) labels.add(row.label);
        marked_.add(row.marked);
      } catch (const std::invalid_argument& e) { rows.fail(e.what()); }
      names_.add(row.path);
      if (!row.mask.empty()) masks_.add(row.mask);
    }
    if (names_.size() == 0)
      throw std::runtime_error(file_ + ": lists nothing; a row is path,label or {\"path\": …, \"label\": …}");
    names_.shrink_to_fit();
    labels.name_values(rows.value_names());
    unknown_ = rows.unknown();
    labelled_ = labels.size() > 0;
    weights_ = std::move(labels.weights());
    if (labelled_) labels_ = labels.finish();
    if (box_class_names.empty() && !labelled_) box_class_names = std::move(class_names);
    try {
      marked_.finish(std::move(box_class_names));
    } catch (const std::invalid_argument& e) { throw std::runtime_error(file_ + ": a box: " + e.what()); }
  }

  /// Of its rows, where they have masks, these.
  dataset take_masks() {
    if (masks_.size() == 0) return {};
    dataset masks(std::make_shared<file_list>(root_, std::exchange(masks_, {})));
    return keys_ ? troupe::keyed(std::move(masks)) : masks;
  }

  std::uint64_t size() const noexcept override { return names_.size(); }
  const std::vector<std::string>& class_names() const noexcept override { return labels_.names(); }
  std::int64_t label(std::uint64_t index) const noexcept override { return labelled_ ? labels_.label(index) : -1; }
  label_kind labels() const noexcept override { return labels_.kind(); }
  void write_label(std::uint64_t index, float* row) const override {
    if (labelled_) labels_.write(index, row);
  }
  annotations annotated(std::uint64_t index) const noexcept override { return marked_.of(index); }
  troupe::most_annotated most_annotated() const noexcept override { return marked_.most(); }
  const std::vector<std::string>& box_class_names() const noexcept override { return marked_.class_names(); }
  double weight(std::uint64_t index) const noexcept override { return weights_.empty() ? 1 : weights_[index]; }
  std::string path(std::uint64_t index) const override { return root_ + member(index); }
  std::string member(std::uint64_t index) const override { return std::string(names_[index]); }
  file_range location(std::uint64_t index) const override { return keys_ ? file_range{} : source::location(index); }
  std::span<const std::uint8_t> pixels(std::uint64_t) const noexcept override { return {}; }
  std::optional<image_shape> shape() const noexcept override { return {}; }
  bool keyed() const noexcept override { return keys_; }
  std::string describe() const override {
    auto text = file_ + ": " + counted(size(), keys_ ? "key" : "file") + " " +
                (labelled_ ? described(labels_) : "without labels");
    if (const auto most = marked_.most(); most.boxes > 0) text += ", at most " + counted(most.boxes, "box", "es");
    if (const auto most = marked_.most(); most.keypoints > 0)
      text += ", at most " + counted(most.keypoints, "keypoint");
    if (!weights_.empty()) text += ", weighted";
    for (std::size_t i = 0; i < unknown_.size(); ++i)
      text += (i == 0 ? "; columns passed over: " : ", ") + (unknown_[i].empty() ? "(no name)" : unknown_[i]);
    return text;
  }

 private:
  /// Whether the first row is none: it has a column's usual name; or names no file and has no extension, unlike the one
  /// below it. Keys may be anything.
  bool is_header(const std::string& first, const std::string& second) const {
    static const std::set<std::string> usual = {"path",       "file", "filename", "file_name", "image",   "image_id",
                                                "image_path", "img",  "img_path", "id",        "key",     "name",
                                                "url",        "uri",  "photo",    "picture",   "address", "sample"};
    if (has_extension(first)) return false;
    std::error_code ignored;
    const bool named = usual.count(fs::path(first).filename().string()) > 0;
    return keys_ ? named : !fs::exists(first, ignored) && (named || has_extension(second));
  }

  // What the rows before it have, it must have, too.
  void check(const manifest_rows& rows, const manifest_row& row, std::uint64_t labelled) const {
    if (row.label.empty() && row.label.weight != 1) rows.fail("a weight needs a label beside it");
    if (names_.size() == 0) return;
    if (row.label.empty() != (labelled == 0)) rows.fail("a label must be there in all rows or in none");
    if (row.mask.empty() != (masks_.size() == 0)) rows.fail("a mask must be there in all rows or in none");
  }

  std::string file_, root_;
  bool keys_ = false;
  name_list names_, masks_;
  label_list labels_;
  bool labelled_ = false;
  annotation_list marked_;
  std::vector<float> weights_;
  std::vector<std::string> unknown_;
};

dataset read_rows(const fs::path& file, manifest_format format, bool keys, std::vector<std::string> class_names,
                  std::vector<std::string> box_class_names) {
  const auto rows =
      std::make_shared<manifest_source>(file, format, keys, std::move(class_names), std::move(box_class_names));
  auto masks = rows->take_masks();
  return masks ? with_masks(dataset(rows), std::move(masks)) : dataset(rows);
}

}  // namespace

dataset manifest(const fs::path& file, manifest_format format, std::vector<std::string> class_names,
                 std::vector<std::string> box_class_names) {
  return read_rows(file, format, false, std::move(class_names), std::move(box_class_names));
}

dataset keyed_manifest(const fs::path& file, manifest_format format, std::vector<std::string> class_names,
                       std::vector<std::string> box_class_names) {
  return read_rows(file, format, true, std::move(class_names), std::move(box_class_names));
}

std::optional<manifest_format> manifest_format_of(const std::string& name) {
  std::string stem;
  for (const char c : name) stem.push_back(c >= 'A' && c <= 'Z' ? char(c | 0x20) : c);
  if (const auto how = packing_by_name(stem); how != packing::none)
    stem.resize(stem.size() - (how == packing::gzip ? 3 : 4));
  const auto ends = [&](const std::string& with) {
    return stem.size() > with.size() && stem.compare(stem.size() - with.size(), with.size(), with) == 0;
  };
  if (ends(".csv")) return manifest_format::csv;
  if (ends(".jsonl") || ends(".ndjson")) return manifest_format::jsonl;
  return {};
}

}  // namespace troupe
