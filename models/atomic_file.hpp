#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace troupe {

/// A file that appears whole or not at all: written to a temporary beside it, synchronised, renamed over the name, and
/// the folder synchronised. Without `commit` the temporary is removed and what was there before stays.
///
///     atomic_file out("runs/7/best.safetensors");
///     out.write(data, bytes);
///     out.commit();
///
/// Errors are std::runtime_error naming the file and the reason (disk full, no permission).
class atomic_file {
 public:
  explicit atomic_file(std::filesystem::path file);
  atomic_file(const atomic_file&) = delete;
  atomic_file& operator=(const atomic_file&) = delete;
  ~atomic_file();

  void write(const void* data, std::size_t bytes);
  void commit();

 private:
  [[noreturn]] void fail(const char* doing, int error) const;

  std::filesystem::path file_, temporary_;
  int descriptor_ = -1;
};

}  // namespace troupe
