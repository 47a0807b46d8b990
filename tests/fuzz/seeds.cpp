// seeds FOLDER: small JPEGs of every kind that the fast decoder takes, and of some that it does not, and pictures of
// the other formats, each behind four bytes that choose a part or the limits.
#include <fstream>
#include <string>
#include <tuple>
#include <utility>

#include "../augment/encoded.hpp"
#include "../augment/further_encoded.hpp"
#include "../augment/webp_encoded.hpp"

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  int number = 0;
  const auto write = [&](const bytes& seed) {
    std::ofstream(argv[1] + ("/seed" + std::to_string(number++)), std::ios::binary)
        .write(reinterpret_cast<const char*>(seed.data()), std::streamsize(seed.size()));
  };
  for (const auto& [across, down, channels] : {std::tuple{2, 2, 3}, {2, 1, 3}, {1, 2, 3}, {1, 1, 3}, {1, 1, 1}})
    for (const auto& [height, width] : {std::pair{9, 17}, {16, 16}, {33, 40}, {3, 3}})
      for (const int quality : {30, 75, 100})
        for (const int kind : {0, 1, 2, 3}) {
          const jpeg_style style{.quality = quality,
                                 .across = across,
                                 .down = down,
                                 .progressive = kind == 3,
                                 .optimised = kind == 1,
                                 .restart_rows = kind == 2 ? 1 : 0};
          const pixels p = quality == 100 ? checkerboard(height, width, channels)
                                          : photograph(height, width, channels, unsigned(number));
          bytes seed = jpeg(p, style);
          const std::uint8_t part[] = {std::uint8_t(number * 37), std::uint8_t(number * 91), 255, 255};
          const bool all = number % 2 == 0;
          seed.insert(seed.begin(), {all ? std::uint8_t(0) : part[0], all ? std::uint8_t(0) : part[1], 255, 255});
          write(seed);
        }
  const auto write_behind = [&](bytes seed) {
    seed.insert(seed.begin(), {60, 90, 200, 255});
    write(seed);
  };
  write_behind(jpeg(photograph(9, 17, 3, 1), {.orientation = 6}));
  write_behind(jpeg(photograph(9, 17, 3, 1), {.orientation = 3, .big_endian = true}));
  write_behind(jpeg(photograph(9, 17, 3, 1), {.cmyk = true}));
  for (const png_style& style : {png_style{},
                                 {.interlaced = true},
                                 {.colour_type = 6, .bit_depth = 16},
                                 {.colour_type = 3, .bit_depth = 4},
                                 {.colour_type = 0, .bit_depth = 1}})
    write_behind(png(photograph(19, 23, 3, 1), style));
  for (const webp_style& style :
       {webp_style{}, {.quality = 20, .alpha = true}, {.lossless = true}, {.lossless = true, .colours = 9}})
    write_behind(webp(photograph(19, 23, 3, 1), style));
  pixels indices = photograph(19, 23, 1, 1);
  for (auto& v : indices.data) v = std::uint8_t(v / 16);
  for (const gif_style& style : {gif_style{}, {.colours = 16, .interlaced = true}, {.local = true, .frames = 2}})
    write_behind(gif(indices, style));
  for (const bmp_style& style : {bmp_style{}, {.bits = 16, .header = 108}, {.bits = 32, .top_down = true}})
    write_behind(bmp(photograph(19, 23, 3, 1), style));
  write_behind(bmp(indices, {.bits = 4}));
  for (const tiff_style& style : {tiff_style{},
                                  {.compression = 5, .predictor = 2},
                                  {.compression = 8, .tile = 16},
                                  {.photometric = 6, .compression = 7, .rows_per_strip = 16},
                                  {.planar = true, .orientation = 6}})
    write_behind(tiff(photograph(19, 23, 3, 1), style));
  write_behind(tiff_by_hand(photograph(19, 23, 1, 1), true));
}
