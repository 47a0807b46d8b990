#pragma once
#include <troupe/augment/view.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// A tensor with its name, as it goes into a file.
struct named_view {
  std::string name;
  view value;
};

/// Writes tensors and metadata as one safetensors file (https://github.com/huggingface/safetensors, "Format"): 8 bytes
/// little-endian length, a JSON header, the numbers. `safetensors.numpy.load_file` and PyTorch read it. The file
/// appears whole or not at all. Returns its bytes; throws std::runtime_error naming the file.
///
///     write_safetensors("batch.safetensors", {{"images", b.images()}, {"labels", b.labels()}}, {{"seed", "7"}});
///
/// The metadata gets one entry more, `checksum`: "crc32:" and eight hexadecimal digits over the whole file, taken with
/// these digits as zeros. Bytes of metadata that are not UTF-8 are written as U+FFFD.
std::uint64_t write_safetensors(const std::filesystem::path& file, const std::vector<named_view>& tensors,
                                const std::map<std::string, std::string>& metadata = {});

/// A safetensors file in memory. The views are valid as long as it (or a copy of it) lives.
struct safetensors {
  std::map<std::string, std::string> metadata = {};
  std::vector<named_view> tensors = {};  ///< in the order of the data
  std::shared_ptr<const void> memory = {};
  bool verified = false;  ///< there was a checksum, and it was right

  /// The tensor of this name, nullptr where there is none.
  const view* find(std::string_view name) const noexcept;
};

/// Reads a safetensors file: uint8, int64 and float32 tensors. Nothing in it is believed: lengths are held against the
/// file's, every tensor must lie in the data, without overlap or hole, and the checksum must be right where there is
/// one. Throws std::runtime_error naming the file and what is wrong.
safetensors read_safetensors(const std::filesystem::path& file);

}  // namespace troupe
