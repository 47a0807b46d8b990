#pragma once
#include <troupe/sources/idx.hpp>

namespace troupe {

/// Where Debian's package dataset-fashion-mnist puts its files.
inline constexpr const char* fashion_mnist_root = "/usr/share/datasets/fashion-mnist";

/// Fashion-MNIST (Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747): grey images of 28 x 28 pixels of ten kinds of
/// clothes, 60,000 to train and 10,000 to test with, 47 and 8 MB in memory.
///
///     auto clothes = troupe::fashion_mnist(troupe::split::train);
///
/// Throws std::runtime_error saying what to install where the files are missing.
dataset fashion_mnist(split part = split::train, const std::filesystem::path& root = fashion_mnist_root);

/// Its ten class names, in the order of the labels.
const std::vector<std::string>& fashion_mnist_classes();

}  // namespace troupe
