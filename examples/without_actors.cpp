// The transforms alone, in a program without actors and without LibTorch: it links troupe::vision. Bytes of a picture
// go in, a row of numbers comes out, and what was drawn is said. Takes a file, or examples/photograph.jpg ("Picture 0B"
// by Trevor "Freespace", 2018, CC BY 4.0). Prints:
//   | epoch 0, mean -0.70
//   |   random_resized_crop top=4 left=68 height=153 width=137
//   |   random_horizontal_flip flipped=no
//   |   color_jitter brightness_factor=0.895007 order=brightness
//   |   normalize
//   | epoch 1, mean -0.66
//   |   random_resized_crop top=0 left=40 height=143 width=181
//   |   random_horizontal_flip flipped=yes
//   |   color_jitter brightness_factor=0.876238 order=brightness
//   |   normalize
#include <troupe/augment/recipe.hpp>
#include <troupe/augment/spec.hpp>
#include <troupe/augment/transforms.hpp>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <numeric>

namespace {

std::string said(const troupe::drawn& d) {
  std::string text = d.op;
  for (const auto& [name, value] : d.values) {
    text += " " + name + "=";
    if (const auto* whole = std::get_if<std::int64_t>(&value)) text += std::to_string(*whole);
    if (const auto* real = std::get_if<double>(&value)) text += std::to_string(*real);
    if (const auto* truth = std::get_if<bool>(&value)) text += *truth ? "yes" : "no";
    if (const auto* word = std::get_if<std::string>(&value)) text += *word;
  }
  return text;
}

}  // namespace

int main(int, char** argv) {
  std::ifstream file(argv[1] ? argv[1] : "examples/photograph.jpg", std::ios::binary);
  const std::vector<char> read{std::istreambuf_iterator<char>(file), {}};
  const std::vector<std::uint8_t> bytes(read.begin(), read.end());

  const troupe::recipe prepare(troupe::parse_transforms(
      "random_resized_crop(64), random_horizontal_flip, color_jitter(0.4), normalize(imagenet)", 64));
  std::vector<float> row(prepare.shape().bytes());  // [3, 64, 64] float32 RGB, normalised
  troupe::scratch memory;                           // one for each thread
  for (std::uint64_t epoch : {0, 1}) {
    std::vector<troupe::drawn> report;
    const troupe::sample_key key{.seed = 7, .epoch = epoch, .offset = 0};
    if (const auto bad = prepare.run({bytes}, key, row.data(), memory, &report)) {
      std::fprintf(stderr, "%s: %s\n", troupe::to_string(bad.reason), bad.detail.c_str());
      return 1;
    }
    std::printf("epoch %d, mean %.2f\n", int(epoch), std::accumulate(row.begin(), row.end(), 0.0) / double(row.size()));
    for (const troupe::drawn& d : report) std::printf("  %s\n", said(d).c_str());
  }
}
