// A policy of your own from parts, one of them your own as well, and known to text by a name. Prints:
//   | random_apply([random_order([speckle(0.100000), random_choice([random_invert(p=1), jpeg(20)])])], p=0.5)
//   | sample 0: random_apply random_order speckle random_choice jpeg
//   | sample 1: random_apply random_order random_choice jpeg speckle
//   | sample 2: random_apply random_order speckle random_choice random_invert
//   | sample 3: random_apply
#include <troupe/troupe.hpp>

#include <iostream>

namespace {

/// A share of all values, `most` at most, becomes white; what share it was is reported.
troupe::transform speckle(double most) {
  return {"speckle(" + std::to_string(most) + ")",
          [most](troupe::image& pixels, troupe::generator& random, const troupe::notes& note) {
            const double share = random.uniform(0, most);
            note("share", share);
            for (int y = 0; y < pixels.shape.height; ++y)
              for (int x = 0; x < pixels.shape.width * pixels.shape.channels; ++x)
                if (random.chance(share)) pixels.row(y)[x] = 255;
          }};
}

}  // namespace

int main() {
  troupe::register_transform("speckle", [](const troupe::spec_call& call) {
    call.allow({"most"});
    return speckle(call.number("most", 0, 0.05));
  });
  const std::vector<troupe::transform> policy = troupe::parse_transforms(
      "random_apply([random_order([speckle(0.1), random_choice([random_invert(1), jpeg(20)])])])", 28);
  // the same in C++: random_apply({random_order({speckle(0.1), random_choice({random_invert(1), jpeg(20)})})})

  std::cout << policy.front().to_string() << "\n";

  const auto clothes = troupe::fashion_mnist();
  const auto shape = clothes->shape().value();  // 28x28, grey
  const troupe::recipe prepare(policy, {}, shape);
  std::vector<float> row(prepare.shape().bytes());  // [1, 28, 28] float32, value / 255
  troupe::scratch memory;
  for (std::uint64_t offset = 0; offset < 4; ++offset) {
    std::vector<troupe::drawn> report;
    const troupe::picture picture{clothes->pixels(offset), shape};
    if (prepare.run(picture, {.seed = 7, .epoch = 0, .offset = offset}, row.data(), memory, &report)) return 1;
    std::cout << "sample " << offset << ":";
    for (const troupe::drawn& d : report) std::cout << " " << d.op;
    std::cout << "\n";
  }
}
