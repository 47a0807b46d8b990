#pragma once
#include <troupe/sources/source.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace troupe {

/// How shards are written.
struct pack_options {
  std::uint64_t shard_bytes = std::uint64_t{256} << 20;  ///< at most, one sample at least; more: fewer, larger files
  std::function<void(std::uint64_t done)> progress =
      {};  ///< told after each sample, on the calling thread; it may throw, to end it
};

/// What was written.
struct packed_data {
  std::vector<std::filesystem::path> shards;
  std::uint64_t samples = 0, bytes = 0;
  std::string passed_by;  ///< what an archive that was unpacked holds beside its samples, for a person; or nothing
};

/// Writes a source of files as tar shards in WebDataset's layout, each with its index: DIR/shards-0000.tar …, and
/// classes.txt. Sample i is 00000000i.jpg (or .png …, as its name or its first bytes say) with 00000000i.cls, the
/// number of its class, or .json where its label is another kind or has a weight. The order is the source's; the same
/// source gives the same bytes.
///
///     troupe::pack(troupe::image_folder("photos/train"), "shards");
///
/// All of it is written to DIR.part, which becomes DIR when it is whole (`unfinished_folder`).
///
/// Throws std::runtime_error where the folder holds shards already, a file cannot be read or is no picture, samples are
/// in memory, have masks, boxes or second pictures, or no labels, or there is no room; then nothing is left of what was
/// written.
packed_data pack(const dataset& data, const std::filesystem::path& folder, const pack_options& options = {});

/// Unpacks a tar archive that is packed as a whole (.tar.gz, .tgz, .tar.zst) to DIR/NAME.tar and writes its index, as
/// `pack` does: whole, or not at all. `progress` is told after each MiB and may throw, to end it.
packed_data unpack_archive(const std::filesystem::path& archive, const std::filesystem::path& folder,
                           const std::function<void(std::uint64_t bytes)>& progress = {});

}  // namespace troupe
