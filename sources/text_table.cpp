#include <troupe/sources/text_table.hpp>

#include <stdexcept>

#include <troupe/sources/grouped.hpp>

namespace troupe {
namespace {

constexpr int nothing = -1;
constexpr std::size_t most_bytes = std::size_t{1} << 20;  // of a record: nothing that names a picture is longer
constexpr std::size_t most_fields = 4096;

}  // namespace

text_table::text_table(const std::filesystem::path& file) : path_(file), file_(file), window_(64 * 1024) {
  if (fill() && end_ >= 3 && std::string(window_.data(), 3) == "\xEF\xBB\xBF") at_ = 3;
}

void text_table::fail(const std::string& what) const {
  throw std::runtime_error(path_.string() + ", line " + std::to_string(line_) + ": " + what);
}

bool text_table::fill() {
  at_ = 0;
  end_ = file_.read(window_.data(), window_.size());
  return end_ > 0;
}

int text_table::get() {
  if (at_ == end_ && !fill()) return nothing;
  if (++taken_ > most_bytes) fail("is longer than 1 MiB; is a quote missing, or is this no text file?");
  const char c = window_[at_++];
  if (c == '\n') ++lines_;
  return static_cast<unsigned char>(c);
}

int text_table::peek() {
  if (at_ == end_ && !fill()) return nothing;
  return static_cast<unsigned char>(window_[at_]);
}

/// A line ends in LF, CRLF, or CR alone.
int text_table::end_line(int c) {
  if (c != '\r') return c;
  if (peek() == '\n') return get();
  ++lines_;
  return '\n';
}

void text_table::read_quoted(std::string& field) {
  for (;;) {
    const int c = get();
    if (c == nothing) fail("a quote is opened and never closed");
    if (c != '"') {
      field.push_back(char(c));
      continue;
    }
    if (peek() != '"') return;
    get();
    field.push_back('"');
  }
}

bool text_table::next(std::vector<std::string>& fields) {
  fields.clear();
  for (taken_ = 0; peek() == '\n' || peek() == '\r'; taken_ = 0) end_line(get());
  if (peek() == nothing) return false;
  line_ = lines_;
  for (std::string field;;) {
    int c = get();
    if (c == '"' && field.empty()) {
      read_quoted(field);
      c = get();
      if (c == '\r') c = end_line(c);
      if (c != ',' && c != '\n' && c != nothing) fail("text behind a closing quote; write a quote within quotes twice");
    } else if (c == '\r') {
      c = end_line(c);
    }
    if (c == ',' || c == '\n' || c == nothing) {
      if (fields.size() == most_fields) fail("has more than " + grouped(most_fields) + " fields; is it a manifest?");
      fields.push_back(std::move(field));
      field.clear();
      if (c != ',') return true;
      continue;
    }
    if (c == 0) fail("a zero byte; this is no text file");
    field.push_back(char(c));
  }
}

bool text_table::next_line(std::string& line) {
  for (;;) {
    line.clear();
    if (peek() == nothing) return false;
    line_ = lines_;
    taken_ = 0;
    for (int c = end_line(get()); c != nothing && c != '\n'; c = end_line(get())) line.push_back(char(c));
    if (line.find_first_not_of(" \t") != std::string::npos) return true;
  }
}

}  // namespace troupe
