#include <troupe/sources/shards.hpp>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

#include <troupe/sources/grouped.hpp>
#include <troupe/sources/label_json.hpp>
#include <troupe/sources/shard_classes.hpp>
#include <troupe/sources/shard_index.hpp>

namespace troupe {
namespace {

namespace fs = std::filesystem;

/// The folder that a member is in; empty where it is in none.
std::string folder_of(std::string_view member) {
  const auto end = member.rfind('/');
  if (end == std::string_view::npos) return {};
  const auto begin = member.rfind('/', end - 1);
  return std::string(member.substr(begin == std::string_view::npos || end == 0 ? 0 : begin + 1,
                                   end - (begin == std::string_view::npos || end == 0 ? 0 : begin + 1)));
}

class shard_source final : public source {
 public:
  shard_source(const std::vector<fs::path>& shards, std::vector<std::string> class_names) {
    if (shards.empty()) throw std::invalid_argument("tar_shards: shards must be at least one file, got none");
    for (const auto& shard : shards) {
      append(shard, index_for(shard), classes_beside(shard));
      shards_.push_back(shard.string());
      ends_.push_back(offsets_.size());
    }
    if (offsets_.empty()) refuse_without_pictures();
    members_.shrink_to_fit();
    offsets_.shrink_to_fit();
    sizes_.shrink_to_fit();
    read_labels(std::move(class_names));
  }

  std::uint64_t size() const noexcept override { return offsets_.size(); }
  const std::vector<std::string>& class_names() const noexcept override { return labels_.names(); }
  std::int64_t label(std::uint64_t index) const noexcept override { return labels_.label(index); }
  label_kind labels() const noexcept override { return labels_.kind(); }
  void write_label(std::uint64_t index, float* row) const override { labels_.write(index, row); }
  double weight(std::uint64_t index) const noexcept override { return weights_.empty() ? 1 : weights_[index]; }
  std::string path(std::uint64_t index) const override { return shard_of(index) + "[" + member(index) + "]"; }
  std::string member(std::uint64_t index) const override { return std::string(members_[index]); }
  file_range location(std::uint64_t index) const override {
    const bool packed = !packed_.empty() && packed_[index] != packing::none;
    return {.path = shard_of(index),
            .offset = offsets_[index],
            .size = sizes_[index],
            .packed = packed ? packed_[index] : packing::none,
            .unpacked_bytes = packed ? unpacked_[index] : 0};
  }
  std::span<const std::uint8_t> pixels(std::uint64_t) const noexcept override { return {}; }
  std::optional<image_shape> shape() const noexcept override { return {}; }
  std::string describe() const override {
    auto text = shards_.size() == 1 ? shards_[0] : shards_.front() + " ... " + shards_.back();
    text +=
        ": " + counted(size(), "picture") + " in " + counted(shards_.size(), "tar shard") + " " + described(labels_);
    if (by_folder_) text += ", by folder";
    if (built_ > 0) text += "; " + counted(built_, "index", "es") + " built";
    if (unkept_ > 0) text += ", " + grouped(unkept_) + " of them in memory only: the folder is not writable";
    return text + rest_.describe();
  }

 private:
  [[noreturn]] void refuse_without_pictures() const {
    std::string seen;
    for (const auto& shard : shards_)
      if (seen.empty()) seen = endings_in(shard);
    throw std::runtime_error(
        shards_[0] + ": no picture in " + counted(shards_.size(), "shard") +
        (seen.empty() ? "" : ": members end in " + seen) +
        "; a sample is KEY.jpg, .png or .webp with KEY.cls, .txt or .json, and a key ends at its " + "first dot" +
        (seen.empty() ? rest_.describe() : ""));
  }

  shard_index index_for(const fs::path& shard) {
    if (auto kept = read_index(shard)) return std::move(*kept);
    auto fresh = index_of(shard);
    ++built_;
    if (!write_index(shard, fresh)) ++unkept_;
    return fresh;
  }

  shard_classes& classes_beside(const fs::path& shard) {
    const auto folder = shard.parent_path();
    const auto [known, fresh] = folders_.try_emplace(folder.string(), classes_.size());
    if (fresh) classes_.emplace_back(folder);
    classes_of_.push_back(known->second);
    return classes_[known->second];
  }

  void append(const fs::path& shard, const shard_index& index, shard_classes& classes) {
    offsets_.insert(offsets_.end(), index.offsets.begin(), index.offsets.end());
    sizes_.insert(sizes_.end(), index.sizes.begin(), index.sizes.end());
    const auto is_packed = [](packing how) { return how != packing::none; };
    if (!packed_.empty() || std::any_of(index.packed.begin(), index.packed.end(), is_packed)) {
      packed_.resize(members_.size());
      unpacked_.resize(members_.size());
      packed_.insert(packed_.end(), index.packed.begin(), index.packed.end());
      unpacked_.insert(unpacked_.end(), index.unpacked.begin(), index.unpacked.end());
    }
    for (std::size_t i = 0; i < index.size(); ++i) {
      members_.add(index.members[i]);
      texts_.add(index.labels[i]);
      if (index.labels[i].empty() && first_without_.empty())
        first_without_ = shard.string() + "[" + std::string(index.members[i]) + "]";
      if (index.labels[i].substr(0, 1) == "#") classes.note(index.labels[i].substr(1));
      labelled_ = labelled_ || !index.labels[i].empty();
    }
    rest_.add(index.rest, shard.filename().string());
  }

  /// The label of a sample, its classes by their names.
  label_text text_of(std::size_t index, json_record_reader& json) const {
    label_text one;
    const auto kind = texts_[index].substr(0, 1);
    if (by_folder_) {
      one.classes.push_back(folder_of(members_[index]));
    } else if (kind == "#" || kind == "=") {
      one.classes.emplace_back(texts_[index].substr(1));
    } else {
      one = json.read(texts_[index]).label;
    }
    for (auto& name : one.classes) name = classes_[classes_of_[shard_at(index)]].name_of(name, kind == "#");
    return one;
  }

  /// Those of all folders, each name once.
  std::vector<std::string> merged_classes() const {
    std::vector<std::string> all;
    std::map<std::string, bool> met;
    for (const auto& classes : classes_)
      for (const auto& name : classes.names())
        if (met.emplace(name, true).second) all.push_back(name);
    return all;
  }

  void read_labels(std::vector<std::string> class_names) {
    by_folder_ = !labelled_ && !folder_of(members_[0]).empty();
    if (!by_folder_ && !first_without_.empty())
      throw std::runtime_error(first_without_ +
                               ": has no label; a sample needs KEY.cls, KEY.txt or KEY.json beside its " +
                               "picture, under the same key and behind one another");
    auto own = merged_classes();
    const bool named = !own.empty();
    label_reader labels(class_names.empty() ? std::move(own) : std::move(class_names));
    if (named) labels.names_only();
    json_record_reader json;
    for (std::size_t i = 0; i < members_.size(); ++i) try {
        labels.add(text_of(i, json));
      } catch (const std::invalid_argument& e) { throw std::runtime_error(path(i) + ": " + e.what()); }
    weights_ = std::move(labels.weights());
    labels_ = labels.finish();
    texts_ = {};
  }

  std::size_t shard_at(std::uint64_t index) const noexcept {
    return std::size_t(std::upper_bound(ends_.begin(), ends_.end(), index) - ends_.begin());
  }
  const std::string& shard_of(std::uint64_t index) const noexcept { return shards_[shard_at(index)]; }

  std::vector<std::string> shards_;
  std::vector<std::uint64_t> ends_;  ///< shard s holds the samples before ends_[s]
  std::map<std::string, std::size_t> folders_;
  std::vector<shard_classes> classes_;   ///< of each folder
  std::vector<std::size_t> classes_of_;  ///< which of them a shard has
  name_list members_, texts_;            ///< of the labels, until they are read
  std::vector<std::uint64_t> offsets_, sizes_, unpacked_;
  std::vector<packing> packed_;  ///< empty where none is
  label_list labels_;
  std::vector<float> weights_;
  bool labelled_ = false, by_folder_ = false;
  std::string first_without_;
  std::uint64_t built_ = 0, unkept_ = 0;
  shard_rest rest_;
};

}  // namespace

dataset tar_shards(const std::vector<fs::path>& shards, std::vector<std::string> class_names) {
  return {std::make_shared<shard_source>(shards, std::move(class_names))};
}

}  // namespace troupe
