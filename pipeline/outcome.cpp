#include <troupe/pipeline/outcome.hpp>

#include <ostream>

namespace troupe {

const char* to_string(ending e) noexcept {
  switch (e) {
    case ending::completed: return "completed";
    case ending::stopped: return "stopped";
    case ending::failed: return "failed";
    case ending::wedged: return "wedged";
  }
  return "unknown";
}

std::ostream& operator<<(std::ostream& out, const outcome& o) {
  out << to_string(o.how);
  if (!o.reason.empty()) out << ": " << o.reason;
  const auto& d = o.dispositions;
  out << " (" << d.delivered << " delivered, " << d.replaced << " replaced, " << d.skipped() << " skipped, ";
  if (d.filtered() > 0) out << d.filtered() << " left out by a filter, ";
  out << o.elapsed.count() << " s";
  if (o.shuffle && o.shuffle->window > 1)
    out << "; shuffled in a window of " << o.shuffle->window << ", moved by " << o.shuffle->mean_displacement
        << " places on the average";
  if (!o.events_lost.empty()) out << "; events were lost: " << o.events_lost;
  return out << ")";
}

}  // namespace troupe
