#include <troupe/observe/snapshot.hpp>
#include <troupe/pipeline/memory_plan.hpp>

#include <algorithm>
#include <deque>
#include <memory>
#include <sstream>

namespace troupe {

namespace {

struct point {
  double t = 0, resident = 0, allocated = 0, accounted = 0;
};

// The median slope over all pairs of points; and the share of pairs that rise.
struct trend {
  double slope = 0, rising = 0;
};

trend theil_sen(const std::deque<point>& points, double point::*value) {
  std::vector<double> slopes;
  slopes.reserve(points.size() * (points.size() - 1) / 2);
  std::size_t up = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t j = i + 1; j < points.size(); ++j) {
      slopes.push_back((points[j].*value - points[i].*value) / (points[j].t - points[i].t));
      up += slopes.back() > 0;
    }
  }
  if (slopes.empty()) return {};
  auto middle = slopes.begin() + std::ptrdiff_t(slopes.size() / 2);
  std::nth_element(slopes.begin(), middle, slopes.end());
  return {*middle, double(up) / double(slopes.size())};
}

std::string readable(double bytes) {
  std::ostringstream text;
  text << readable_bytes{std::size_t(std::max(0.0, bytes))};
  return text.str();
}

class growth_rule {
 public:
  explicit growth_rule(memory_growth_options o) : options_(o) {}

  std::vector<alert> operator()(const snapshot& s) {
    if (s.delivered == 0 || s.ending) return {};
    if (first_delivery_ < 0) first_delivery_ = s.at.count();
    const auto t = s.at.count();
    if (t < first_delivery_ + options_.warm_up.count()) return {};
    if (!points_.empty() && t < points_.back().t + options_.every.count()) return {};
    // What is kept of samples for later epochs grows as it was told to, up to a limit of its own.
    const auto kept = double(s.cache_bytes);
    points_.push_back(
        {t, double(s.resident_bytes) - kept, double(s.allocated_bytes) - kept, double(s.accounted_bytes) - kept});
    if (points_.size() > options_.samples) points_.pop_front();
    if (points_.size() < options_.samples) return {};
    return judge(s);
  }

 private:
  std::vector<alert> judge(const snapshot& s) {
    const auto resident = theil_sen(points_, &point::resident);
    const auto window = points_.back().t - points_.front().t;
    // Steady: most pairs rise (a saw-tooth has as many that fall), in the second half of the window as well as in all.
    const std::deque<point> later(points_.begin() + std::ptrdiff_t(points_.size() / 2), points_.end());
    const auto lately = theil_sen(later, &point::resident);
    const bool grows = resident.slope * window >= double(options_.least_growth_bytes) && resident.rising > 0.8 &&
                       lately.slope > resident.slope / 3 && lately.rising > 0.6;
    if (grows == said_) return {};
    said_ = grows;
    alert a{.name = "memory_growth", .severity = grows ? severity::warning : severity::info, .value = resident.slope};
    if (!grows) {
      a.cleared = true;
      a.message = "resident memory no longer grows";
      return {a};
    }
    const auto allocated = theil_sen(points_, &point::allocated).slope;
    const auto accounted = theil_sen(points_, &point::accounted).slope;
    a.kind = accounted > resident.slope / 2 ? "accounted" : allocated > resident.slope / 2 ? "leak" : "fragmentation";
    a.limit = double(options_.ceiling_bytes);
    std::ostringstream text;
    text << "resident memory grows by " << readable(resident.slope * 60) << " a minute (" << a.kind << "), now "
         << readable(double(s.resident_bytes));
    if (options_.ceiling_bytes > s.resident_bytes) {
      const auto left = double(options_.ceiling_bytes - s.resident_bytes) / resident.slope;
      a.elapsed_s = left;
      text << "; " << readable(double(options_.ceiling_bytes)) << " are reached in " << int(left / 60) << " min";
    }
    a.message = text.str();
    a.suggestion =
        a.kind == "leak"
            ? "Something allocates and keeps: look at transforms, losses and tensors of your own that are collected"
        : a.kind == "fragmentation" ? "The allocator keeps what was freed: try MALLOC_ARENA_MAX=2"
                                    : "The line itself takes more: it stays within its printed bound";
    return {a};
  }

  memory_growth_options options_;
  double first_delivery_ = -1;
  std::deque<point> points_;
  bool said_ = false;
};

}  // namespace

rule memory_growth(memory_growth_options options) {
  return [r = std::make_shared<growth_rule>(options)](const snapshot& s) { return (*r)(s); };
}

rule memory_limit(std::uint64_t limit_bytes) {
  return [limit_bytes, said = std::make_shared<bool>(false)](const snapshot& s) -> std::vector<alert> {
    const bool over = s.resident_bytes > limit_bytes;
    const bool well_below = double(s.resident_bytes) < 0.95 * double(limit_bytes);
    if (*said ? !well_below : !over) return {};
    *said = !*said;
    std::ostringstream text;
    text << readable_bytes{s.resident_bytes} << " are resident, " << (over ? "more than" : "below") << " the limit of "
         << readable_bytes{limit_bytes};
    return {{.name = "memory_limit",
             .severity = over ? severity::error : severity::info,
             .value = double(s.resident_bytes),
             .limit = double(limit_bytes),
             .message = text.str(),
             .suggestion = "Lower budget.memory_bytes, batch.size or budget.cpus (--memory, --batch, --cpus), "
                           "or find what else grows: memory_growth names its class",
             .cleared = !over}};
  };
}

}  // namespace troupe
