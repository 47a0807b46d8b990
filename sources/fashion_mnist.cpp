#include <troupe/sources/fashion_mnist.hpp>

#include <stdexcept>

namespace troupe {

const std::vector<std::string>& fashion_mnist_classes() {
  static const std::vector<std::string> names = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                                                 "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
  return names;
}

dataset fashion_mnist(split part, const std::filesystem::path& root) {
  if (!has_idx(root, part))
    throw std::runtime_error("fashion-mnist: no " + std::string(part == split::train ? "train" : "t10k") +
                             "-images-idx3-ubyte.gz in " + root.string() +
                             "; install it (apt install dataset-fashion-mnist) or give its folder (root, --root)");
  return idx_folder(root, part, fashion_mnist_classes());
}

}  // namespace troupe
