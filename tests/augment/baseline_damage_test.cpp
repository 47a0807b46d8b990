#include <troupe/augment/picture_header.hpp>
#include <troupe/augment/scratch.hpp>
#include <troupe/augment/transforms.hpp>

#include "../catch.hpp"
#include "decoders.hpp"

using namespace troupe;

namespace {

/// One worker with two recipes that differ in the decoder alone.
struct pair_of_recipes {
  scratch memory;
  std::vector<transform> list{random_resized_crop(16)};
  decode_options options;
  std::vector<float> row[2];

  /// Whether both give the same verdict and, if there are any, the same pixels.
  bool agree(const bytes& file, std::uint64_t offset) {
    failure bad[2];
    for (const auto decoder : {jpeg_decoder::fast, jpeg_decoder::portable}) {
      options.decoder = decoder;
      const recipe r(list, options);
      const auto i = std::size_t(decoder);
      row[i].assign(r.shape().bytes(), -1);
      bad[i] = r.run({file}, {.offset = offset}, row[i].data(), memory);
    }
    return bad[0].reason == bad[1].reason && bad[0].detail == bad[1].detail && (bad[0] || row[0] == row[1]);
  }
};

std::vector<bytes> small_files() {
  return {jpeg(photograph(24, 33, 3, 1)), jpeg(photograph(21, 18, 3, 2), {.across = 2, .down = 1, .restart_rows = 1}),
          jpeg(photograph(17, 9, 3, 3), {.quality = 100, .across = 1, .down = 1, .optimised = true}),
          jpeg(photograph(19, 26, 1, 4), {.quality = 50, .across = 1, .down = 1})};
}

}  // namespace

TEST_CASE("any byte may be wrong: the fast decoder and libjpeg give one verdict and the same pixels",
          "[augment][fast]") {
  pair_of_recipes both;
  both.options.max_side = 256;
  std::uint64_t taken = 0, tried = 0;
  for (const bytes& file : small_files())
    for (std::size_t at = 2; at < file.size(); ++at)
      for (int flip : {0x01, 0x02, 0x04, 0x10, 0x80, 0xFF}) {
        bytes wrong = file;
        wrong[at] = std::uint8_t(wrong[at] ^ flip);
        wrong.shrink_to_fit();
        both.options.strict = (at + std::size_t(flip)) % 3 != 0;
        const auto before = (*both.memory).baseline.completed();
        INFO("byte " << at << " of " << file.size() << ", " << flip);
        REQUIRE(both.agree(wrong, at));
        taken += (*both.memory).baseline.completed() - before;
        ++tried;
      }
  CHECK(taken > tried / 20);  // damage that makes another good file
}

TEST_CASE("a file may be cut anywhere: the fast decoder and libjpeg give one verdict", "[augment][fast]") {
  pair_of_recipes both;
  for (const bytes& file : small_files())
    for (std::size_t size = 1; size < file.size(); ++size)
      for (const bool end : {false, true}) {
        bytes cut(file.begin(), file.begin() + std::ptrdiff_t(size));
        if (end) cut.insert(cut.end(), {0xFF, 0xD9});
        cut.shrink_to_fit();
        both.options.strict = size % 2 == 0;
        INFO(size << " of " << file.size() << " bytes" << (end ? " and an end marker" : ""));
        REQUIRE(both.agree(cut, size));
      }
}

TEST_CASE("the fast decoder delivers nothing where libjpeg complains of the same rows", "[augment][fast]") {
  std::mt19937 random(5);
  decoders both;
  int taken = 0;
  for (int i = 0; i < 3000; ++i) {
    const int height = 60, width = 50;
    static const std::vector<bytes> files{
        jpeg(photograph(height, width, 3, 1)), jpeg(photograph(height, width, 3, 2), {.restart_rows = 1}),
        jpeg(photograph(height, width, 3, 3), {.across = 2, .down = 1}),
        jpeg(photograph(height, width, 1, 3), {.across = 1, .down = 1, .restart_rows = 2})};
    bytes file = files[std::size_t(i) % files.size()];
    const std::size_t header = 600;
    for (int n = int(random() % 3); n >= 0; --n) {
      const auto at = std::ptrdiff_t(header + random() % (file.size() - header - 2));
      switch (random() % 4) {
        case 0: file[std::size_t(at)] = std::uint8_t(random()); break;
        case 1:
          file.erase(file.begin() + at, file.begin() + std::min(std::ptrdiff_t(file.size()), at + 1 + i % 7));
          break;
        case 2: file.insert(file.begin() + at, 1 + random() % 3, std::uint8_t(random())); break;
        default: file.insert(file.begin() + at, {0xFF, std::uint8_t(0xD0 + random() % 10)});
      }
    }
    const picture_header h = read_header(file, {.max_side = 256});
    if (h.bad) continue;
    bool delivered = false;
    const std::string broken = both.broken_word(file, random_part(random, h.height, h.width), &delivered);
    INFO(i << ": " << broken);
    REQUIRE(broken.empty());
    taken += delivered;
  }
  CHECK(taken > 300);
}
