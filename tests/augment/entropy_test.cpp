#include "../catch.hpp"
#include "coefficients.hpp"

#include <random>
#include <tuple>

using namespace troupe;

TEST_CASE("the coefficients are those that libjpeg reads, stepped over or not", "[augment][fast]") {
  std::mt19937 random(8);
  coefficients both;
  for (const auto& [across, down, channels] : {std::tuple{2, 2, 3}, {2, 1, 3}, {1, 2, 3}, {1, 1, 3}, {1, 1, 1}})
    for (int i = 0; i < 40; ++i) {
      const int height = 1 + int(random() % 200), width = 1 + int(random() % 200);
      const jpeg_style style{.quality = 1 + int(random() % 100),
                             .across = across,
                             .down = down,
                             .optimised = i % 2 == 0,
                             .restart_rows = i % 3};
      bool taken = false;
      const bytes file = jpeg(photograph(height, width, channels, unsigned(i)), style);
      const std::string broken = both.broken_word(file, random, &taken);
      INFO(broken);
      CHECK(broken.empty());
      CHECK(taken);
    }
}

TEST_CASE("a Huffman code that is none is refused, and not remembered", "[augment][fast]") {
  huffman_shelf tables;
  bytes full(16 + 2);
  full[0] = 2;  // two codes of one bit: one would be all ones
  CHECK(!tables.ac(full));
  CHECK(!tables.ac(full));
  full[0] = 1, full[1] = 1;
  CHECK(tables.ac(full));
  CHECK(tables.ac(full) == tables.ac(full));
  full[16] = 16;  // no category of a DC difference
  CHECK(!tables.dc(full));
  CHECK(!tables.dc(full));
  full.pop_back();
  CHECK(!tables.ac(full));
}
