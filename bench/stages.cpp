// Where the time of a row goes: a photograph to random_resized_crop(224), flip, normalise, one thread. Each stage runs
// by itself on the same crop, straight after the one before it; those that only run within another are told by
// difference. What the sum leaves of a whole row is the rest.
#include <troupe/augment/baseline_reader.hpp>
#include <troupe/augment/entropy_decoder.hpp>
#include <troupe/augment/inverse_dct.hpp>
#include <troupe/augment/kernels.hpp>
#include <troupe/augment/recipe.hpp>
#include <troupe/augment/resampler.hpp>
#include <troupe/augment/scratch.hpp>
#include <troupe/augment/store.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <numeric>

#include "crops.hpp"
#include "rounds.hpp"

using namespace troupe;
using namespace troupe::bench;

namespace {

constexpr int side = 224;

/// Entropy decoding of a part and what comes before and after it, as `baseline_reader` does them for 4:2:0.
class decoding {
 public:
  void open(const std::vector<std::uint8_t>& file) {
    frame_ = *read_baseline(file);
    for (std::size_t c = 0; c < 3; ++c) steps_[c] = dequantisation(frame_.of[c].quantisation);
    if (!entropy_.open(frame_, tables_, window_.data())) std::abort();
  }

  /// After `open`.
  void run(const rect& part, bool transform) {
    const mcu_part mcus(frame_, part);
    bool sound = true;
    for (int row = 0; row < mcus.end_row && sound; ++row) {
      if (row < mcus.first_row) {
        sound = entropy_.skip(mcus.across);
        continue;
      }
      sound = entropy_.skip(mcus.first);
      for (int m = mcus.first; m < mcus.end && sound; m += coefficient_groups::mcus) {
        sound = entropy_.read(std::min(coefficient_groups::mcus, mcus.end - m), groups_);
        if (transform) to_samples(row, m - mcus.first);
      }
      sound = sound && entropy_.skip(mcus.across - mcus.end);
    }
    if (!sound) std::abort();
    groups_.values.fill(0);
  }

 private:
  static constexpr std::size_t stride = 1024;  ///< of samples, two rows of MCUs high
  void to_samples(int row, int m) {
    int g = 0;
    for (int c = 0; c < 3; ++c) {
      const int factor = c == 0 ? 2 : 1;
      for (int y = 0; y < factor; ++y)
        for (int x = 0; x < factor; ++x, ++g) {
          const auto line = std::size_t((row * factor + y) % (2 * factor)) * 8;
          std::uint8_t* to = samples_[std::size_t(c)].data() + line * stride + std::size_t(m * factor + 4 * x) * 8;
          if (!inverse_dct(groups_.group(g), steps_[std::size_t(c)], groups_.last[std::size_t(g)], to, stride))
            std::abort();
        }
    }
  }

  baseline_frame frame_;
  std::array<dequantisation, 3> steps_;
  huffman_shelf tables_;
  entropy_decoder entropy_;
  coefficient_groups groups_;
  std::vector<std::uint8_t> window_ = std::vector<std::uint8_t>(entropy_stream::bytes_needed);
  std::array<std::vector<std::uint8_t>, 3> samples_{std::vector<std::uint8_t>(32 * stride),
                                                    std::vector<std::uint8_t>(16 * stride),
                                                    std::vector<std::uint8_t>(16 * stride)};
};

/// The passes of `resampler` one after the other, with the same rows in the same ring.
class passes {
 public:
  void weigh(const resampling& view) {
    memory_.reset(1 << 20);
    const axis_request across{.length = double(view.source.width),
                              .limit = view.source.width,
                              .full = side,
                              .count = side,
                              .mirror = view.mirror};
    axis_request down = across;
    down.length = view.source.height;
    down.limit = view.source.height;
    down.mirror = false;
    across_ = make_windows(across, memory_);
    down_ = make_axis(down, memory_);
  }
  void across(const std::vector<std::uint8_t>& planes, std::size_t width) {
    ring_.resize(std::size_t(down_.taps) * 3 * stride);
    for (int y = down_.lowest; y <= down_.highest; ++y)
      for (int c = 0; c < 3; ++c)
        kernels::filter_columns(planes.data() + std::size_t((y - down_.lowest) * 3 + c) * width, across_, slot(y, c));
  }
  void down() {
    taps_.resize(std::size_t(down_.taps));
    for (int y = 0; y < side; ++y)
      for (int c = 0; c < 3; ++c) {
        for (int k = 0; k < down_.taps; ++k) taps_[std::size_t(k)] = slot(down_.start[y] + k, c);
        kernels::filter_rows(taps_.data(), down_.weights + std::ptrdiff_t(y) * down_.taps, down_.taps, side,
                             finished_[std::size_t(c)].data());
      }
  }
  void store(float* row) {
    const row_target to{row, {}, {0.017F, 0.017F, 0.017F}, {-2.1F, -2.1F, -2.1F}};
    for (int y = 0; y < side; ++y)
      kernels::store({finished_[0].data(), finished_[1].data(), finished_[2].data()}, side, false, {side, side, 3},
                     std::size_t(y) * side, to);
  }

 private:
  static constexpr std::size_t stride = 320;
  std::uint8_t* slot(int y, int c) { return ring_.data() + std::size_t(y % down_.taps * 3 + c) * stride; }

  arena memory_;
  filter_windows across_;
  filter_axis down_;
  std::vector<std::uint8_t> ring_;
  std::vector<const std::uint8_t*> taps_;
  std::array<std::array<std::uint8_t, stride>, 3> finished_{};
};

/// The decoded part; where wanted in planes row by row, `[height, 3, width]`.
void decode(baseline_reader& reader, arena& memory, const std::vector<std::uint8_t>& file, const rect& part,
            std::size_t width = 0, std::vector<std::uint8_t>* planes = nullptr) {
  memory.reset(1 << 20);
  if (!reader.open(file, part, 1, memory)) std::abort();
  if (planes) planes->resize(std::size_t(part.height) * 3 * width);
  for (int y = 0; y < part.height; ++y) {
    const pixel_row row = reader.next();
    for (std::size_t c = 0; planes && c < 3; ++c)
      std::copy_n(row.plane[c], part.width, planes->data() + (std::size_t(y) * 3 + c) * width);
  }
  if (!reader.complete()) std::abort();
}

void read_file(const photograph& p, std::vector<std::uint8_t>& to) {
  const int fd = ::open(p.path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat info {};
  if (fd < 0 || ::fstat(fd, &info) != 0) std::abort();
  to.resize(std::size_t(info.st_size));
  if (::pread(fd, to.data(), to.size(), 0) != info.st_size) std::abort();
  ::close(fd);
}

/// One crop of one photograph.
struct job {
  const photograph& from;
  sample_key key;
  resampling view;
  rect part;  ///< that is decoded
};
using step = std::function<void(const job&)>;

/// A stage, in us an image.
contender timed(const char* name, const std::vector<photograph>& files, const step& prepare, const step& work) {
  return {name, [&files, prepare, work, epoch = std::uint64_t{0}]() mutable {
            double seconds = 0;
            arena memory;
            for (std::size_t i = 0; i < files.size(); ++i) {
              const auto frame = read_baseline(files[i].bytes);
              const resampling view = crop_of(*frame, epoch, i);
              memory.reset(1 << 20);
              const rect part = resampler(view, {frame->height, frame->width, 3}, 1, memory).needed();
              const job j{files[i], {.seed = 7, .epoch = epoch, .offset = i}, view, part};
              prepare(j);
              seconds += seconds_of([&] { work(j); });
            }
            ++epoch;
            return 1e6 * seconds / double(files.size());
          }};
}

}  // namespace

int main(int argc, char** argv) {
  const auto o = parse(argc, argv);
  const auto files = photographs(o.photos, o.quick ? 200 : 500);
  const recipe prepare({random_resized_crop(side), random_horizontal_flip(), normalize("imagenet")});
  scratch memory;
  decoding decoder;
  passes filters;
  arena decoder_memory;
  baseline_reader reader;
  std::vector<std::uint8_t> file, planes;
  batch_of_rows batch(prepare.shape().bytes());
  const auto width = [](const job& j) { return std::size_t(j.part.width) + kernels::padding; };

  const step nothing = [](const job&) {}, load = [&](const job&j) { read_file(j.from, file); };
  const step weigh = [&](const job& j) { filters.weigh(j.view); };
  const step across = [&](const job& j) { filters.across(planes, width(j)); };
  const step rows_ready = [&](const job& j) {
    load(j);
    decode(reader, decoder_memory, file, j.part, width(j), &planes);
    weigh(j);
  };
  enum { reading, header, tables, entropy, transformed, decoded, weights, horizontal, vertical, stored, whole };
  std::vector<contender> all = {
      timed("read the file, page cache warm", files, nothing, load),
      timed("header walk, the strict verdict", files, load,
            [&](const job&) {
              if (read_header(file, {}).bad) std::abort();
            }),
      timed("markers, remembered Huffman tables", files, load, [&](const job&) { decoder.open(file); }),
      timed("entropy decoding", files, load, [&](const job& j) { decoder.open(file), decoder.run(j.part, false); }),
      timed("inverse DCT", files, load, [&](const job& j) { decoder.open(file), decoder.run(j.part, true); }),
      timed("chroma upsampling, colour", files, load,
            [&](const job& j) { decode(reader, decoder_memory, file, j.part); }),
      timed("filter weights", files, nothing, weigh),
      timed("resample, horizontal", files, rows_ready, across),
      timed(
          "resample, vertical", files, [&](const job& j) { rows_ready(j), across(j); },
          [&](const job&) { filters.down(); }),
      timed("normalise, float32, store to the batch", files, nothing, [&](const job&) { filters.store(batch.next()); }),
      timed("**whole row**", files, nothing, [&](const job& j) {
        load(j);
        if (prepare.run({file}, j.key, batch.next(), memory)) std::abort();
      })};
  const int rounds = o.quick ? 5 : 15;
  interleave(all, rounds);

  std::vector<double> us(all.size());
  std::transform(all.begin(), all.end(), us.begin(), [](const contender& c) { return median(c.figures); });
  us[decoded] -= us[transformed];
  us[transformed] -= us[entropy];
  us[entropy] -= us[tables];
  const double rest = 2 * us[whole] - std::accumulate(us.begin(), us.end(), 0.0);
  std::printf("%zu photographs to random_resized_crop(%d), one thread, %d rounds\n\n", files.size(), side, rounds);
  std::printf("| | us an image | share |\n|---|---|---|\n");
  const auto line = [&](const std::string& name, double v) {
    std::printf("| %s | %.1f | %.1f %% |\n", name.c_str(), v, 100 * v / us[whole]);
  };
  for (std::size_t s = 0; s < whole; ++s) line(all[s].name, us[s]);
  line("the rest: calls, memory, what a stage alone finds in a cache", rest);
  line(all[whole].name, us[whole]);
}
