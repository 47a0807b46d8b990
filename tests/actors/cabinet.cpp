#include "cabinet.hpp"

#include <png.h>

#include <cstring>
#include <map>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

namespace troupe::test {

namespace {

class pixel_source final : public source {
 public:
  explicit pixel_source(std::uint64_t n, bool files) : bytes_(files ? 0 : n), n_(n), files_(files) {
    for (std::uint64_t i = 0; i < bytes_.size(); ++i) bytes_[i] = std::uint8_t(i);
    for (int c = 0; c < 10; ++c) names_.push_back("class " + std::to_string(c));
  }
  std::uint64_t size() const noexcept override { return n_; }
  const std::vector<std::string>& class_names() const noexcept override { return names_; }
  std::int64_t label(std::uint64_t i) const noexcept override { return std::int64_t(i % 10); }
  std::string path(std::uint64_t i) const override { return std::to_string(i); }
  std::span<const std::uint8_t> pixels(std::uint64_t i) const noexcept override {
    return files_ ? std::span<const std::uint8_t>{} : std::span(&bytes_[i], 1);
  }
  std::optional<image_shape> shape() const noexcept override {
    return files_ ? std::nullopt : std::optional(image_shape{1, 1, 1});
  }
  std::string describe() const override { return std::to_string(n_) + " pixels"; }

 private:
  std::vector<std::uint8_t> bytes_;
  std::vector<std::string> names_;
  std::uint64_t n_ = 0;
  bool files_ = false;
};

class mask_source final : public source {
 public:
  explicit mask_source(std::uint64_t n) : n_(n) {}
  std::uint64_t size() const noexcept override { return n_; }
  const std::vector<std::string>& class_names() const noexcept override { return none_; }
  std::int64_t label(std::uint64_t) const noexcept override { return -1; }
  std::string path(std::uint64_t i) const override { return std::to_string(i).insert(0, 1, 'm'); }
  std::span<const std::uint8_t> pixels(std::uint64_t) const noexcept override { return {}; }
  std::optional<image_shape> shape() const noexcept override { return {}; }
  std::string describe() const override { return "masks"; }

 private:
  std::uint64_t n_;
  std::vector<std::string> none_;
};

std::vector<std::uint8_t> png_of(std::uint8_t value, std::uint32_t extent, bool interlaced, bool mask) {
  std::vector<std::uint8_t> out;
  auto* png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  auto* info = png_create_info_struct(png);
  png_set_write_fn(
      png, &out,
      [](png_structp p, png_bytep from, png_size_t n) {
        auto* to = static_cast<std::vector<std::uint8_t>*>(png_get_io_ptr(p));
        to->insert(to->end(), from, from + n);
      },
      nullptr);
  png_set_compression_level(png, 1);
  png_set_IHDR(png, info, extent, extent, 8, mask ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
               interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  std::vector<std::uint8_t> row(std::size_t{3} * extent, value);
  std::vector<png_bytep> rows(extent, row.data());
  std::vector<std::uint8_t> pattern(mask ? std::size_t{2} * extent : 0);
  for (std::size_t i = 0; i < pattern.size(); ++i) pattern[i] = std::uint8_t(value + i % 7);
  for (std::uint32_t y = 0; mask && y < extent; ++y) rows[y] = pattern.data() + y;
  png_set_rows(png, info, rows.data());
  png_write_png(png, info, PNG_TRANSFORM_IDENTITY, nullptr);
  png_destroy_write_struct(&png, &info);
  return out;
}

class paper final : public file_layer::file {
 public:
  explicit paper(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const noexcept override { return bytes_.size(); }
  failure read(std::span<std::uint8_t> to, std::uint64_t from) override {
    std::memcpy(to.data(), bytes_.data() + from, to.size());
    return {};
  }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace

dataset pixels(std::uint64_t n) { return dataset(std::make_shared<pixel_source>(n, false)); }
dataset masks(std::uint64_t n) { return dataset(std::make_shared<mask_source>(n)); }
dataset files(std::uint64_t n) { return dataset(std::make_shared<pixel_source>(n, true)); }

void cabinet::post(std::function<void()> job) {
  if (on_post) on_post();
  jobs_.push_back(std::move(job));
  if (!hold) release();
}

void cabinet::release() {
  if (running_) return;
  running_ = true;
  while (!jobs_.empty()) {
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    job();
  }
  running_ = false;
}

file_layer::opened cabinet::open(const std::string& path) {
  const bool mask = path.front() == 'm';
  const auto index = std::stoull(path.substr(mask ? 1 : 0));
  if (on_open) on_open(index);
  if ((mask ? missing_masks : missing).count(index) > 0) return {nullptr, {fault::missing, "not there"}};
  // Encoded once: an opened file is asked for again in every run of a test.
  static std::map<std::tuple<std::uint8_t, std::uint32_t, bool, bool>, std::vector<std::uint8_t>> images;
  auto& known = images[{std::uint8_t(index), extent, interlaced, mask}];
  if (known.empty()) known = png_of(std::uint8_t(index), extent, interlaced, mask);
  auto bytes = known;
  bytes.resize(bytes.size() + padding);
  if ((mask ? damaged_masks : damaged).count(index) > 0) bytes.resize(bytes.size() / 2);
  return {std::make_unique<paper>(std::move(bytes)), {}};
}

}  // namespace troupe::test
