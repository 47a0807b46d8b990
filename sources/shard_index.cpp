#include <troupe/sources/shard_index.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>
#include <utility>

#include <troupe/sources/label_json.hpp>
#include <troupe/sources/trimmed.hpp>

namespace troupe {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_class = 255;  // bytes
constexpr std::uint64_t most_label = 1 << 20, most_unpacked_picture = std::uint64_t{1} << 30;

/// A member's name taken apart: "cat/1" and "jpg.gz" in lower case.
struct parts {
  std::string key, extension;
  bool hidden = false;
};

parts take_apart(const std::string& name) {
  const auto base = name.rfind('/') + 1;
  const auto dot = std::min(name.find('.', base), name.size());
  parts p{name.substr(0, dot), name.substr(std::min(dot + 1, name.size())), dot == base};
  for (auto& c : p.extension)
    if (c >= 'A' && c <= 'Z') c = char(c | 0x20);
  return p;
}

/// One pass over a shard, gathering the members of a sample until the key changes.
class indexing {
 public:
  explicit indexing(const fs::path& shard) : shard_(shard), reader_(shard) {
    if (reader_.packed() != packing::none)
      throw std::runtime_error(shard.string() + ": is packed as a whole, so that no sample can be read by itself; " +
                               "unpack_archive() or troupe pack " + shard.string() + " --out DIR unpacks it");
  }

  shard_index run() {
    for (tar_member m; reader_.next(m);) {
      auto p = take_apart(m.name);
      if (p.hidden || p.extension.empty()) {
        index_.rest.foreign.note(m.name);
        continue;
      }
      if (p.key != key_) finish(std::move(p.key));
      if (first_.empty()) first_ = m.name;
      take(m, p.extension);
    }
    finish({});
    index_.members.shrink_to_fit();
    index_.labels.shrink_to_fit();
    if (const auto& skipped = reader_.skipped(); skipped.total() > 0)
      index_.rest.skipped.note(skipped.example.c_str(), skipped.total());
    if (reader_.behind() > 0) index_.rest.behind.note({}, reader_.behind());
    return std::move(index_);
  }

 private:
  void take(const tar_member& m, const std::string& extension) {
    const auto how = packing_by_name(extension);
    const auto bare = extension.substr(0, extension.size() - (how == packing::gzip ? 3 : how == packing::zstd ? 4 : 0));
    if (bare == "cls" || bare == "txt" || bare == "json") {
      const int rank = bare == "cls" ? 3 : bare == "txt" ? 2 : 1;
      if (std::exchange(seen_[std::size_t(rank)], true)) further_.note(m.name);
      if (rank <= rank_) return;
      auto label = label_of(m, bare, how);
      if (label.empty()) return;
      rank_ = rank;
      label_ = std::move(label);
    } else if (bare.find('.') != std::string::npos || !has_image_extension("x." + bare)) {
      foreign_.note(m.name);
    } else if (picture_.name.empty()) {
      picture_ = m;
      how_ = how;
    } else {
      further_.note(m.name);
    }
  }

  std::string label_of(const tar_member& m, const std::string& kind, packing how) {
    auto text = how == packing::none ? reader_.content(most_label) : unpacked(m);
    if (text.find('\0') != std::string::npos) reader_.fail(m.offset, m.name + " is no text");
    text = trimmed(text);
    if (kind != "json") {
      const bool named = text.size() <= longest_class && text.find('\n') == std::string::npos;
      if (!named && kind == "cls")
        reader_.fail(m.offset, m.name + " has several lines or a long one; a class is a name");
      return text.empty() || !named ? "" : (kind == "cls" ? "#" : "=") + text;  // another .txt is a caption
    }
    try {
      const auto label = json_.read(text, true).label;
      return label.empty() ? std::string() : to_json(label);
    } catch (const std::invalid_argument& e) { reader_.fail(m.offset, m.name + ": " + e.what()); }
  }

  std::string unpacked(const tar_member& m) {
    byte_file file(shard_, {.offset = m.offset, .size = m.size});
    std::string text(most_label, '\0');
    text.resize(file.read(text.data(), text.size()));
    if (text.size() == most_label) reader_.fail(m.offset, m.name + " holds more than 1 MiB");
    return text;
  }

  std::uint64_t unpacked_bytes(const tar_member& m) {
    byte_file file(shard_, {.offset = m.offset, .size = m.size, .window_bytes = 64 * 1024});
    if (file.packed() != how_) reader_.fail(m.offset, m.name + " is not packed as its name says");
    const auto bytes = file.skip(most_unpacked_picture + 1);
    if (bytes > most_unpacked_picture) reader_.fail(m.offset, m.name + " holds more than 1 GiB");
    return bytes;
  }

  void finish(std::string next_key) {
    if (!picture_.name.empty()) {
      index_.members.add(picture_.name);
      index_.offsets.push_back(picture_.offset);
      index_.sizes.push_back(picture_.size);
      index_.packed.push_back(how_);
      index_.unpacked.push_back(how_ == packing::none ? 0 : unpacked_bytes(picture_));
      index_.labels.add(label_);
      index_.rest.further.add(further_);
      index_.rest.foreign.add(foreign_);
    } else if (!first_.empty()) {
      index_.rest.without_picture.note(first_);
    }
    key_ = std::move(next_key);
    picture_ = {};
    label_.clear();
    rank_ = 0;
    seen_ = {};
    first_.clear();
    further_ = foreign_ = {};
  }

  fs::path shard_;
  tar_reader reader_;
  json_record_reader json_;
  shard_index index_;
  std::string key_, label_;
  tar_member picture_;
  packing how_ = packing::none;
  int rank_ = 0;                        ///< of the label that counts
  std::array<bool, 4> seen_ = {};       ///< labels, by rank
  std::string first_;                   ///< member of the key
  shard_rest::part further_, foreign_;  ///< of the key
};

}  // namespace

shard_index index_of(const fs::path& shard) { return indexing(shard).run(); }

std::string endings_in(const fs::path& shard) {
  constexpr std::size_t most = 4;
  std::set<std::string> all;
  tar_reader reader(shard);
  for (tar_member m; all.size() < most && reader.next(m);)
    if (auto p = take_apart(m.name); !p.extension.empty()) all.insert(std::move(p.extension));
  std::string text;
  for (const auto& one : all) text += (text.empty() ? "." : ", .") + one;
  return text;
}

}  // namespace troupe
