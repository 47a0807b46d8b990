// What a row of a batch costs, by decoder: photographs to random_resized_crop(224), one thread, and the parts of the
// fast one alone, beside libjpeg-turbo's entropy decoding. Files are in memory; every contender takes the same crops.
#include <troupe/augment/baseline_reader.hpp>
#include <troupe/augment/entropy_decoder.hpp>
#include <troupe/augment/recipe.hpp>
#include <troupe/augment/scratch.hpp>

#include "crops.hpp"
#include "entropy_floor.hpp"
#include "rounds.hpp"

using namespace troupe;
using namespace troupe::bench;

namespace {

using bytes = std::vector<std::uint8_t>;

struct measured {
  const std::vector<photograph>& files;

  /// Microseconds an image.
  template <class Work>
  double each(Work work) {
    const double s = seconds_of([&] {
      for (std::size_t i = 0; i < files.size(); ++i) work(files[i].bytes, i);
    });
    return 1e6 * s / double(files.size());
  }

  double rows(const recipe& r, scratch& memory, batch_of_rows& batch, std::uint64_t epoch,
              const std::vector<std::vector<scan_mark>>& marks = {}) {
    return each([&](const bytes& file, std::size_t i) {
      picture p{file, {}, {}};
      if (!marks.empty()) p.marks = marks[i];
      if (r.run(p, {.seed = 7, .epoch = epoch, .offset = i}, batch.next(), memory)) std::abort();
    });
  }
};

/// Where the rows of MCUs begin in each file, as far as an epoch of crops has shown.
std::vector<std::vector<scan_mark>> marks_of(const std::vector<photograph>& files) {
  const recipe first({random_resized_crop(224)});
  scratch memory;
  std::vector<float> row(first.shape().bytes());
  std::vector<std::vector<scan_mark>> all;
  for (const auto& p : files) {
    if (first.run({p.bytes, {}, {}}, {.seed = 5, .offset = all.size()}, row.data(), memory)) std::abort();
    all.emplace_back(memory.marks().begin(), memory.marks().end());
  }
  return all;
}

/// The parts that the rows need, decoded and no further.
double decoding(measured& m, scratch& memory, std::uint64_t epoch) {
  return m.each([&](const bytes& file, std::size_t i) {
    const rect part = crop_of(*read_baseline(file), epoch, i).source;
    auto& parts = *memory;
    parts.memory.reset(1 << 20);
    if (!parts.baseline.open(file, part, 1, parts.memory)) std::abort();
    for (int y = 0; y < part.height; ++y)
      if (!parts.baseline.next()) std::abort();
  });
}

/// Their entropy-coded data by libjpeg-turbo, down to the last row.
double by_libjpeg(measured& m, const std::vector<bytes>& taller, std::uint64_t epoch) {
  static entropy_floor libjpeg;
  return m.each([&](const bytes& file, std::size_t i) {
    const auto frame = read_baseline(file);
    libjpeg.read(taller[i], mcu_part(*frame, crop_of(*frame, epoch, i).source).end_row);
  });
}

/// Whole pictures, entropy-decoded and no further.
double entropy(measured& m, huffman_shelf& tables, bool keep) {
  static entropy_decoder decoder;
  static coefficient_groups groups;
  static bytes memory(entropy_stream::bytes_needed);
  return m.each([&](const bytes& file, std::size_t) {
    const auto frame = read_baseline(file);
    if (!frame || !decoder.open(*frame, tables, memory.data())) std::abort();
    const int width = 8 * frame->across, height = 8 * frame->down;
    const int mcus = (frame->width + width - 1) / width * ((frame->height + height - 1) / height);
    bool sound = true;
    if (!keep) sound = decoder.skip(mcus);
    for (int i = 0; keep && sound && i < mcus; i += 4) sound = decoder.read(std::min(4, mcus - i), groups);
    if (!sound) std::abort();
  });
}

}  // namespace

int main(int argc, char** argv) {
  const auto o = parse(argc, argv);
  const auto files = photographs(o.photos, o.quick ? 200 : 500);
  std::vector<bytes> taller;
  taller.reserve(files.size());
  for (const auto& p : files) taller.push_back(entropy_floor::taller(p.bytes));
  const auto marks = marks_of(files);
  measured m{files};
  scratch memory;
  huffman_shelf tables;
  const auto with = [](jpeg_decoder d) {
    return recipe({random_resized_crop(224), random_horizontal_flip(), normalize("imagenet")}, {.decoder = d});
  };
  const recipe portable = with(jpeg_decoder::portable), fast = with(jpeg_decoder::fast);
  batch_of_rows batch(fast.shape().bytes());
  std::vector<contender> all = {
      {"row, portable (libjpeg-turbo)", [&, e = 0u]() mutable { return m.rows(portable, memory, batch, e++); }},
      {"row, fast", [&, e = 0u]() mutable { return m.rows(fast, memory, batch, e++); }},
      {"the same crops, entropy decoding by libjpeg-turbo alone (floor)",
       [&, e = 0u]() mutable { return by_libjpeg(m, taller, e++); }},
      {"row, fast, in later epochs: the beginnings of rows are known",
       [&, e = 0u]() mutable { return m.rows(fast, memory, batch, e++, marks); }},
      {"the fast row, decoding without resampling", [&, e = 0u]() mutable { return decoding(m, memory, e++); }},
      {"whole picture, entropy decoding", [&] { return entropy(m, tables, true); }},
      {"whole picture, stepping over", [&] { return entropy(m, tables, false); }},
      {"headers and remembered tables",
       [&] {
         return m.each([&](const bytes& file, std::size_t) {
           if (const auto frame = read_baseline(file); !frame || !tables.ac(frame->of[0].ac)) std::abort();
         });
       }},
      {"two DC and two AC tables built anew", [&] {
         static dc_table dc;
         static ac_table ac;
         return m.each([&](const bytes& file, std::size_t) {
           const auto frame = read_baseline(file);
           for (const auto& c : {frame->of[0], frame->of[1]})
             if (!dc.build(c.dc) || !ac.build(c.ac)) std::abort();
         });
       }}};
  interleave(all, o.quick ? 5 : 15);
  print_table(all, "us/image");
  const auto gain = compare(all[0], all[1]);
  std::printf(
      "\nThe fast row: %.0f images/s a thread, %.2f times the portable one (%.2f - %.2f); %llu of %zu pictures\n",
      1e6 / median(all[1].figures), gain.middle, gain.low, gain.high,
      static_cast<unsigned long long>((*memory).baseline.completed()), 2 * files.size() * (all[1].figures.size() + 1));
  const auto share = compare(all[2], all[1]);
  std::printf("Its rate over that of libjpeg-turbo's entropy decoding alone: %.2f (%.2f - %.2f)\n", share.middle,
              share.low, share.high);
}
