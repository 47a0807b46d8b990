#pragma once
#include <troupe/sources/source.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace troupe {

/// A folder of class folders: `photos/cat/1.jpg`, `photos/dog/outdoors/7.png`. Class k is the k-th folder in byte
/// order, its samples are the images in it and in the folders below it, in byte order of their paths, whatever order
/// the file system gives them in.
///
///     auto photos = troupe::image_folder("photos/train");
///
/// Files are listed, not opened: an image is what has an image's extension (listing.hpp has them all). Hidden names are
/// left out; other files, pipes, sockets, devices, broken links and class folders without an image are passed by and
/// counted in `describe()`. Links are followed, loops are not. With class names given (those of the training split),
/// the folders must be among them, and labels are theirs. Keeps about 9 bytes a sample beside the length of its name.
///
/// Throws std::runtime_error with one sentence where the folder is missing, empty, or has no class folders.
dataset image_folder(const std::filesystem::path& root, std::vector<std::string> class_names = {});

}  // namespace troupe
