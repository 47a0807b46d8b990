#include <troupe/sources/keyed.hpp>

#include <stdexcept>
#include <utility>

#include <troupe/sources/derived.hpp>
#include <troupe/sources/grouped.hpp>
#include <troupe/sources/listing.hpp>

namespace troupe {
namespace {

class key_list final : public source {
 public:
  key_list(const std::vector<std::string>& keys, label_list labels, keyed_options options)
      : labels_(std::move(labels)), options_(std::move(options)) {
    if (const auto& s = options_.shape; s && (s->height < 1 || s->width < 1 || (s->channels != 1 && s->channels != 3)))
      throw std::invalid_argument("keyed: shape must have sides of 1 or more and 1 or 3 channels, got " +
                                  std::to_string(s->height) + " x " + std::to_string(s->width) + " x " +
                                  std::to_string(s->channels));
    for (const auto& key : keys) {
      if (key.empty() || key.find('\0') != std::string::npos)
        throw std::invalid_argument("keyed: a key must not be empty nor hold a zero byte, got such a one at place " +
                                    std::to_string(keys_.size()));
      keys_.add(key);
    }
    keys_.shrink_to_fit();
    if (labels_.size() > 0 && labels_.size() != size())
      throw std::invalid_argument("keyed: labels must be " + grouped(size()) + ", one a key, or none, got " +
                                  grouped(labels_.size()));
  }

  std::uint64_t size() const noexcept override { return keys_.size(); }
  const std::vector<std::string>& class_names() const noexcept override { return labels_.names(); }
  std::int64_t label(std::uint64_t index) const noexcept override { return labelled() ? labels_.label(index) : -1; }
  label_kind labels() const noexcept override { return labels_.kind(); }
  void write_label(std::uint64_t index, float* row) const override {
    if (labelled()) labels_.write(index, row);
  }
  std::string path(std::uint64_t index) const override { return std::string(keys_[index]); }
  file_range location(std::uint64_t) const override { return {}; }
  std::span<const std::uint8_t> pixels(std::uint64_t) const noexcept override { return {}; }
  std::optional<image_shape> shape() const noexcept override { return options_.shape; }
  bool in_memory() const noexcept override { return false; }
  bool keyed() const noexcept override { return true; }
  std::string describe() const override {
    return options_.name + ": " + counted(size(), "key") + " " + (labelled() ? described(labels_) : "without labels");
  }

 private:
  bool labelled() const noexcept { return labels_.size() > 0; }

  name_list keys_;
  label_list labels_;
  keyed_options options_;
};

class by_member final : public derived_source {
 public:
  explicit by_member(dataset data) : derived_source({std::move(data)}) {}

  std::uint64_t size() const noexcept override { return from().front().size(); }
  std::vector<std::uint64_t> part_ends() const override { return from().front()->part_ends(); }
  std::string path(std::uint64_t index) const override { return member(index); }
  file_range location(std::uint64_t) const override { return {}; }
  std::optional<image_shape> shape() const noexcept override { return {}; }
  bool in_memory() const noexcept override { return false; }
  bool keyed() const noexcept override { return true; }
  std::string describe() const override { return from().front()->describe() + ", by their keys"; }

 private:
  origin origin_of(std::uint64_t index) const noexcept override { return {0, index}; }
};

}  // namespace

dataset keyed(const std::vector<std::string>& keys, label_list labels, keyed_options options) {
  return {std::make_shared<key_list>(keys, std::move(labels), std::move(options))};
}

dataset keyed(dataset data) {
  if (!data) throw std::invalid_argument("keyed: the data set is empty-handed");
  if (data->keyed()) return data;
  if (data->in_memory()) throw std::invalid_argument("keyed: samples must be files, got " + data->describe());
  if (!data->companions().empty())
    throw std::invalid_argument("keyed: samples must be single pictures, these have " +
                                data->companions().front().name + "; key both, then zip() or with_masks()");
  return {std::make_shared<by_member>(std::move(data))};
}

}  // namespace troupe
