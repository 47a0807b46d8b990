// Large photographs and PNG, to [N, 3, 224, 224] float32, beside OpenCV in bare threads on the same files. Of a
// photograph that becomes eight times smaller Troupe decodes half the size, and never more than its crop; of a PNG the
// rows down to the crop's last.
#include <troupe/augment/transforms.hpp>
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/pipeline/run_state.hpp>
#include <troupe/sources/image_folder.hpp>

#include <cstdio>
#include <filesystem>

#include "bare.hpp"
#include "line.hpp"
#include "opencv.hpp"
#include "rounds.hpp"

using namespace troupe;
using namespace troupe::bench;

namespace {

struct question {
  const char* what;
  std::string folder;
  std::size_t batch_size;
  std::uint64_t epochs;  ///< of Troupe's rounds, start included
};

void measure(const question& q, const options& o) {
  const auto data = image_folder(q.folder);
  const auto described = pipeline{}
                             .load(data, {.shuffle = true, .seed = 7, .epochs = q.epochs})
                             .augment({random_resized_crop(opencv_side), random_flip(0.5), imagenet_normalize()})
                             .batch({.size = q.batch_size})
                             .budget({.cpus = o.cpus});
  const auto settings = described.settings();
  ring memory(layout::of_images(settings.training.prepare->shape()), q.batch_size, settings.memory.buffers);
  const auto opencv = [&](int interpolation) {
    return bare_opencv(data, settings.positions.at(0), memory, o.cpus, interpolation);
  };
  const std::string by = "bare threads, OpenCV " CV_VERSION " imread + crop + resize, ";
  std::vector<contender> all = {
      {"troupe, " + std::to_string(o.cpus) + " workers", [&] { return line(described, q.epochs); }},
      {"bare threads, troupe's kernels",
       [&] {
         std::uint64_t rows = 0;
         all_marks marks(data.size());
         const auto s = seconds_of([&] {
           for (std::uint64_t e = 0; e < q.epochs; ++e) {
             const auto of = settings.positions.at(e);
             bare_epoch(data, *settings.training.prepare, of, memory, o.cpus, 1, &marks);
             rows += of.positions;
           }
         });
         return double(rows) / s;
       }},
      {by + "INTER_LINEAR (no antialiasing)", [&] { return opencv(cv::INTER_LINEAR); }},
      {by + "INTER_AREA", [&] { return opencv(cv::INTER_AREA); }}};
  const int rounds = o.quick ? 3 : 9;
  interleave(all, rounds);
  double bytes = 0;
  for (std::uint64_t i = 0; i < data.size(); ++i) bytes += double(std::filesystem::file_size(data->path(i)));
  std::printf("%llu %s, %.0f KB each, random_resized_crop(%d), flip, normalise, float32, batch %zu; %d rounds\n\n",
              static_cast<unsigned long long>(data.size()), q.what, 1e-3 * bytes / double(data.size()), opencv_side,
              q.batch_size, rounds);
  print_table(all, "images/s");
  const auto gain = compare(all[1], all[2]);
  std::printf("\nTroupe's kernels: %.2f times OpenCV's decode and plain resize (%.2f – %.2f)\n\n", gain.middle,
              gain.low, gain.high);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const auto o = parse(argc, argv);
  cv::setNumThreads(0);
  measure({"JPEGs of 4000x3000", o.photos + "-large", 8, 8}, o);
  measure({"PNGs of 500x375", o.photos + "-png", 64, 2}, o);
}
