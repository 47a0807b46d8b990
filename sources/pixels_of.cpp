#include <troupe/sources/pixels_of.hpp>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <troupe/sources/grouped.hpp>

namespace troupe {
namespace {

template <class T>
[[noreturn]] void out_of_range(const char* option, const std::string& allowed, const T& got) {
  std::ostringstream text;
  text << "pixels_of: " << option << " must be " << allowed << ", got " << got;
  throw std::invalid_argument(text.str());
}

class pixel_source final : public source {
 public:
  pixel_source(std::span<const std::uint8_t> pixels, std::shared_ptr<const void> owner, image_shape shape,
               label_list labels, std::string name, std::vector<pixel_part> parts)
      : pixels_(pixels),
        owner_(std::move(owner)),
        shape_(shape),
        labels_(std::move(labels)),
        name_(std::move(name)),
        parts_(std::move(parts)) {
    if (parts_.empty()) parts_.push_back({0, name_});
    if (shape.height < 1 || shape.height > 16384) out_of_range("height", "1 ... 16384", shape.height);
    if (shape.width < 1 || shape.width > 16384) out_of_range("width", "1 ... 16384", shape.width);
    if (shape.channels != 1 && shape.channels != 3) out_of_range("channels", "1 or 3", shape.channels);
    if (pixels.size() % shape.bytes() != 0)
      out_of_range("pixels", "samples of " + grouped(shape.bytes()) + " bytes", grouped(pixels.size()) + " bytes");
    if (labels_.size() != size()) out_of_range("labels", grouped(size()) + ", one a sample", grouped(labels_.size()));
  }

  std::uint64_t size() const noexcept override { return pixels_.size() / shape_.bytes(); }
  const std::vector<std::string>& class_names() const noexcept override { return labels_.names(); }
  std::int64_t label(std::uint64_t index) const noexcept override { return labels_.label(index); }
  label_kind labels() const noexcept override { return labels_.kind(); }
  void write_label(std::uint64_t index, float* row) const override { labels_.write(index, row); }
  std::string path(std::uint64_t index) const override {
    const auto next = std::upper_bound(parts_.begin() + 1, parts_.end(), index,
                                       [](std::uint64_t i, const pixel_part& p) { return i < p.first; });
    const auto& part = *(next - 1);
    return part.file + "[" + std::to_string(index - part.first) + "]";
  }
  std::string member(std::uint64_t) const override { return {}; }
  std::span<const std::uint8_t> pixels(std::uint64_t index) const noexcept override {
    return pixels_.subspan(index * shape_.bytes(), shape_.bytes());
  }
  std::optional<image_shape> shape() const noexcept override { return shape_; }
  std::string describe() const override {
    return name_ + ": " + counted(size(), "image") + " of " + std::to_string(shape_.height) + " x " +
           std::to_string(shape_.width) + (shape_.channels == 3 ? " RGB" : "") + " pixels " + described(labels_) +
           ", in memory";
  }

 private:
  std::span<const std::uint8_t> pixels_;
  std::shared_ptr<const void> owner_;
  image_shape shape_;
  label_list labels_;
  std::string name_;
  std::vector<pixel_part> parts_;
};

}  // namespace

dataset pixels_of(std::span<const std::uint8_t> pixels, std::shared_ptr<const void> owner, image_shape shape,
                  label_list labels, std::string name) {
  return {std::make_shared<pixel_source>(pixels, std::move(owner), shape, std::move(labels), std::move(name),
                                         std::vector<pixel_part>{})};
}

dataset pixels_of(std::vector<std::uint8_t> pixels, image_shape shape, label_list labels, std::string name,
                  std::vector<pixel_part> parts) {
  auto kept = std::make_shared<const std::vector<std::uint8_t>>(std::move(pixels));
  return {std::make_shared<pixel_source>(*kept, kept, shape, std::move(labels), std::move(name), std::move(parts))};
}

}  // namespace troupe
