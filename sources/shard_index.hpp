#pragma once
#include <troupe/sources/listing.hpp>
#include <troupe/sources/packing.hpp>
#include <troupe/sources/shard_rest.hpp>
#include <troupe/sources/tar_reader.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// Where the samples of one tar shard lie, and what it says about them. In WebDataset's layout the members of a sample
/// stand together and share their key, the name up to the first dot behind the last slash: cat/1.jpg, cat/1.cls.
struct shard_index {
  name_list members;                    ///< the picture of each sample
  std::vector<std::uint64_t> offsets;   ///< of its bytes in the shard
  std::vector<std::uint64_t> sizes;     ///< in bytes
  std::vector<packing> packed;          ///< of members that end in .gz or .zst
  std::vector<std::uint64_t> unpacked;  ///< bytes that those hold; 0 for others
  name_list labels;                     ///< `#` and a .cls, `=` and a .txt, `{` … a JSON object, or nothing
  shard_rest rest;                      ///< what is no part of a sample

  std::uint64_t size() const noexcept { return offsets.size(); }
};

/// Walks a shard and notes every sample: the picture is the first member with an image's extension alone behind its key
/// (`.jpg`, `.png.gz`), the label `.cls` (a number or a name), else `.txt` (a name), else `.json` (label_json.hpp).
/// Throws std::runtime_error naming shard, offset and remedy: damaged, cut off, packed as a whole.
shard_index index_of(const std::filesystem::path& shard);

/// What the names of a shard's members end in behind their keys, some of them, for a person: ".left.jpg, .right.jpg".
std::string endings_in(const std::filesystem::path& shard);

/// The index that lies beside a shard, SHARD.index; nothing where there is none, or where it is damaged or belongs to
/// another content.
std::optional<shard_index> read_index(const std::filesystem::path& shard);

/// Writes it there, complete or not at all. False: the folder is not writable.
bool write_index(const std::filesystem::path& shard, const shard_index& index);

}  // namespace troupe
