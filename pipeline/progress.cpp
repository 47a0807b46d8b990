#include <troupe/pipeline/progress.hpp>

#include <troupe/pipeline/memory_plan.hpp>
#include <troupe/sources/grouped.hpp>

#include <cmath>
#include <cstdio>
#include <ostream>

namespace troupe {

namespace {

std::string clock_time(double seconds) {
  const auto s = std::llround(seconds);
  char text[40];
  if (s >= 3600) {
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
  } else {
    std::snprintf(text, sizeof text, "%lld:%02lld", s / 60, s % 60);
  }
  return text;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const progress& p) {
  out << "epoch " << p.epoch + 1;
  if (p.epochs > 0) out << "/" << p.epochs;
  if (p.step > 0 || p.steps > 0) {
    out << "  step " << p.step;
    if (p.steps > 0) out << "/" << p.steps;
  } else {
    out << "  images " << grouped(p.delivered);
  }
  if (p.loss) {
    char text[32];
    std::snprintf(text, sizeof text, "  loss %.3f", *p.loss);
    out << text;
  }
  out << "  " << grouped(std::uint64_t(std::llround(p.images_per_s))) << " img/s";
  if (p.seconds_left && !p.over) out << "  " << clock_time(*p.seconds_left) << " left";
  out << "  memory " << readable_bytes{p.resident_bytes} << " (line <= " << readable_bytes{p.bound_bytes} << ")";
  if (!p.limiting.empty()) out << "  limited by " << p.limiting;
  return out;
}

}  // namespace troupe
