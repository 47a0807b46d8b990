#include "run_folder.hpp"

#include "exit_code.hpp"

#include <troupe/models/atomic_file.hpp>
#include <troupe/observe/json_text.hpp>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace troupe {

namespace fs = std::filesystem;

namespace {

/// runs/2026-11-21_10-46-00, with -2 and so on where two start in one second.
fs::path new_folder() {
  const auto now = std::time(nullptr);
  std::tm parts{};
  ::localtime_r(&now, &parts);
  char name[40];
  std::strftime(name, sizeof name, "%Y-%m-%d_%H-%M-%S", &parts);
  std::error_code failed;
  fs::create_directories("runs", failed);
  for (int n = 1; !failed; ++n) {
    auto path = fs::path("runs") / (n == 1 ? std::string(name) : name + ("-" + std::to_string(n)));
    if (fs::create_directory(path, failed)) return path;
  }
  throw std::runtime_error("cannot make a folder in " + fs::absolute("runs").string() + ": " + failed.message() +
                           "; give another place by --out");
}

/// What a run writes beside weights.
constexpr std::array records{"run.json", "events.jsonl", "quarantine.jsonl"};

/// Whether these are the events of a run that is over and delivered nothing: its last words say so.
bool came_to_nothing(const fs::path& events) {
  constexpr std::streamoff longest_line = 1 << 16;
  std::ifstream in(events, std::ios::binary | std::ios::ate);
  in.seekg(std::max<std::streamoff>(0, in.tellg() - std::streampos(longest_line)));
  std::string last;
  for (std::string line; std::getline(in, line);) last = line;
  try {
    const auto said = boost::json::parse(last);
    if (said.at("event") != "end") return false;
    const auto& rows = said.at("dispositions");
    return rows.at("delivered").to_number<double>() == 0 && rows.at("replaced").to_number<double>() == 0;
  } catch (const std::exception&) { return false; }
}

}  // namespace

void expect_no_run_in(const fs::path& folder) {
  const auto refuse = [&](const std::string& name) {
    throw usage_error("--out " + folder.string() + " holds a run already, with " + name +
                      "; name another folder, or remove what is in this one");
  };
  std::string record;
  std::error_code failed;
  for (fs::directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed)) {
    const auto name = it->path().filename().string();
    if (std::find(records.begin(), records.end(), name) != records.end()) record = name;
    if (name == "best.safetensors" || (name.rfind("checkpoint-", 0) == 0 && it->path().extension() == ".safetensors"))
      refuse(name);
  }
  if (!record.empty() && !came_to_nothing(folder / "events.jsonl")) refuse(record);
}

void clear_for_a_run(const fs::path& folder) {
  if (folder.empty()) return;
  expect_no_run_in(folder);
  for (const auto* name : records) fs::remove(folder / name);
}

run_folder::run_folder(const std::string& chosen) : path_(chosen.empty() ? new_folder() : fs::path(chosen)) {
  std::error_code failed;
  fs::create_directories(path_, failed);
  if (failed) {
    throw std::runtime_error("cannot make the folder " + path_.string() + ": " + failed.message() +
                             "; give another one by --out");
  }
  clear_for_a_run(path_);
  since_ = fs::file_time_type::clock::now();
}

void run_folder::write(boost::json::object before) {
  content_ = std::move(before);
  save();
}

void run_folder::add_result(boost::json::object result) {
  content_["result"] = std::move(result);
  save();
}

void run_folder::save() const {
  const auto text = json_page(content_);
  atomic_file file(path_ / "run.json");
  file.write(text.data(), text.size());
  file.commit();
}

std::vector<std::string> run_folder::files() const {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator it(path_, failed), end; !failed && it != end; it.increment(failed)) {
    std::error_code gone;
    const auto written = it->last_write_time(gone);
    const auto empty = !it->is_regular_file(gone) || it->file_size(gone) == 0;
    // The clock of a file system may be coarse.
    if (!gone && !empty && written + std::chrono::milliseconds(50) >= since_)
      names.push_back(it->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace troupe
