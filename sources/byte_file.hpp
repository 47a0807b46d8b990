#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

namespace troupe {

/// A file read from front to end, plain or gzip (RFC 1952, several members allowed), recognised by its first two bytes.
///
///     byte_file f("train-images-idx3-ubyte.gz");
///     f.read(header, 16);
///
/// Every error is a std::runtime_error that names the file: missing, not a regular file, damaged or cut-off gzip.
class byte_file {
 public:
  explicit byte_file(const std::filesystem::path& file);
  ~byte_file();
  byte_file(byte_file&&) noexcept;
  byte_file& operator=(byte_file&&) noexcept;

  /// Reads up to `bytes` bytes; fewer only at the end. Returns how many.
  std::size_t read(void* to, std::size_t bytes);
  /// No file of this size and kind can hold more bytes than this: its size, or for gzip 1,032 times that (the densest
  /// code that deflate has, RFC 1951). What a header claims is held against it before anything is allocated.
  std::uint64_t most_bytes() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace troupe
