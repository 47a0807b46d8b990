#include <troupe/sources/manifest_rows.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include <troupe/sources/grouped.hpp>
#include <troupe/sources/trimmed.hpp>

namespace troupe {
namespace {

bool is_number(const std::string& text, double& to) {
  const auto t = trimmed(text);
  const auto [after, failed] = std::from_chars(t.data(), t.data() + t.size(), to);
  return failed == std::errc{} && after == t.data() + t.size();
}

}  // namespace

manifest_rows::manifest_rows(const std::filesystem::path& file, manifest_format format)
    : format_(format), table_(file) {}

bool manifest_rows::next(manifest_row& row) {
  row = {};
  const bool there = format_ == manifest_format::csv ? next_record(row) : next_object(row);
  if (!there) return false;
  if (row.path.empty()) fail(format_ == manifest_format::csv ? "the path is empty" : "has no \"path\"");
  if (row.path.find('\0') != std::string::npos) fail("the path holds a zero byte");
  if (row.mask.find('\0') != std::string::npos) fail("the path of the mask holds a zero byte");
  return true;
}

bool manifest_rows::next_object(manifest_row& row) {
  if (!table_.next_line(line_)) return false;
  try {
    auto record = json_.read(line_);
    row.path = std::move(record.path);
    row.mask = std::move(record.mask);
    row.label = std::move(record.label);
    row.marked = std::move(record.marked);
    if (row.label.empty() && row.mask.empty() && !record.annotated) fail("has no \"label\", \"labels\" or \"value\"");
  } catch (const std::invalid_argument& e) { fail(e.what()); }
  return true;
}

bool manifest_rows::next_record(manifest_row& row) {
  if (columns_.empty()) {
    if (!table_.next(fields_)) return false;
    learn_columns(fields_);
  }
  if (!first_is_row_ && !table_.next(fields_)) return false;
  first_is_row_ = false;
  if (fields_.size() != columns_.size())
    fail(counted(fields_.size(), "field") + ", but " + counted(columns_.size(), "column") +
         "; put quotes around a field with a comma in it");
  for (std::size_t c = 0; c < columns_.size(); ++c) take(columns_[c], fields_[c], row);
  const auto has = [this](column c) { return std::find(columns_.begin(), columns_.end(), c) != columns_.end(); };
  if (row.label.empty() && (has(column::label) || has(column::labels))) fail("the label is empty");
  if (row.mask.empty() && has(column::mask)) fail("the mask is empty");
  return true;
}

manifest_rows::column manifest_rows::meaning(std::string& name) {
  name = trimmed(name);
  std::string lower;
  for (const char c : name) lower.push_back(c >= 'A' && c <= 'Z' ? char(c | 0x20) : c);
  if (lower == "path" || lower == "file" || lower == "filename" || lower == "image") return column::path;
  if (lower == "label" || lower == "class") return column::label;
  if (lower == "labels") return column::labels;
  if (lower == "weight") return column::weight;
  if (lower == "mask") return column::mask;
  if (lower == "value" || lower.rfind("value_", 0) == 0 || lower.rfind("value.", 0) == 0) return column::value;
  return column::unknown;
}

void manifest_rows::learn_columns(const std::vector<std::string>& first) {
  std::vector<std::string> names = first;
  const bool header =
      std::any_of(names.begin(), names.end(), [](std::string& n) { return meaning(n) == column::path; });
  if (header) return read_header(names);
  for (auto& name : names)
    if (meaning(name) != column::unknown)
      fail("a header with " + name + ", but without path; name the columns path,label");
  columns_ = {column::path, column::label, column::weight};
  if (first.size() < 2 || first.size() > 3)
    fail(counted(first.size(), "field") +
         " without a header; a manifest is path,label or has a header that names "
         "path and label, labels or value" +
         (first.size() == 1 && first[0].find_first_of(";\t|") != std::string::npos
              ? "; fields are separated by commas, here is another sign"
              : ""));
  columns_.resize(first.size());
  headless_ = first_is_row_ = true;
}

void manifest_rows::read_header(const std::vector<std::string>& names) {
  std::vector<int> seen(7);
  for (auto name : names) {
    const auto what = meaning(name);
    columns_.push_back(what);
    ++seen[std::size_t(what)];
    if (what == column::value) value_names_.push_back(name);
    if (what == column::unknown) unknown_.push_back(name);
  }
  const auto times = [&](column c) { return seen[std::size_t(c)]; };
  if (times(column::path) > 1 || times(column::weight) > 1 || times(column::mask) > 1)
    fail("the header names a column twice");
  const int kinds = times(column::label) + times(column::labels) + (times(column::value) > 0 ? 1 : 0);
  if (kinds == 0 && times(column::mask) == 0) fail("the header has no column label, labels or value, and no mask");
  if (kinds > 1) fail("the header has more than one of label, labels and value; rename what is not to be learnt");
}

void manifest_rows::take(column what, const std::string& text, manifest_row& row) const {
  switch (what) {
    case column::path: row.path = text; break;
    case column::weight: row.label.weight = number(text, "a weight"); break;
    case column::value: row.label.values.push_back(number(text, "a value")); break;
    case column::mask: row.mask = text; break;
    case column::unknown: break;
    case column::label:
    case column::labels:
      row.label.several = what == column::labels || text.find(';') != std::string::npos;
      for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(';', begin), text.size());
        if (auto name = trimmed(text.substr(begin, end - begin)); !name.empty()) row.label.classes.push_back(name);
        begin = end + 1;
      }
      break;
  }
}

double manifest_rows::number(const std::string& text, const char* what) const {
  double value = 0;
  if (!is_number(text, value)) fail(std::string(what) + " must be a number, got " + (text.empty() ? "nothing" : text));
  return value;
}

}  // namespace troupe
