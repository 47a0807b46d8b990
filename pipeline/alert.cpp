#include <troupe/pipeline/alert.hpp>

#include <ostream>

namespace troupe {

const char* to_string(severity s) noexcept {
  switch (s) {
    case severity::info: return "info";
    case severity::warning: return "warning";
    case severity::error: return "error";
  }
  return "unknown";
}

std::ostream& operator<<(std::ostream& out, const alert& a) {
  out << a.name << (a.cleared ? " (over)" : "") << ": " << a.message;
  if (!a.action.empty()) out << "; " << a.action;
  if (!a.suggestion.empty() && !a.cleared) out << ". " << a.suggestion;
  return out;
}

}  // namespace troupe
