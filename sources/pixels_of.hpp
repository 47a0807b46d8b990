#pragma once
#include <troupe/sources/label_list.hpp>
#include <troupe/sources/source.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace troupe {

/// A data set of pixels that a program has already: `[N, H, W, C]` uint8, C one (grey) or three (RGB), samples end to
/// end. Nothing is copied: `owner` keeps the bytes, whoever's they are.
///
///     auto t = std::make_shared<at::Tensor>(…);     // uint8 [N, 28, 28], contiguous
///     auto data = troupe::pixels_of({t->data_ptr<std::uint8_t>(), std::size_t(t->numel())}, t, {28, 28, 1},
///                                   troupe::label_list::of_classes(labels));
///
/// `name` stands for it in messages: sample 3 is `name[3]`. Throws std::invalid_argument where the bytes are no whole
/// number of samples, labels are more or fewer, or the shape is no image.
dataset pixels_of(std::span<const std::uint8_t> pixels, std::shared_ptr<const void> owner, image_shape shape,
                  label_list labels, std::string name = "memory");

/// Samples that came from one file: those from `first` on, up to the next part.
struct pixel_part {
  std::uint64_t first = 0;
  std::string file;
};

/// The same with bytes of its own. Where they came from files, sample 3 is `FILE[3]`, counted from the first of its
/// part.
dataset pixels_of(std::vector<std::uint8_t> pixels, image_shape shape, label_list labels, std::string name = "memory",
                  std::vector<pixel_part> parts = {});

}  // namespace troupe
