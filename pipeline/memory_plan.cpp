#include <troupe/pipeline/memory_plan.hpp>

#include <algorithm>
#include <cstdio>
#include <ostream>
#include <sstream>
#include <stdexcept>

namespace troupe {

namespace {
constexpr std::size_t mib = std::size_t{1} << 20;
constexpr std::size_t worker_scratch = 4 * mib, shared_scratch = 64 * mib;
constexpr std::size_t shared_part = 16;  // of the limit, where that is more
constexpr std::size_t least_shared = 8 * mib, least_read = mib;
}  // namespace

memory_plan plan_memory(const memory_request& r) {
  memory_plan p;
  p.buffers = r.wanted_buffers;
  p.buffer_bytes = r.buffer_bytes;
  p.workers = r.workers;
  p.read_ahead_bytes = r.read_ahead_bytes;
  p.window_bytes = r.window_bytes;  // not less: what is shown where follows from it
  p.worker_scratch_bytes = r.scratch_bytes > 0 ? r.scratch_bytes : worker_scratch;
  p.batch_scratch_bytes = r.batch_scratch_bytes;
  p.shared_scratch_bytes = r.scratch_bytes > 0 ? 0 : std::max(shared_scratch, r.limit_bytes / shared_part);

  // Overlap first: buffers go last.
  auto over = [&] { return p.bound_bytes() > r.limit_bytes ? p.bound_bytes() - r.limit_bytes : 0; };
  auto shrink = [&](std::size_t& part, std::size_t least) {
    if (part > least) part = std::max(least, part - std::min(part, over()));
  };
  shrink(p.shared_scratch_bytes, least_shared);
  shrink(p.read_ahead_bytes, std::min(p.read_ahead_bytes, least_read));
  if (!r.fixed_buffers) {
    while (over() > 0 && p.buffers > 1) --p.buffers;
  }
  if (over() > 0) {
    std::ostringstream message;
    message << "budget: memory must be >= " << readable_bytes{p.bound_bytes()} << " for " << p.buffers << " batch"
            << (p.buffers == 1 ? "" : "es") << " of " << readable_bytes{p.buffer_bytes}
            << " with reads and scratch, got " << readable_bytes{r.limit_bytes}
            << "; give more, or make the batch smaller";
    throw std::invalid_argument(message.str());
  }
  const auto left = r.limit_bytes - p.bound_bytes();
  p.marks_bytes = std::min({r.marks_bytes, r.limit_bytes / 16, left});
  if (r.cache) p.cache_bytes = left - p.marks_bytes;
  return p;
}

std::ostream& operator<<(std::ostream& out, readable_bytes b) {
  const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = double(b.bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit < 4; ++unit) value /= 1024;
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
  return out << text;
}

std::ostream& operator<<(std::ostream& out, const memory_plan& p) {
  out << p.buffers << (p.buffers == 1 ? " batch x " : " batches x ") << readable_bytes{p.buffer_bytes};
  if (p.read_ahead_bytes > 0) out << " + " << readable_bytes{p.read_ahead_bytes} << " read ahead";
  if (p.window_bytes > 0) out << " + " << readable_bytes{p.window_bytes} << " window";
  out << " + " << p.workers << " x " << readable_bytes{p.worker_scratch_bytes} << " scratch";
  if (p.shared_scratch_bytes > 0) out << " + " << readable_bytes{p.shared_scratch_bytes} << " for large images";
  if (p.batch_scratch_bytes > 0) out << " + " << readable_bytes{p.batch_scratch_bytes} << " for batch transforms";
  if (p.marks_bytes > 0) out << " + " << readable_bytes{p.marks_bytes} << " for marks in JPEGs";
  if (p.cache_bytes > 0) out << " + " << readable_bytes{p.cache_bytes} << " cache";
  return out << " = " << readable_bytes{p.bound_bytes()};
}

}  // namespace troupe
