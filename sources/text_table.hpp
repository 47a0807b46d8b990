#pragma once
#include <troupe/sources/byte_file.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace troupe {

/// A text file read by lines, and by records of comma-separated values (RFC 4180: quoted fields may hold commas, quotes
/// written twice, and line breaks). Lines and records end in LF, CRLF or CR. A byte-order mark at the beginning is
/// passed over. Plain, gzip or zstd.
///
///     text_table rows("labels.csv");
///     std::vector<std::string> fields;
///     while (rows.next(fields)) use(fields);
///
/// Errors are std::runtime_error: "labels.csv, line 7: …".
class text_table {
 public:
  explicit text_table(const std::filesystem::path& file);

  /// The fields of the next record that is not an empty line. False: there is none.
  bool next(std::vector<std::string>& fields);
  /// The next line that is not empty, without its end. False: there is none.
  bool next_line(std::string& line);
  /// The line on which the last record began, counted from 1.
  std::uint64_t line() const noexcept { return line_; }
  [[noreturn]] void fail(const std::string& what) const;

 private:
  int get();
  int peek();
  int end_line(int c);
  bool fill();
  void read_quoted(std::string& field);

  std::filesystem::path path_;
  byte_file file_;
  std::vector<char> window_;
  std::size_t at_ = 0, end_ = 0;
  std::size_t taken_ = 0;               ///< bytes of the record so far
  std::uint64_t line_ = 0, lines_ = 1;  ///< where the record began, and where reading is
};

}  // namespace troupe
