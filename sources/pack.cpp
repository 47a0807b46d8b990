#include <troupe/sources/pack.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <troupe/sources/byte_file.hpp>
#include <troupe/sources/grouped.hpp>
#include <troupe/sources/label_json.hpp>
#include <troupe/sources/listing.hpp>
#include <troupe/sources/shard_index.hpp>
#include <troupe/sources/tar_writer.hpp>
#include <troupe/sources/unfinished_folder.hpp>

namespace troupe {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_shards_written = 10'000;

std::string sniffed(std::span<const std::uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), std::min<std::size_t>(bytes.size(), 16));
  if (text.substr(0, 3) == "\xFF\xD8\xFF") return "jpg";
  if (text.substr(0, 8) == "\x89PNG\r\n\x1A\n") return "png";
  if (text.substr(0, 4) == "RIFF" && text.size() >= 12 && text.substr(8, 4) == "WEBP") return "webp";
  if (text.substr(0, 4) == "GIF8") return "gif";
  if (text.substr(0, 2) == "BM") return "bmp";
  if (text.substr(0, 4) == std::string_view("II*\0", 4) || text.substr(0, 4) == std::string_view("MM\0*", 4))
    return "tif";
  return {};
}

std::string extension_of(const std::string& name, std::span<const std::uint8_t> bytes) {
  if (!has_image_extension(name)) return sniffed(bytes);
  auto extension = name.substr(name.rfind('.') + 1);
  for (auto& c : extension) c = char(c | 0x20);
  return extension;
}

/// The member behind the picture: its extension and its text.
std::pair<std::string, std::string> label_member(const dataset& data, std::uint64_t index) {
  label_text label;
  label.weight = data->weight(index);
  if (data->labels() == label_kind::classes) {
    if (label.weight == 1) return {"cls", std::to_string(data->label(index))};
    label.classes.push_back(data.class_names()[std::size_t(data->label(index))]);
    return {"json", to_json(label)};
  }
  std::vector<float> row(data.classes());
  data->write_label(index, row.data());
  if (data->labels() == label_kind::values) {
    label.values.assign(row.begin(), row.end());
  } else {
    label.several = true;
    for (std::size_t k = 0; k < row.size(); ++k)
      if (row[k] != 0) label.classes.push_back(data.class_names()[k]);
  }
  return {"json", to_json(label)};
}

std::string on_one_line(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) text += c == '\n' ? "\\n" : c == '\r' ? "\\r" : std::string(1, c);
  return text + "\"";
}

void write_class_names(const dataset& data, const fs::path& file) {
  std::ofstream out(file, std::ios::binary);
  const auto& names = data.class_names();
  for (const auto& name : names) {
    if (name.empty())
      throw std::runtime_error("pack: class " + std::to_string(&name - names.data()) + " has no name; give it one");
    if (name.find_first_of("\r\n") != std::string::npos)
      throw std::runtime_error("pack: the name of the class " + on_one_line(name) + " has a line break; rename it");
    out << name << '\n';
  }
  out.close();
  if (!out) throw std::runtime_error(file.string() + ": cannot be written");
}

class packing_run {
 public:
  packing_run(const dataset& data, fs::path folder, const pack_options& options)
      : data_(data), folder_(std::move(folder)), options_(options), out_(folder_) {}

  packed_data run() {
    if (data_->labels() != label_kind::values) write_class_names(data_, out_.part() / "classes.txt");
    for (std::uint64_t i = 0; i < data_.size(); ++i) {
      add(i);
      if (options_.progress) options_.progress(i + 1);
    }
    close();
    done_.samples = data_.size();
    out_.finish();
    return std::move(done_);
  }

 private:
  void add(std::uint64_t index) {
    read(index);
    const auto extension = extension_of(data_->member(index), bytes_);
    if (extension.empty())
      throw std::runtime_error(data_->path(index) + ": is no picture, by its name and its content");
    const auto [kind, label] = label_member(data_, index);
    const auto needed = tar_writer::cost(bytes_.size()) + tar_writer::cost(label.size());
    if (shard_ && shard_->bytes() + needed > options_.shard_bytes) close();
    if (!shard_) open();
    char key[24];
    std::snprintf(key, sizeof key, "%09llu.", static_cast<unsigned long long>(index));
    shard_->add(key + extension, bytes_);
    shard_->add(key + kind, {reinterpret_cast<const std::uint8_t*>(label.data()), label.size()});
  }

  void read(std::uint64_t index) {
    const auto where = data_->location(index);
    auto [file, bad] = layer_->open(where.path);
    if (file) {
      auto extent = extent_of(where, *file);
      bad = std::move(extent.bad);
      if (!bad) {
        bytes_.resize(extent.all());
        bad = read_range(*file, where, extent, bytes_);
        bytes_.resize(extent.bytes);
      }
    }
    if (bad)
      throw std::runtime_error(data_->path(index) + ": " + to_string(bad.reason) + ": " + bad.detail +
                               "; mend it, or leave it out");
  }

  void open() {
    if (done_.shards.size() == most_shards_written)
      throw std::runtime_error("pack: more than 10,000 shards; make them larger (shard_bytes, --shard-size)");
    char name[32];
    std::snprintf(name, sizeof name, "shards-%04zu.tar", done_.shards.size());
    done_.shards.push_back(folder_ / name);
    shard_.emplace(out_.part() / name);
  }

  void close() {
    if (!shard_) return;
    shard_->finish();
    done_.bytes += shard_->bytes();
    shard_.reset();
    const auto shard = out_.part() / done_.shards.back().filename();
    if (!write_index(shard, index_of(shard))) throw std::runtime_error(shard.string() + ".index: cannot be written");
  }

  const dataset& data_;
  fs::path folder_;
  const pack_options& options_;
  std::shared_ptr<file_layer> layer_ = disk(1);
  std::vector<std::uint8_t> bytes_;
  std::optional<tar_writer> shard_;
  packed_data done_;
  unfinished_folder out_;
};

}  // namespace

packed_data pack(const dataset& data, const fs::path& folder, const pack_options& options) {
  if (data.size() == 0) throw std::runtime_error("pack: the data set has no samples");
  if (data->keyed())
    throw std::runtime_error("pack: shards hold picture files, and these data are keys: " + data->describe());
  if (data->in_memory() || data->location(0).raw)
    throw std::runtime_error("pack: shards hold picture files, and these data are pixels: " + data->describe());
  if (!data->companions().empty() || data->most_annotated().any() || data.classes() == 0)
    throw std::runtime_error("pack: shards hold a picture and its label a sample, and no more: " + data->describe());
  return packing_run(data, folder, options).run();
}

packed_data unpack_archive(const fs::path& archive, const fs::path& folder,
                           const std::function<void(std::uint64_t bytes)>& progress) {
  byte_file from(archive);
  if (from.packed() == packing::none) throw std::runtime_error(archive.string() + ": is not packed");
  unfinished_folder to(folder, {});
  auto name = archive.filename().string();
  name = name.substr(0, std::min(name.find(".tar"), name.rfind('.'))) + ".tar";
  const auto shard = to.part() / name;
  packed_data done;
  done.shards.push_back(folder / name);
  {
    std::ofstream out(shard, std::ios::binary | std::ios::trunc);
    std::vector<char> piece(1 << 20);
    for (std::size_t n = 0; out && (n = from.read(piece.data(), piece.size())) > 0;) {
      out.write(piece.data(), std::streamsize(n));
      done.bytes += n;
      if (progress) progress(done.bytes);
    }
    out.close();
    if (!out) throw std::runtime_error(shard.string() + ": cannot be written: " + std::strerror(errno));
  }
  const auto index = index_of(shard);
  done.samples = index.size();
  done.passed_by = index.rest.describe();
  if (!write_index(shard, index)) throw std::runtime_error(shard.string() + ".index: cannot be written");
  to.finish();
  return done;
}

}  // namespace troupe
