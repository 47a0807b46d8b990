#pragma once
#include <troupe/sources/source.hpp>

#include <array>

/// Sixteen grey images of 8×8, in two classes.
class squares : public troupe::source {
 public:
  std::uint64_t size() const noexcept override { return 16; }
  const std::vector<std::string>& class_names() const noexcept override { return names_; }
  std::int64_t label(std::uint64_t index) const noexcept override { return std::int64_t(index % 2); }
  std::string path(std::uint64_t index) const override { return "squares[" + std::to_string(index) + "]"; }
  std::span<const std::uint8_t> pixels(std::uint64_t) const noexcept override { return pixels_; }
  std::optional<troupe::image_shape> shape() const noexcept override { return troupe::image_shape{8, 8, 1}; }
  std::string describe() const override { return "16 squares"; }

 private:
  std::vector<std::string> names_{"dark", "light"};
  std::array<std::uint8_t, 64> pixels_{};
};
