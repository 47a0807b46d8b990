#pragma once
#include <troupe/sources/source.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace troupe {

/// Pixels in .npy files (numpy.lib.format 1.0 to 3.0, C order, uint8), read from the files sample by sample, never held
/// in memory as a whole.
///
///     auto digits = troupe::npy_folder("digits");
///
/// Either two files: images.npy, `[N, H, W]` grey or `[N, H, W, C]` with one or three channels, and labels.npy: whole
/// numbers `[N]` are classes, whole numbers or booleans `[N, classes]` several of them (not 0: it is one), floating
/// numbers `[N]` or `[N, values]` values to predict. Names, one a line, stand in classes.txt.
///
/// Or class folders of .npy files, each one image `[H, W]` or `[H, W, C]` of any size, or several, `[N, H, W, C]`
/// (three dimensions of which the last is not 1 or 3 are several grey ones): digits/cat/1.npy. Every header is read, 6
/// µs a file. With class names given (those of the training split), labels are theirs.
///
/// Throws std::runtime_error naming file and remedy where an array is of another type or shape, or a file is cut off.
dataset npy_folder(const std::filesystem::path& root, std::vector<std::string> class_names = {});

/// Whether a folder holds images.npy, or its first class folder a .npy file.
bool has_npy(const std::filesystem::path& folder);

}  // namespace troupe
