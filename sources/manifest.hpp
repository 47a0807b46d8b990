#pragma once
#include <troupe/sources/source.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// How a manifest is written: comma-separated values, or a JSON object a line.
enum class manifest_format { csv, jsonl };

/// A list of files with their labels, plain, gzip or zstd. Sample i is the i-th row.
///
///     auto photos = troupe::manifest("photos/labels.csv", troupe::manifest_format::csv);
///
/// CSV (RFC 4180) has rows of path,label or path,label,weight, or a header that names the columns: `path`; one of
/// `label` (a class name or a number from 0), `labels` (several classes with semicolons between, or none: multi-hot)
/// or `value`, `value_x`, `value_y` … (numbers to predict); and `weight`. JSON lines are objects with these keys, where
/// labels and value may be lists: {"path": "1.jpg", "labels": ["cat", "dog"], "weight": 2}.
///
/// What belongs to a picture: `mask`, a column or key, the path of its mask (`with_masks`); in JSON lines also `boxes`
/// in pixels of the file, `box_labels` (names or numbers) and `keypoints`: {"path": "1.jpg", "boxes": [[8, 8, 40, 60]],
/// "box_labels": ["cat"], "keypoints": [[20.5, 31]]}. Rows with such may go without a label, all of them or none.
///
/// Paths are relative to the folder of the manifest. One that is absolute, goes up by .. or leaves the folder through a
/// symbolic link is refused. Files are not opened. With class names given (those of the training split), labels are
/// theirs; `box_class_names`, or where rows have no labels the class names, are those of boxes. Keeps about 13 bytes a
/// sample beside the length of its path.
///
/// Throws std::runtime_error naming file, line and remedy.
dataset manifest(const std::filesystem::path& file, manifest_format format, std::vector<std::string> class_names = {},
                 std::vector<std::string> box_class_names = {});

/// The same where what stands for a path is a key, and the same for a mask: an address in an object store, the name of
/// a record. Any text will do, nothing is relative to the manifest, nothing is opened (`keyed`).
dataset keyed_manifest(const std::filesystem::path& file, manifest_format format,
                       std::vector<std::string> class_names = {}, std::vector<std::string> box_class_names = {});

/// The format by the end of a name (.csv, .jsonl, .ndjson, each also with .gz or .zst, in any case); nothing for other
/// names.
std::optional<manifest_format> manifest_format_of(const std::string& name);

}  // namespace troupe
