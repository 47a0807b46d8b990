#include <troupe/sources/manifest.hpp>

#include <stdexcept>
#include <utility>

#include <troupe/sources/enclosure.hpp>
#include <troupe/sources/grouped.hpp>
#include <troupe/sources/listing.hpp>

namespace troupe {
namespace {

namespace fs = std::filesystem;

class manifest_source final : public source {
 public:
  manifest_source(const fs::path& file, manifest_format format, std::vector<std::string> class_names)
      : file_(file.string()), root_(file.has_parent_path() ? file.parent_path().string() : std::string()) {
    if (!root_.empty() && root_.back() != '/') root_ += '/';
    manifest_rows rows(file, format);
    enclosure root(file.parent_path());
    label_reader labels(std::move(class_names));
    for (manifest_row row; rows.next(row);) {
      if (const auto wrong = root.objection(row.path); !wrong.empty()) rows.fail(wrong);
      try {
        labels.add(row.label);
      } catch (const std::invalid_argument& e) { rows.fail(e.what()); }
      names_.add(row.path);
    }
    if (names_.size() == 0)
      throw std::runtime_error(file_ + ": lists nothing; a row is path,label or {\"path\": …, \"label\": …}");
    names_.shrink_to_fit();
    labels.name_values(rows.value_names());
    unknown_ = rows.unknown();
    weights_ = std::move(labels.weights());
    labels_ = labels.finish();
  }

  std::uint64_t size() const noexcept override { return names_.size(); }
  const std::vector<std::string>& class_names() const noexcept override { return labels_.names(); }
  std::int64_t label(std::uint64_t index) const noexcept override { return labels_.label(index); }
  label_kind labels() const noexcept override { return labels_.kind(); }
  void write_label(std::uint64_t index, float* row) const override { labels_.write(index, row); }
  double weight(std::uint64_t index) const noexcept override { return weights_.empty() ? 1 : weights_[index]; }
  std::string path(std::uint64_t index) const override { return root_ + member(index); }
  std::string member(std::uint64_t index) const override { return std::string(names_[index]); }
  std::span<const std::uint8_t> pixels(std::uint64_t) const noexcept override { return {}; }
  std::optional<image_shape> shape() const noexcept override { return {}; }
  std::string describe() const override {
    auto text = file_ + ": " + counted(size(), "file") + " " + described(labels_);
    if (!weights_.empty()) text += ", weighted";
    for (std::size_t i = 0; i < unknown_.size(); ++i)
      text += (i == 0 ? "; columns passed over: " : ", ") + (unknown_[i].empty() ? "(no name)" : unknown_[i]);
    return text;
  }

 private:
  std::string file_, root_;
  name_list names_;
  label_list labels_;
  std::vector<float> weights_;
  std::vector<std::string> unknown_;
};

}  // namespace

dataset manifest(const fs::path& file, manifest_format format, std::vector<std::string> class_names) {
  return {std::make_shared<manifest_source>(file, format, std::move(class_names))};
}

std::optional<manifest_format> manifest_format_of(const std::string& name) {
  auto stem = name;
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
