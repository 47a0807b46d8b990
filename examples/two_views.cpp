// One source into two lists: what training sees, and the same pictures clean beside it, for distillation, consistency
// or contrast. A sample is read once. Prints:
//   | images [64, 1, 28, 28], clean [64, 1, 28, 28]
//   | clean is the picture as it is: yes
//   | images are what they are without the other view: yes
#include <troupe/troupe.hpp>

#include <cstdio>
#include <cstring>

namespace {

void print(const char* name, const troupe::view& v, const char* after) {
  std::printf("%s [%d, %d, %d, %d]%s", name, int(v.shape[0]), int(v.shape[1]), int(v.shape[2]), int(v.shape[3]), after);
}

}  // namespace

int main() {
  const auto clothes = troupe::fashion_mnist();
  const auto plain = troupe::pipeline{}
                         .load(clothes, {.shuffle = true, .seed = 7, .epochs = 1, .limit = 64})
                         .augment({troupe::random_rotation(20), troupe::random_crop(28, 3)})
                         .batch({.size = 64});
  auto both = plain;
  both.view("clean", {});  // any list; random transforms in it draw numbers of their own

  auto run = both.start(), bare = plain.start();
  const troupe::batch b = *run.epoch().begin(), without = *bare.epoch().begin();
  const auto images = b.images(), clean = b.field("clean");
  print("images", images, ", ");
  print("clean", clean, "\n");

  bool as_it_is = true;
  for (std::size_t r = 0; r < b.rows(); ++r) {
    const auto pixels = clothes->pixels(std::uint64_t(b.indices().as<std::int64_t>()[r]));
    for (std::size_t i = 0; i < pixels.size(); ++i)
      as_it_is = as_it_is && clean.as<float>()[r * pixels.size() + i] == float(pixels[i]) * (1 / 255.0F);
  }
  std::printf("clean is the picture as it is: %s\n", as_it_is ? "yes" : "no");
  const bool same = std::memcmp(images.data, without.images().data, b.rows() * 784 * sizeof(float)) == 0;
  std::printf("images are what they are without the other view: %s\n", same ? "yes" : "no");
}
