#pragma once
#include <troupe/sources/byte_file.hpp>

#include <cstdint>
#include <filesystem>
#include <string>

namespace troupe {

/// A regular file in a tar archive.
struct tar_member {
  std::string name;
  std::uint64_t offset = 0;  ///< of its first byte, in the (unpacked) archive
  std::uint64_t size = 0;
};

/// What an archive held beside the files that were asked for, counted.
struct tar_skipped {
  std::uint64_t links = 0;    ///< hard and symbolic links
  std::uint64_t special = 0;  ///< devices and pipes
  std::uint64_t outside = 0;  ///< absolute names and names that go up by ..
  std::string example;        ///< the first of them
  std::uint64_t total() const noexcept { return links + special + outside; }
};

/// Walks a tar archive from front to end: POSIX.1-1988 (ustar), pax (POSIX.1-2001) and GNU long names, sizes in octal
/// and base-256; plain, gzip or zstd. Links, devices and names that point outside are passed by and counted; of a plain
/// archive nothing but headers is read.
///
///     tar_reader shard("shards-0000.tar");
///     for (tar_member m; shard.next(m);) use(m.name, m.offset, m.size);
///
/// Throws std::runtime_error naming archive and offset where it is damaged, cut off, or holds a sparse file.
class tar_reader {
 public:
  explicit tar_reader(const std::filesystem::path& archive);

  bool next(tar_member& member);
  /// The bytes of the member that came last: at most `most`, and not more than once. Throws where it has more.
  std::string content(std::uint64_t most);
  const tar_skipped& skipped() const noexcept { return skipped_; }
  /// Once all members came: bytes behind the end of a plain archive, from the first that is not zero; another archive
  /// that was joined to it.
  std::uint64_t behind() const noexcept { return behind_; }
  /// Of the archive as a whole: only of a plain one can members be read by their offset.
  packing packed() const noexcept { return file_.packed(); }
  [[noreturn]] void fail(std::uint64_t offset, const std::string& what) const;

 private:
  struct overrides;  // what a pax or GNU header says about the entry behind it
  bool read_header(unsigned char* block);
  void read_pax(std::uint64_t size, overrides& next);
  std::string read_text(std::uint64_t size, std::uint64_t most);
  void pass_over(std::uint64_t bytes);
  void look_behind();
  void note(std::uint64_t& count, const std::string& name);
  static std::uint64_t padding(std::uint64_t size) noexcept { return (512 - size % 512) % 512; }

  std::filesystem::path path_;
  byte_file file_;
  std::uint64_t unread_ = 0;  ///< of the member that came last, with its padding
  std::uint64_t size_ = 0;    ///< of that member
  std::uint64_t header_ = 0;  ///< where the header at hand begins
  std::uint64_t behind_ = 0;
  tar_skipped skipped_;
};

}  // namespace troupe
