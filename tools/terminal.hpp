#pragma once
#include <troupe/pipeline/alert.hpp>
#include <troupe/pipeline/progress.hpp>

#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>

namespace troupe {

/// Where a person reads along: lines that stay, one progress line that is redrawn, alerts above it. Any thread may
/// call.
///
///     terminal out(json ? stderr : stdout, quiet);
///     while (!run.wait_for(200ms)) out.show(run.progress());
///     out.line("test accuracy 91.6 %");
///
/// On a terminal the progress line is redrawn in place, cut to the width; elsewhere it is a plain line every five
/// seconds. Colour only on terminals, and not where NO_COLOR is set (no-color.org). Control characters, as in names of
/// files, are spelled out (`visible`).
class terminal {
 public:
  terminal(std::FILE* out, bool quiet);
  ~terminal();
  terminal(const terminal&) = delete;
  terminal& operator=(const terminal&) = delete;

  /// A line that stays.
  void line(const std::string& text);
  /// Several of them; a name within is `visible` already, or it could begin a line.
  void lines(const std::string& text);
  /// A line that matters most.
  void headline(const std::string& text);
  /// The progress line.
  void show(const progress& p);
  /// A remark on stderr, above the progress line; also where it is quiet.
  void remark(const std::string& text);
  /// An alert on stderr: warnings and errors always, others unless it is quiet.
  void alert(const troupe::alert& a);

 private:
  void wipe();
  void put(const std::string& text, const char* colour);
  void warn(const std::string& text, const char* colour);

  std::FILE* const out_;
  const bool quiet_, redraws_, coloured_, coloured_errors_;
  std::mutex mutex_;
  std::string drawn_;  ///< the progress line that stands there; empty: none
  std::chrono::steady_clock::time_point said_ = std::chrono::steady_clock::now();
};

/// As much of a progress line as fits into `width` columns: whole fields from the left.
std::string fitted(const std::string& line, std::size_t width);

}  // namespace troupe
