// What a row of a batch costs, by decoder: photographs to random_resized_crop(224), one thread, and the parts of the
// fast one alone. Files are in memory; every contender takes the same crops.
#include <troupe/augment/baseline_frame.hpp>
#include <troupe/augment/baseline_reader.hpp>
#include <troupe/augment/entropy_decoder.hpp>
#include <troupe/augment/generator.hpp>
#include <troupe/augment/implementation.hpp>
#include <troupe/augment/recipe.hpp>
#include <troupe/augment/scratch.hpp>
#include <troupe/augment/transforms.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "rounds.hpp"

using namespace troupe;
using namespace troupe::bench;

namespace {

using bytes = std::vector<std::uint8_t>;

std::vector<bytes> photographs(const std::string& folder, std::size_t most) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".jpg") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<bytes> files;
  for (std::size_t i = 0; i < most && i < paths.size(); ++i) {
    std::ifstream file(paths[i * std::max<std::size_t>(1, paths.size() / most)], std::ios::binary);
    files.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return files;
}

struct measured {
  const std::vector<bytes>& files;

  /// Microseconds an image.
  template <class Work>
  double each(Work work) {
    const double s = seconds_of([&] {
      for (std::size_t i = 0; i < files.size(); ++i) work(files[i], i);
    });
    return 1e6 * s / double(files.size());
  }

  double rows(const recipe& r, scratch& memory, std::vector<float>& row, std::uint64_t epoch) {
    return each([&](const bytes& file, std::size_t i) {
      if (r.run({file}, {.seed = 7, .epoch = epoch, .offset = i}, row.data(), memory)) std::abort();
    });
  }
};

/// The parts that the rows need, decoded and no further.
double decoding(measured& m, scratch& memory, std::uint64_t epoch) {
  const auto draw = random_resized_crop(224);
  return m.each([&](const bytes& file, std::size_t i) {
    const auto frame = read_baseline(file);
    generator random = generator({.seed = 7, .epoch = epoch, .offset = i}, 0).for_operation(0);
    const resampling view = draw->arrange({{frame->height, frame->width, 3}, random, nullptr});
    auto& parts = *memory;
    parts.memory.reset(1 << 20);
    if (!parts.baseline.open(file, view.source, 1, parts.memory)) std::abort();
    for (int y = 0; y < view.source.height; ++y)
      if (!parts.baseline.next()) std::abort();
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
  measured m{files};
  scratch memory;
  huffman_shelf tables;
  const auto with = [](jpeg_decoder d) {
    return recipe({random_resized_crop(224), random_horizontal_flip(), normalize("imagenet")}, {.decoder = d});
  };
  const recipe portable = with(jpeg_decoder::portable), fast = with(jpeg_decoder::fast);
  std::vector<float> row(fast.shape().bytes());
  std::vector<contender> all = {
      {"row, portable (libjpeg-turbo)", [&, e = 0u]() mutable { return m.rows(portable, memory, row, e++); }},
      {"row, fast", [&, e = 0u]() mutable { return m.rows(fast, memory, row, e++); }},
      {"the same, decoding without resampling", [&, e = 0u]() mutable { return decoding(m, memory, e++); }},
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
      static_cast<unsigned long long>((*memory).baseline.completed()), files.size() * (all[1].figures.size() + 1));
}
