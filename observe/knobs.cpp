#include <troupe/observe/knobs.hpp>

#include <algorithm>

namespace troupe {

namespace {

int by_a_sixth(int n, int way, int least, int most) noexcept {
  return std::clamp(n + way * std::max(1, n / 6), least, most);
}

template <class T>
T by_two(T n, int way, T least, T most) noexcept {
  return std::clamp(way > 0 ? T(2 * n) : T(n / 2), least, most);
}

}  // namespace

const char* to_string(knob k) noexcept {
  switch (k) {
    case knob::workers: return "workers";
    case knob::trainer_threads: return "trainer_threads";
    case knob::readers: return "readers";
    case knob::read_ahead_bytes: return "read_ahead_bytes";
    case knob::chunk_us: return "chunk_us";
  }
  return "unknown";
}

double value(const knobs& all, knob k) noexcept {
  switch (k) {
    case knob::workers: return all.workers;
    case knob::trainer_threads: return all.trainer_threads;
    case knob::readers: return all.readers;
    case knob::read_ahead_bytes: return double(all.read_ahead_bytes);
    case knob::chunk_us: return all.chunk_us;
  }
  return 0;
}

knobs stepped(const knobs& from, knob k, int way, const knob_range& within) noexcept {
  const auto &least = within.least, &most = within.most;
  auto to = from;
  switch (k) {
    case knob::workers: to.workers = by_a_sixth(from.workers, way, least.workers, most.workers); break;
    case knob::trainer_threads:
      to.trainer_threads = by_a_sixth(from.trainer_threads, way, least.trainer_threads, most.trainer_threads);
      break;
    case knob::readers: to.readers = by_two(from.readers, way, least.readers, most.readers); break;
    case knob::read_ahead_bytes:
      to.read_ahead_bytes = by_two(from.read_ahead_bytes, way, least.read_ahead_bytes, most.read_ahead_bytes);
      break;
    case knob::chunk_us: to.chunk_us = by_two(from.chunk_us, way, least.chunk_us, most.chunk_us); break;
  }
  return to;
}

}  // namespace troupe
