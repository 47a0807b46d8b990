#include <troupe/observe/event_log.hpp>

#include <troupe/observe/json_text.hpp>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <stdexcept>

namespace troupe {

namespace {

constexpr std::size_t most_lines = 100'000;  // that stand in memory while a disk hangs; later ones are lost and counted

std::FILE* open_log(const std::filesystem::path& file) {
  auto* f = std::fopen(file.c_str(), "ae");
  if (f == nullptr) {
    throw std::runtime_error("output: cannot write " + file.string() + ": " + std::strerror(errno) +
                             "; give another folder (output.directory, --out)");
  }
  return f;
}

}  // namespace

std::string utc_now() {
  const auto now = std::chrono::system_clock::now();
  const auto seconds = std::chrono::system_clock::to_time_t(now);
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  auto n = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text + n, sizeof text - n, ".%03dZ", int(ms));
  return text;
}

event_log::event_log(std::filesystem::path directory, clock now)
    : directory_(std::move(directory)), now_(std::move(now)), started_(now_()) {
  if (directory_.empty()) return;
  std::error_code failed;
  std::filesystem::create_directories(directory_, failed);
  if (failed) {
    throw std::runtime_error("output: cannot make the folder " + directory_.string() + ": " + failed.message() +
                             "; give another one (output.directory, --out)");
  }
  events_ = open_log(directory_ / "events.jsonl");
  quarantine_ = open_log(directory_ / "quarantine.jsonl");
}

event_log::~event_log() {
  write(lines_);  // nobody listens any more
  if (events_ != nullptr) std::fclose(events_);
  if (quarantine_ != nullptr) std::fclose(quarantine_);
}

void event_log::keep(line fresh) {
  std::lock_guard lock(mutex_);
  if (lines_.size() < most_lines) {
    lines_.push_back(std::move(fresh));
  } else {
    ++lost_;
    why_lost_ = "more lines waited for the disk than are kept";
  }
}

void event_log::post(std::string_view event, const boost::json::object& fields) {
  if (!keeps() && listeners_.empty()) return;
  const auto t_s = std::chrono::duration<double>(now_() - started_).count();
  boost::json::object whole;
  whole["time"] = utc_now();
  whole["t_s"] = t_s;
  whole["event"] = event;
  for (const auto& [key, value] : fields) whole[key] = value;
  keep({false, {std::string(event), t_s, json_text(whole)}});
}

void event_log::quarantine(const boost::json::object& fields) {
  if (keeps()) keep({true, {{}, 0, json_text(fields)}});
}

void event_log::flush() {
  std::lock_guard writing(writing_);
  std::deque<line> taken;
  {
    std::lock_guard lock(mutex_);
    taken.swap(lines_);
  }
  write(taken);
  tell(taken);
}

void event_log::tell(const std::deque<line>& taken) const {
  for (const auto& l : taken) {
    if (l.quarantine) continue;
    for (const auto& listen : listeners_) {
      if (muted()) return;  // one before may have hung until then, and what this one needs may be gone
      try {
        listen(l.what);
      } catch (...) {  // NOLINT(bugprone-empty-catch): the watch goes on
      }
    }
  }
}

void event_log::write(const std::deque<line>& taken) {
  if (!keeps() || taken.empty()) return;
  std::uint64_t failures = 0;
  int error = 0;
  for (const auto& l : taken) {
    auto* file = l.quarantine ? quarantine_ : events_;
    const auto& text = l.what.line;
    if (std::fwrite(text.data(), 1, text.size(), file) != text.size() || std::fputc('\n', file) == EOF) {
      ++failures;
      error = errno;
    }
  }
  for (auto* file : {events_, quarantine_}) {
    if (std::fflush(file) != 0) {
      failures = failures > 0 ? failures : 1;
      error = errno;
      std::clearerr(file);
    }
  }
  if (failures > 0) {
    std::lock_guard lock(mutex_);
    lost_ += failures;
    why_lost_ = std::strerror(error);
  }
}

std::pair<std::uint64_t, std::string> event_log::lost() const {
  std::lock_guard lock(mutex_);
  return {lost_, why_lost_};
}

}  // namespace troupe
