#include <troupe/augment/filter.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <new>

namespace troupe {

namespace {

double support_of(const axis_request& r) noexcept {
  const double scale = r.full > 0 ? r.length / r.full : 1;
  return r.antialias ? std::max(scale, 1.0) : 1.0;
}

int most_taps(const axis_request& r) noexcept {
  const int taps = std::min(2 * int(std::ceil(support_of(r))) + 1, std::max(r.limit, 1));
  return (taps + 1) / 2 * 2;
}

int groups_of(int count) noexcept { return (count + 15) / 16 * 4; }

template <class T>
T* taken(arena& memory, std::size_t count) {
  T* p = memory.take_array<T>(count);
  if (!p) throw std::bad_alloc();
  return p;
}

}  // namespace

std::size_t filter_axis::bytes_needed(const axis_request& r) noexcept {
  return arena::rounded(sizeof(std::int32_t) * std::size_t(r.count)) +
         arena::rounded(sizeof(std::int16_t) * std::size_t(r.count) * std::size_t(most_taps(r))) +
         arena::rounded(sizeof(double) * std::size_t(most_taps(r)));
}

filter_axis make_axis(const axis_request& r, arena& memory) {
  const double scale = r.length / r.full, support = support_of(r), inverse = 1 / support;
  const int most = most_taps(r);
  auto* start = taken<std::int32_t>(memory, std::size_t(r.count));
  auto* weights = taken<std::int16_t>(memory, std::size_t(r.count) * std::size_t(most));
  auto* exact = taken<double>(memory, std::size_t(most));
  filter_axis axis{.count = r.count, .start = start, .weights = weights, .lowest = r.limit, .highest = 0};
  int widest = 1;
  for (int o = 0; o < r.count; ++o) {
    const int output = r.first + (r.mirror ? r.count - 1 - o : o);
    const double center = r.origin + (output + 0.5) * scale;
    int low = std::clamp(int(std::floor(center - support + 0.5)), 0, r.limit - 1);
    int high = std::clamp(int(std::floor(center + support + 0.5)), low + 1, r.limit);
    high = std::min(high, low + most);
    double sum = 0;
    for (int x = low; x < high; ++x) {
      const double weight = std::max(0.0, 1 - std::abs(x + 0.5 - center) * inverse);
      exact[x - low] = weight;
      sum += weight;
    }
    // Rounding the running sum, not each weight, keeps the total exactly 1 and the error of any prefix below half a
    // unit.
    std::int16_t* to = weights + std::ptrdiff_t(o) * most;
    const double unit = sum > 0 ? (1 << filter_axis::one_bits) / sum : 0;
    double running = 0.5;  // cut to an integer, it rounds
    int before = 0, first = high, last = low;
    for (int x = low; x < high; ++x) {
      running += exact[x - low] * unit;
      const int until = sum > 0 ? int(running) : 1 << filter_axis::one_bits;
      if (until > before) first = std::min(first, x), last = x;
      to[x - low] = std::int16_t(until - before);
      before = until;
    }
    const int used = last + 1 - first;
    if (first > low) std::memmove(to, to + (first - low), sizeof(std::int16_t) * std::size_t(used));
    std::fill(to + used, to + most, std::int16_t(0));
    start[o] = first;
    widest = std::max(widest, used);
    axis.lowest = std::min(axis.lowest, first);
    axis.highest = std::max(axis.highest, last);
  }
  axis.taps = (widest + 1) / 2 * 2;
  if (axis.taps < most)
    for (int o = 1; o < r.count; ++o)
      for (int k = 0; k < axis.taps; k += 2)  // both are even
        std::memcpy(weights + std::ptrdiff_t(o) * axis.taps + k, weights + std::ptrdiff_t(o) * most + k,
                    2 * sizeof(std::int16_t));
  return axis;
}

std::size_t filter_windows::bytes_needed(const axis_request& r) noexcept {
  const auto groups = std::size_t(groups_of(r.count)), pairs = std::size_t(std::min(most_taps(r) / 2, 8));
  return filter_axis::bytes_needed(r) + arena::rounded(groups * sizeof(std::int32_t)) +
         2 * arena::rounded(pairs * groups * 16);
}

filter_windows make_windows(const axis_request& r, arena& memory) {
  filter_windows w{.axis = make_axis(r, memory)};
  filter_axis& a = w.axis;
  w.origin = a.lowest;
  auto* start = const_cast<std::int32_t*>(a.start);  // just made above
  for (int o = 0; o < a.count; ++o) start[o] -= w.origin;
  a.lowest -= w.origin;
  a.highest -= w.origin;
  w.pairs = a.taps / 2;
  w.groups = groups_of(a.count);
  const auto real_taps = [&](int o) {
    int taps = a.taps;
    while (taps > 1 && a.weights[o * a.taps + taps - 1] == 0) --taps;
    return taps;
  };
  if (w.pairs > 8) return w;
  auto* base = taken<std::int32_t>(memory, std::size_t(w.groups));
  for (int g = 0; g < w.groups; ++g) {
    const int from = std::min(g * 4, a.count - 1), to = std::min(g * 4 + 3, a.count - 1);
    base[g] = std::min(a.start[from], a.start[to]);
    for (int o = from; o <= to; ++o)
      if (a.start[o] < base[g] || a.start[o] + real_taps(o) - base[g] > 16) return w;
  }
  auto* picks = taken<std::uint8_t>(memory, std::size_t(w.pairs * w.groups) * 16);
  auto* weights = taken<std::int16_t>(memory, std::size_t(w.pairs * w.groups) * 8);
  for (int k = 0; k < w.pairs; ++k)
    for (int o = 0; o < w.groups * 4; ++o) {
      const int from = std::min(o, a.count - 1), at = k * w.groups * 4 + o;
      for (int half = 0; half < 2; ++half) {
        const int tap = 2 * k + half, byte = a.start[from] - base[o / 4] + tap;
        weights[at * 2 + half] = a.weights[from * a.taps + tap];
        picks[at * 4 + half * 2] = byte < 16 ? std::uint8_t(byte) : 128;
        picks[at * 4 + half * 2 + 1] = 128;
      }
    }
  w.base = base;
  w.picks = picks;
  w.weights = weights;
  w.windowed = true;
  return w;
}

}  // namespace troupe
