#pragma once
#include <troupe/sources/packing.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

namespace troupe {

/// What of a file is read, and how.
struct byte_file_options {
  std::uint64_t offset = 0;                ///< bytes passed over before the first one
  std::optional<std::uint64_t> size = {};  ///< bytes read at most; none: to the end
  std::size_t window_bytes = 256 * 1024;   ///< read at once: less where most of the file is passed over
  bool unpack = true;                      ///< false: the bytes are taken as they are, whatever they begin with
};

/// A file, or a part of one, read from front to end: plain, gzip or zstd, recognised by how it begins.
///
///     byte_file f("train-images-idx3-ubyte.gz");
///     f.read(header, 16);
///
/// Every error is a std::runtime_error that names the file: missing, not a regular file, damaged or cut off.
class byte_file {
 public:
  explicit byte_file(const std::filesystem::path& file, byte_file_options options = {});
  ~byte_file();
  byte_file(byte_file&&) noexcept;
  byte_file& operator=(byte_file&&) noexcept;

  /// Reads up to `bytes` bytes; fewer only at the end. Returns how many.
  std::size_t read(void* to, std::size_t bytes);
  /// Passes over `bytes` bytes, of a plain file without reading them. Returns how many; fewer only at the end.
  std::uint64_t skip(std::uint64_t bytes);
  /// Bytes read and passed over so far.
  std::uint64_t position() const noexcept;
  /// What it is packed with.
  packing packed() const noexcept;
  /// No file of this size and kind can hold more bytes than this. What a header claims is held against it before
  /// anything is allocated.
  std::uint64_t most_bytes() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace troupe
