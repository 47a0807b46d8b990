// What coordination alone costs: augmenters that do next to nothing (one pixel), one sample a message.
#include <troupe/augment/transforms.hpp>
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/sources/image_folder.hpp>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "bare.hpp"
#include "rounds.hpp"

using namespace troupe;
using namespace troupe::bench;

namespace {

class single_pixels final : public source {
 public:
  std::uint64_t size() const noexcept override { return 1'000'000; }
  const std::vector<std::string>& class_names() const noexcept override { return names_; }
  std::int64_t label(std::uint64_t) const noexcept override { return 0; }
  std::string path(std::uint64_t i) const override { return std::to_string(i); }
  std::span<const std::uint8_t> pixels(std::uint64_t) const noexcept override { return {&pixel_, 1}; }
  std::optional<image_shape> shape() const noexcept override { return image_shape{1, 1, 1}; }
  std::string describe() const override { return "a million pixels"; }

 private:
  std::uint8_t pixel_ = 128;
  std::vector<std::string> names_ = {"grey"};
};

double rate(const pipeline& p) {
  std::uint64_t rows = 0;
  auto run = p.start();
  const auto s = seconds_of([&] {
    for (const auto& b : run.epoch()) rows += b.rows();
  });
  return double(rows) / s;
}

}  // namespace

int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape): it ends with a message
  const auto o = parse(argc, argv);
  const auto p = pipeline{}
                     .load(dataset(std::make_shared<single_pixels>()), {.shuffle = true})
                     .augment({}, {.chunk = 1})
                     .batch({.size = 256})
                     .budget({.cpus = o.cpus});
  std::vector<contender> all = {{"one sample a message", [&] { return rate(p); }}};
  interleave(all, o.quick ? 3 : 9);
  std::printf("One-pixel images, one sample a message, %d workers\n\n", o.cpus);
  print_table(all, "samples/s");

  const auto photos = image_folder(o.photos);
  const recipe prepare({random_resized_crop(224), random_flip(0.5), imagenet_normalize()});
  const plan positions(
      {.samples = photos.size(), .batch_size = 64, .limit = 400, .epochs = 1, .seed = 1, .shuffle = true});
  ring memory(layout::of_images(prepare.shape()), 64, 4);
  bare_epoch(photos, prepare, positions.at(0), memory, 1, 1);
  const auto one_core = 400 / seconds_of([&] { bare_epoch(photos, prepare, positions.at(0), memory, 1, 1); });
  // Messages of one sample cost both cores' time here; one coordinator has one core of its own on a larger machine.
  std::printf(
      "\nOne core prepares %.0f photographs/s, so one coordinator at %.0f samples/s keeps up with about %.0f cores "
      "of augmenters.\n",
      one_core, median(all[0].figures), median(all[0].figures) / o.cpus / one_core);
}
