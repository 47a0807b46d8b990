#pragma once
#include <troupe/sources/idx.hpp>
#include <troupe/sources/source.hpp>

#include <filesystem>

namespace troupe {

/// Which of CIFAR-100's two labels: one of 100 classes, or one of the 20 groups that they are in.
enum class cifar_labels { fine, coarse };

/// CIFAR-10 or CIFAR-100 in their binary version (Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny
/// Images"): RGB images of 32 x 32, held in memory as `[32, 32, 3]` uint8, 154 MB for 50,000.
///
///     auto train = troupe::cifar("cifar-10-batches-bin", troupe::split::train);
///
/// CIFAR-10 is data_batch_1.bin … (as many as there are) and test_batch.bin, its names batches.meta.txt; CIFAR-100 is
/// train.bin and test.bin, its names fine_label_names.txt and coarse_label_names.txt. Each file may be packed with gzip
/// or zstd, then its name ends in .gz or .zst. Without the names class k is called "k". Throws std::runtime_error
/// naming the file and the remedy where one is missing, cut off or not what it says.
dataset cifar(const std::filesystem::path& folder, split part, cifar_labels which = cifar_labels::fine);

/// Whether a folder has CIFAR files of this split.
bool has_cifar(const std::filesystem::path& folder, split part);

}  // namespace troupe
