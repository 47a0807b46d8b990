#include "terminal.hpp"

#include <troupe/observe/visible_text.hpp>

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <sstream>

namespace troupe {

namespace {

constexpr std::chrono::seconds plain_line_every{5};
constexpr const char* plain = "\x1b[0m";

bool is_terminal(std::FILE* f) {
  const char* kind = std::getenv("TERM");
  return ::isatty(::fileno(f)) == 1 && kind != nullptr && std::strcmp(kind, "dumb") != 0;
}

bool takes_colour(std::FILE* f) {
  const char* none = std::getenv("NO_COLOR");
  return is_terminal(f) && (none == nullptr || *none == '\0');
}

std::size_t width_of(std::FILE* f) {
  winsize size{};
  return ::ioctl(::fileno(f), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

std::string fitted(const std::string& line, std::size_t width) {
  if (line.size() <= width) return line;
  // Fields are two blanks apart.
  const auto end = width >= 2 ? line.rfind("  ", width) : std::string::npos;
  return line.substr(0, end == std::string::npos || end == 0 ? width : end);
}

terminal::terminal(std::FILE* out, bool quiet)
    : out_(out),
      quiet_(quiet),
      redraws_(is_terminal(out)),
      coloured_(takes_colour(out)),
      coloured_errors_(takes_colour(stderr)) {}

terminal::~terminal() {
  std::lock_guard lock(mutex_);
  wipe();
  std::fflush(out_);
}

void terminal::wipe() {
  if (drawn_.empty()) return;
  std::fputs("\r\x1b[K", out_);
  drawn_.clear();
}

void terminal::put(const std::string& text, const char* colour) {
  if (quiet_) return;
  std::lock_guard lock(mutex_);
  wipe();
  if (colour != nullptr) std::fputs(colour, out_);
  std::fputs(visible_lines(text).c_str(), out_);
  if (colour != nullptr) std::fputs(plain, out_);
  if (text.empty() || text.back() != '\n') std::fputc('\n', out_);
  std::fflush(out_);
}

void terminal::line(const std::string& text) { put(visible(text), nullptr); }
void terminal::lines(const std::string& text) { put(text, nullptr); }
void terminal::headline(const std::string& text) { put(visible(text), coloured_ ? "\x1b[1m" : nullptr); }

void terminal::show(const progress& p) {
  if (quiet_) return;
  std::ostringstream said;
  said << p;
  const auto text = visible(said.str());
  std::lock_guard lock(mutex_);
  if (redraws_) {
    const auto now = fitted(text, width_of(out_) - 1);
    if (now == drawn_) return;
    wipe();
    std::fputs(now.c_str(), out_);
    drawn_ = now;
  } else {
    const auto now = std::chrono::steady_clock::now();
    if (now - said_ < plain_line_every) return;
    said_ = now;
    std::fprintf(out_, "%s\n", text.c_str());
  }
  std::fflush(out_);
}

void terminal::remark(const std::string& text) { warn(text, nullptr); }

void terminal::warn(const std::string& text, const char* colour) {
  std::lock_guard lock(mutex_);
  wipe();
  std::fflush(out_);
  const bool coloured = coloured_errors_ && colour != nullptr;
  std::fprintf(stderr, "%s%s%s\n", coloured ? colour : "", visible(text).c_str(), coloured ? plain : "");
}

void terminal::alert(const troupe::alert& a) {
  if (quiet_ && a.severity == severity::info) return;
  std::ostringstream text;
  text << a;
  const char* colour = a.cleared ? "\x1b[32m" : a.severity == severity::error ? "\x1b[31m" : "\x1b[33m";
  warn(text.str(), a.severity == severity::info ? nullptr : colour);
}

}  // namespace troupe
