// What augmentation costs: every single transform, points in a row and policies, from an image in memory to an image in
// memory, beside torchvision and OpenCV on the same images and one thread; and what policies cost in the row of a
// batch.
#include <troupe/augment/pages.hpp>
#include <troupe/augment/recipe.hpp>
#include <troupe/augment/spec.hpp>

#include <time.h>

#include <opencv2/core/version.hpp>

#include <memory>

#include "augment_opencv.hpp"
#include "crops.hpp"
#include "peer.hpp"
#include "rounds.hpp"

using namespace troupe;
using namespace troupe::bench;

namespace {

constexpr int side = 224;
constexpr std::size_t count = 64, image_size = std::size_t(side) * side * 3;
using bytes = std::vector<std::uint8_t>;

struct question {
  const char* name;  ///< what the others know it by
  const char* list;
};

constexpr question singles[] = {
    {"random_resized_crop", "random_resized_crop(224, scale=(0.5, 0.5), ratio=(1, 1))"},
    {"resize", "resize((160, 160))"},
    {"center_crop", "center_crop(160)"},
    {"random_horizontal_flip", "random_horizontal_flip(1)"},
    {"random_vertical_flip", "random_vertical_flip(1)"},
    {"pad", "pad(16)"},
    {"pad_reflect", "pad(16, padding_mode=reflect)"},
    {"rotation_nearest", "random_rotation((30, 30))"},
    {"rotation_bilinear", "random_rotation((30, 30), interpolation=bilinear)"},
    {"affine_nearest", "random_affine((20, 20), scale=(1.1, 1.1), shear=(10, 10))"},
    {"affine_bilinear", "random_affine((20, 20), scale=(1.1, 1.1), shear=(10, 10), interpolation=bilinear)"},
    {"translate_nearest", "random_affine((0, 0), translate=(0.13, 0))"},
    {"perspective_nearest", "random_perspective(0.2, p=1, interpolation=nearest)"},
    {"perspective_bilinear", "random_perspective(0.2, p=1)"},
    {"elastic_transform", "elastic_transform(50, sigma=5)"},
    {"brightness", "color_jitter(brightness=(1.3, 1.3))"},
    {"contrast", "color_jitter(contrast=(0.8, 0.8))"},
    {"saturation", "color_jitter(saturation=(1.2, 1.2))"},
    {"hue", "color_jitter(hue=(0.1, 0.1))"},
    {"color_jitter", "color_jitter((1.3, 1.3), (0.8, 0.8), (1.2, 1.2), (0.1, 0.1))"},
    {"grayscale", "grayscale"},
    {"random_invert", "random_invert(1)"},
    {"random_posterize", "random_posterize(3, p=1)"},
    {"random_solarize", "random_solarize(128, p=1)"},
    {"random_autocontrast", "random_autocontrast(1)"},
    {"random_equalize", "random_equalize(1)"},
    {"random_adjust_sharpness", "random_adjust_sharpness(2, p=1)"},
    {"random_channel_permutation", "random_channel_permutation"},
    {"gaussian_blur_3", "gaussian_blur(3, sigma=(0.8, 0.8))"},
    {"gaussian_blur_23", "gaussian_blur(23, sigma=(2, 2))"},
    {"gaussian_noise", "gaussian_noise(0, 0.1)"},
    {"jpeg", "jpeg((50, 50))"},
    {"random_erasing", "random_erasing(1, scale=(0.11, 0.11))"},
    {"cutout", "cutout(64)"},
    {"normalize", "normalize(imagenet)"},
};
constexpr question in_a_row[] = {
    {"points",
     "random_solarize(200, p=1), random_posterize(7, p=1), random_invert(1), random_solarize(100, p=1), "
     "random_posterize(5, p=1)"},
    {"points_and_histograms",
     "random_equalize(1), random_solarize(200, p=1), random_posterize(5, p=1), random_invert(1), "
     "random_autocontrast(1)"}};
constexpr question policies[] = {{"auto_augment", "auto_augment"},
                                 {"rand_augment", "rand_augment(2, 9)"},
                                 {"trivial_augment_wide", "trivial_augment_wide"},
                                 {"aug_mix", "aug_mix"}};

transform one_table_each() {
  return transform("nothing", [](image&, generator&) {});
}

/// Processor time of this thread: others on the machine take none of it.
double thread_seconds(const std::function<void()>& work) {
  const auto now = [] {
    timespec t{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
  };
  const double begun = now();
  work();
  return now() - begun;
}

/// Images to measure on, and where the peer finds them.
struct pictures {
  std::vector<bytes> all;
  std::string file = "build/augment-images";

  explicit pictures(const std::string& folder) {
    const recipe cut(parse_transforms("resize(256), center_crop(224)", side), {}, {},
                     {.type = element::uint8, .channels_last = true});
    scratch memory;
    std::ofstream out(file, std::ios::binary);
    for (const auto& p : photographs(folder, count)) {
      auto& pixels = all.emplace_back(image_size);
      if (cut.run({p.bytes}, {.seed = 7, .offset = all.size()}, pixels.data(), memory)) std::abort();
      out.write(reinterpret_cast<const char*>(pixels.data()), std::streamsize(pixels.size()));
    }
    if (all.size() != count || !out) std::abort();
  }

  /// A list of transforms, in us an image.
  contender by_us(const std::string& name, std::vector<transform> list) const {
    const bool floats = list.back().to_string().rfind("normalize", 0) == 0;
    const row_format format = floats ? row_format{} : row_format{.type = element::uint8, .channels_last = true};
    auto r = std::make_shared<recipe>(std::move(list), decode_options{}, image_shape{side, side, 3}, format);
    // as the rows of a batch lie, and what OpenCV allocates: where a line of the cache begins
    auto to = std::make_shared<pages>(take_pages(r->shape().bytes() * size_of(format.type)));
    return {name, [this, r, to, memory = std::make_shared<scratch>(), epoch = std::uint64_t{0}]() mutable {
              ++epoch;
              return each([&](std::size_t i) {
                const picture p{all[i], image_shape{side, side, 3}};
                if (r->run(p, {.seed = 7, .epoch = epoch, .offset = i}, to->get(), *memory)) std::abort();
              });
            }};
  }
  contender by_opencv(const by_cv& work) const {
    return {"opencv", [this, work] {
              cv::Mat to;
              return each([&](std::size_t i) {
                work(cv::Mat(side, side, CV_8UC3, const_cast<std::uint8_t*>(all[i].data())), to);
              });
            }};
  }

 private:
  /// Passes over all images until 20 ms have gone: what takes a millisecond would measure who ran before it.
  template <class Work>
  static double each(Work work) {
    double s = 0;
    int passes = 0;
    for (; s < 0.02; ++passes)
      s += thread_seconds([&] {
        for (std::size_t i = 0; i < count; ++i) work(i);
      });
    return 1e6 * s / double(passes) / double(count);
  }
};

/// One line of a table: our figure, theirs, and how many times ours the fastest of theirs is.
class comparison {
 public:
  comparison(const pictures& images, std::vector<std::unique_ptr<peer>>& peers, int rounds)
      : images_(images), peers_(peers), rounds_(rounds) {}

  static void head() {
    std::printf(
        "| | Troupe | torchvision, tensors | torchvision, PIL | OpenCV | the fastest of the three over Troupe |\n");
    std::printf("|---|---|---|---|---|---|\n");
  }
  void line(const question& q) {
    std::vector<contender> all{images_.by_us("troupe", parse_transforms(q.list, side))};
    for (auto& p : peers_)
      for (const std::string form : {"tensor", "pil"}) add(all, *p, form, q.name);
    const auto& known = opencv_work();
    if (const auto found = known.find(q.name); found != known.end()) all.push_back(images_.by_opencv(found->second));
    interleave(all, rounds_);
    const contender* best = nullptr;
    for (const auto& c : all)
      if (&c != &all.front() && (best == nullptr || median(c.figures) < median(best->figures))) best = &c;
    std::printf("| `%s` | %.1f | %s | %s | %s |", q.list, median(all.front().figures), shown(all, "tensor").c_str(),
                shown(all, "pil").c_str(), shown(all, "opencv").c_str());
    if (best != nullptr) {
      const auto r = compare(*best, all.front());
      slowest_ = std::min(slowest_, r.middle);
      std::printf(" %.2f (%.2f – %.2f) |", r.middle, r.low, r.high);
    }
    std::printf("\n");
    std::fflush(stdout);
  }
  double slowest() const noexcept { return slowest_; }

 private:
  static void add(std::vector<contender>& all, peer& p, const std::string& form, const std::string& name) {
    const std::string asked = form + " " + name;
    if (p.ask(asked) == "-") return;
    all.push_back({form, [&p, asked] { return std::atof(p.ask(asked).c_str()); }});
  }
  static std::string shown(const std::vector<contender>& all, const std::string& name) {
    for (const auto& c : all) {
      char text[32];
      std::snprintf(text, sizeof text, "%.1f", median(c.figures));
      if (c.name == name) return text;
    }
    return "";
  }

  const pictures& images_;
  std::vector<std::unique_ptr<peer>>& peers_;
  int rounds_ = 1;
  double slowest_ = 1e9;
};

/// Points in a row, composed and one after another.
void composed(const pictures& images, int rounds) {
  std::printf("\n| points in a row | one table for all, us | one table each, us | ratio |\n|---|---|---|---|\n");
  for (const auto& q : in_a_row) {
    std::vector<transform> separate;
    for (const transform& t : parse_transforms(q.list, side)) {
      if (!separate.empty()) separate.push_back(one_table_each());
      separate.push_back(t);
    }
    std::vector<contender> all{images.by_us("composed", parse_transforms(q.list, side)),
                               images.by_us("each", std::move(separate))};
    interleave(all, rounds);
    const auto r = compare(all[1], all[0]);
    std::printf("| %s | %.1f | %.1f | %.2f (%.2f – %.2f) |\n", q.name, median(all[0].figures), median(all[1].figures),
                r.middle, r.low, r.high);
  }
}

/// Rows of a batch, out of JPEGs in memory.
void rows(const std::vector<photograph>& files, int rounds) {
  std::vector<contender> all;
  for (const std::string extra :
       {"", "rand_augment(2, 9), ", "auto_augment, ", "trivial_augment_wide, ", "aug_mix, "}) {
    const std::string list = "random_resized_crop(224), random_horizontal_flip(0.5), " + extra + "normalize(imagenet)";
    auto r = std::make_shared<recipe>(parse_transforms(list, side));
    auto batch = std::make_shared<batch_of_rows>(r->shape().bytes());
    all.push_back({extra.empty() ? "none" : extra.substr(0, extra.size() - 2),
                   [&files, r, batch, memory = std::make_shared<scratch>(), epoch = std::uint64_t{0}]() mutable {
                     ++epoch;
                     const double s = thread_seconds([&] {
                       for (std::size_t i = 0; i < files.size(); ++i)
                         if (r->run({files[i].bytes}, {.seed = 7, .epoch = epoch, .offset = i}, batch->next(), *memory))
                           std::abort();
                     });
                     return double(files.size()) / s;
                   }});
  }
  interleave(all, rounds);
  std::printf("\n%zu photographs, random_resized_crop(224), flip, policy, normalise, float32; one thread\n\n",
              files.size());
  std::printf("| policy | median images/s | rate over that without (interval) |\n|---|---|---|\n");
  for (const auto& c : all) {
    const auto r = compare(c, all.front());
    std::printf("| %s | %.0f | %.3f (%.3f – %.3f) |\n", c.name.c_str(), median(c.figures), r.middle, r.low, r.high);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto o = parse(argc, argv);
  cv::setNumThreads(0);
  const pictures images(o.photos);
  std::vector<std::unique_ptr<peer>> peers;
  for (const auto& command : o.peers)
    peers.push_back(
        std::make_unique<peer>(command + " " + images.file + " " + std::to_string(count) + " " + std::to_string(side)));
  const int rounds = o.quick ? 3 : 15;
  std::printf(
      "%zu images of %dx%d, uint8 RGB, us of one thread's processor time an image; %d rounds, interleaved, medians\n",
      count, side, side, rounds);
  for (const auto& p : peers) std::printf("%s. ", p->name().c_str());
  std::printf("OpenCV " CV_VERSION ".\n\n");
  comparison all(images, peers, rounds);
  all.head();
  for (const auto& q : singles) all.line(q);
  std::printf("\nPoints in a row, and policies:\n\n");
  all.head();
  for (const auto& q : in_a_row) all.line(q);
  for (const auto& q : policies) all.line(q);
  std::printf("\nThe least of these ratios: %.2f\n", all.slowest());
  composed(images, rounds);
  rows(photographs(o.photos, o.quick ? 200 : 500), o.quick ? 5 : 15);
}
