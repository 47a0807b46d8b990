#pragma once
#include <troupe/sources/label_json.hpp>
#include <troupe/sources/manifest.hpp>
#include <troupe/sources/text_table.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace troupe {

/// One sample of a manifest, as it is written.
struct manifest_row {
  std::string path, mask;  ///< the mask may be missing
  label_text label;        ///< empty where a mask or annotations are all that is said
  annotation_text marked;
};

/// The rows of a manifest, from first to last. Errors name file and line.
class manifest_rows {
 public:
  manifest_rows(const std::filesystem::path& file, manifest_format format);

  /// False: there is no further one.
  bool next(manifest_row& row);
  /// "FILE, line N: …" of the row that came last.
  [[noreturn]] void fail(const std::string& what) const { table_.fail(what); }
  /// Of a CSV: no row names the columns.
  bool headless() const noexcept { return headless_; }
  /// The line of the row that came last, counted from 1.
  std::uint64_t line() const noexcept { return table_.line(); }
  /// The names of the columns with values, in their order.
  const std::vector<std::string>& value_names() const noexcept { return value_names_; }
  /// Columns of the header that mean nothing here.
  const std::vector<std::string>& unknown() const noexcept { return unknown_; }

 private:
  enum class column { path, label, labels, weight, value, mask, unknown };

  bool next_record(manifest_row& row);
  bool next_object(manifest_row& row);
  void learn_columns(const std::vector<std::string>& first);
  void read_header(const std::vector<std::string>& names);
  void take(column what, const std::string& text, manifest_row& row) const;
  double number(const std::string& text, const char* what) const;
  static column meaning(std::string& name);

  manifest_format format_;
  text_table table_;
  json_record_reader json_;
  std::string line_;
  std::vector<column> columns_;
  std::vector<std::string> fields_, value_names_, unknown_;
  bool headless_ = false;
  bool first_is_row_ = false;  ///< the first record was read to learn the columns, and is a sample itself
};

}  // namespace troupe
