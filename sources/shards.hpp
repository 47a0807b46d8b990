#pragma once
#include <troupe/sources/source.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace troupe {

/// Tar shards in WebDataset's layout, read at random through an index: sample i is the i-th of the first shard, and so
/// on. The index of each shard lies beside it (`troupe pack` writes it); where there is none, or the shard has changed,
/// it is built once and kept there, or in memory where the folder is not writable.
///
///     auto photos = troupe::tar_shards(troupe::shard_names("photos/shards-{0000..0009}.tar"));
///
/// Labels are the members .cls (a number or a name), .txt (a name) or .json ({"label": …}, {"labels": […]}, {"value":
/// …}, with "weight"); without any in all shards, the folder that the picture is in. A file classes.txt beside the
/// shards has the names of the classes, one a line (shard_classes.hpp); those of several folders are put together by
/// name. With class names given (those of the training split), labels are theirs, by name. Members may be packed one by
/// one (.jpg.gz, .png.zst), a whole archive may not. Links, devices and names that point outside are passed by and
/// counted in `describe()`. Keeps 30 bytes a sample beside the length of its name.
///
/// Throws std::runtime_error naming shard, offset and remedy where one is damaged or cut off.
dataset tar_shards(const std::vector<std::filesystem::path>& shards, std::vector<std::string> class_names = {});

/// The shards that a word names: a file; `shards-{0000..0009}.tar`, all of which must be there; a pattern with * ? or
/// [a-c] in its file name; or a folder, whose .tar files they are. In byte order, braces in theirs. Throws
/// std::runtime_error where there is none.
std::vector<std::filesystem::path> shard_names(const std::string& word);

}  // namespace troupe
