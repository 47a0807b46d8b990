#pragma once
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

namespace troupe {

/// Writes a tar archive (POSIX.1-1988, ustar) of regular files: mode 0644, no owner, no time, so that the same members
/// give the same bytes.
///
///     tar_writer shard("shards-0000.tar");
///     shard.add("000000000.jpg", bytes);
///     shard.finish();                         // only now it is complete
///
/// Throws std::runtime_error naming the file where it cannot be written.
class tar_writer {
 public:
  explicit tar_writer(const std::filesystem::path& file);

  /// A member of at most 8 GiB, whose name has at most 100 bytes.
  void add(const std::string& name, std::span<const std::uint8_t> content);
  /// Bytes so far.
  std::uint64_t bytes() const noexcept { return bytes_; }
  /// Bytes that a member of this size takes.
  static std::uint64_t cost(std::uint64_t size) noexcept { return 512 + (size + 511) / 512 * 512; }
  void finish();

 private:
  void write(const void* from, std::size_t bytes);

  std::filesystem::path path_;
  std::ofstream out_;
  std::uint64_t bytes_ = 0;
};

}  // namespace troupe
