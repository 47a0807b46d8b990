// From start() to the first batch on a plan of a million positions, beyond the first decodes themselves.
#include <troupe/augment/transforms.hpp>
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/pipeline/run_state.hpp>
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

// The same photographs again and again, until there are a million.
class repeated final : public source {
 public:
  repeated(dataset of, std::uint64_t n) : of_(std::move(of)), n_(n) {}
  std::uint64_t size() const noexcept override { return n_; }
  const std::vector<std::string>& class_names() const noexcept override { return of_.class_names(); }
  std::int64_t label(std::uint64_t i) const noexcept override { return of_->label(i % of_.size()); }
  std::string path(std::uint64_t i) const override { return of_->path(i % of_.size()); }
  std::span<const std::uint8_t> pixels(std::uint64_t) const noexcept override { return {}; }
  std::optional<image_shape> shape() const noexcept override { return std::nullopt; }
  std::string describe() const override { return "repeated " + of_->describe(); }

 private:
  dataset of_;
  std::uint64_t n_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const auto o = parse(argc, argv);
  const auto photos = image_folder(o.photos);
  std::printf(
      "Time to the first batch of 64 photographs, %d workers; 'beyond' is less what the same 64 take in bare "
      "threads\n\n",
      o.cpus);
  std::printf(
      "| positions in the plan | start() to first batch, ms | the same 64 decoded bare, ms | beyond, ms "
      "|\n|---|---|---|---|\n");
  for (std::uint64_t n : {std::uint64_t{1'000}, std::uint64_t{1'000'000}, std::uint64_t{1'000'000'000}}) {
    const auto p = pipeline{}
                       .load(dataset(std::make_shared<repeated>(photos, n)), {.shuffle = true, .seed = 3})
                       .augment({random_resized_crop(224), random_flip(0.5), imagenet_normalize()})
                       .batch({.size = 64})
                       .budget({.cpus = o.cpus});
    const auto settings = p.settings();
    std::vector<contender> all = {
        {"first batch",
         [&] {
           double s = 0;
           const auto begun = std::chrono::steady_clock::now();
           auto run = p.start();
           for (const auto& b : run.epoch()) {
             s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
             (void)b;
             break;
           }
           return 1e3 * s;
         }},
        {"bare", [&] {
           ring memory(layout::of_images(settings.training.prepare->shape()), 64, 1);
           auto of = settings.positions.at(0);
           of.positions = 64;
           return 1e3 * seconds_of([&] {
                    bare_epoch(settings.training.data, *settings.training.prepare, of, memory, o.cpus, 1);
                  });
         }}};
    interleave(all, o.quick ? 5 : 15);
    std::printf("| %llu | %.1f | %.1f | %.1f |\n", static_cast<unsigned long long>(n), median(all[0].figures),
                median(all[1].figures), median(all[0].figures) - median(all[1].figures));
  }
}
