// What an image costs the heap once its worker is warm. malloc of the whole program is seen here, that of libjpeg,
// libpng and zlib included.
#include <troupe/augment/transforms.hpp>

#include <algorithm>
#include <cstdlib>

#include "../catch.hpp"
#include "reference.hpp"

namespace {
thread_local bool watching = false;
thread_local std::size_t largest = 0;

void seen(std::size_t size) {
  if (watching) largest = std::max(largest, size);
}
}  // namespace

// NOLINTBEGIN(bugprone-reserved-identifier): the names of glibc
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);

void* malloc(std::size_t size) {
  seen(size);
  return __libc_malloc(size);
}
void* calloc(std::size_t n, std::size_t size) {
  seen(n * size);
  return __libc_calloc(n, size);
}
void* realloc(void* p, std::size_t size) {
  seen(size);
  return __libc_realloc(p, size);
}
}
// NOLINTEND(bugprone-reserved-identifier)

using namespace troupe;

TEST_CASE("an image takes nothing above 4 KiB from the heap, once its worker is warm", "[augment]") {
  const pixels p = photograph(375, 500, 3, 1);
  const std::vector<bytes> files = {jpeg(p),
                                    jpeg(p, {.optimised = true}),
                                    jpeg(p, {.restart_rows = 1}),
                                    jpeg(p, {.progressive = true}),
                                    jpeg(p, {.orientation = 6}),
                                    jpeg(photograph(2000, 3000, 3, 1)),
                                    png(p),
                                    png(p, {.interlaced = true}),
                                    png(p, {.colour_type = 3})};
  for (const auto decoder : {jpeg_decoder::fast, jpeg_decoder::portable}) {
    const recipe r({random_resized_crop(224), random_horizontal_flip(), normalize("imagenet")}, {.decoder = decoder});
    std::vector<float> row(r.shape().bytes());
    scratch memory;
    for (std::uint64_t offset = 0; offset < 4; ++offset) {
      watching = offset > 0;
      for (const bytes& file : files) {
        largest = 0;
        const auto bad = r.run({file}, {.offset = offset}, row.data(), memory);
        const auto most = largest;
        if (!watching) continue;
        watching = false;
        INFO("file " << &file - files.data());
        CHECK(!bad);
        CHECK(most <= 4096);
        watching = true;
      }
      watching = false;
    }
  }
}
