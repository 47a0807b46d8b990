#pragma once
#include <troupe/observe/event.hpp>

#include <atomic>
#include <boost/json/object.hpp>
#include <chrono>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe {

/// Everything that happened, one JSON object a line: `events.jsonl` and `quarantine.jsonl`. Any thread may post, nobody
/// waits for a disk: lines stand in memory until the monitor writes them on its own thread.
class event_log {
 public:
  using clock = std::function<std::chrono::steady_clock::time_point()>;

  /// Files go into `directory`, which is made where it is missing; an empty one keeps nothing. Throws
  /// std::runtime_error where the directory cannot be written.
  event_log(std::filesystem::path directory, clock now);
  ~event_log();
  event_log(const event_log&) = delete;
  event_log& operator=(const event_log&) = delete;

  /// Who hears of every event when it is flushed, whether or not there is a directory. Before the first one.
  void listen(std::function<void(const event&)> listener) { listeners_.push_back(std::move(listener)); }
  /// Adds `time` (RFC 3339, UTC), `t_s` (seconds since the log was made) and `event`.
  void post(std::string_view event, const boost::json::object& fields);
  /// One line for a bad sample.
  void quarantine(const boost::json::object& line);
  /// Writes what stands in memory, and tells it to those who listen, on this thread. A full disk drops lines and is
  /// counted, it never stops a run; what a listener throws stays here.
  void flush();
  /// From now on nobody hears of anything; it is written all the same.
  void mute() noexcept { muted_.store(true); }
  bool muted() const noexcept { return muted_.load(); }
  /// Lines that could not be written, and the reason of the last one.
  std::pair<std::uint64_t, std::string> lost() const;
  bool keeps() const noexcept { return !directory_.empty(); }
  const std::filesystem::path& directory() const noexcept { return directory_; }

 private:
  struct line {
    bool quarantine = false;
    event what;
  };
  void keep(line fresh);
  void write(const std::deque<line>& taken);
  void tell(const std::deque<line>& taken) const;

  const std::filesystem::path directory_;
  const clock now_;
  const std::chrono::steady_clock::time_point started_;
  mutable std::mutex mutex_;
  std::deque<line> lines_;
  std::uint64_t lost_ = 0;
  std::string why_lost_;
  std::mutex writing_;
  std::atomic<bool> muted_{false};
  std::vector<std::function<void(const event&)>> listeners_;
  std::FILE* events_ = nullptr;
  std::FILE* quarantine_ = nullptr;
};

/// Now, as RFC 3339 in UTC with milliseconds: 2026-11-21T10:46:00.123Z.
std::string utc_now();

}  // namespace troupe
