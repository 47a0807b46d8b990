#include "report.hpp"

#include "version.hpp"

#include <troupe/observe/json_text.hpp>
#include <troupe/observe/process.hpp>
#include <troupe/observe/visible_text.hpp>
#include <troupe/sources/grouped.hpp>

#include <algorithm>
#include <boost/json/array.hpp>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <sstream>
#include <stdexcept>

namespace troupe {

namespace {

constexpr std::size_t bad_ones_named = 3;

/// The share of a stage's time; nothing where it is not measured.
boost::json::value share(double spent_s, const stage_snapshot& s, double elapsed_s) {
  if (spent_s <= 0 || elapsed_s <= 0) return nullptr;
  return std::fmin(1, spent_s / (elapsed_s * double(s.workers)));
}

std::string cell(const boost::json::value& v) { return v.is_null() ? "-" : percent(v.get_double()); }

boost::json::object stage_to_json(const stage_snapshot& s, double elapsed_s) {
  boost::json::object o;
  o["stage"] = s.stage;
  o["workers"] = s.workers;
  o["items"] = s.items;
  o["bytes"] = s.bytes;
  o["busy"] = share(s.busy_s, s, elapsed_s);
  // A loop of the user's own is busy whenever it does not wait for a batch.
  if (s.stage == "consumer" && elapsed_s > 0) o["busy"] = std::fmax(0, 1 - s.waiting_input_s / elapsed_s);
  o["waiting_input"] = share(s.waiting_input_s, s, elapsed_s);
  o["waiting_demand"] = share(s.waiting_demand_s, s, elapsed_s);
  return o;
}

boost::json::object to_json(const tuning_report& t) {
  boost::json::object o;
  std::uint64_t kept = 0;
  for (const auto& m : t.moves) kept += m.kept ? 1 : 0;
  o["tried"] = t.moves.size();
  o["kept"] = kept;
  o["settled"] = t.settled;
  for (const auto k : {knob::workers, knob::trainer_threads, knob::readers, knob::read_ahead_bytes, knob::chunk_us})
    o[to_string(k)] = std::uint64_t(value(t.now, k));
  return o;
}

// How a knob stands, for a person.
std::string shown(knob k, double v) {
  if (k == knob::read_ahead_bytes) return readable(std::uint64_t(v));
  char text[32];
  std::snprintf(text, sizeof text, k == knob::chunk_us ? "%.2g ms" : "%.0f", k == knob::chunk_us ? 1e-3 * v : v);
  return text;
}

std::string spelled(knob k) {
  std::string words = k == knob::read_ahead_bytes ? "read-ahead" : k == knob::chunk_us ? "chunks" : to_string(k);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

}  // namespace

std::string readable(std::uint64_t bytes) {
  std::ostringstream text;
  text << readable_bytes{std::size_t(bytes)};
  return text.str();
}

std::string sentence(const tuning_move& m) {
  return spelled(m.what) + " " + shown(m.what, m.from) + " to " + shown(m.what, m.to) + ": " + with_commas(m.before) +
         " to " + with_commas(m.after) + " img/s, " + (m.kept ? "kept" : "taken back") + " (" + m.why + ")";
}

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
  return text;
}

std::string with_commas(double number) {
  return number < 100 ? std::to_string(number).substr(0, 4) : grouped(std::uint64_t(std::llround(number)));
}

std::string duration(double seconds) {
  char text[48];
  if (seconds < 120) {
    std::snprintf(text, sizeof text, "%.1f s", seconds);
  } else {
    const auto s = std::llround(seconds);
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld h", s / 3600, s / 60 % 60, s % 60);
  }
  return text;
}

double measured::images_per_s() const noexcept {
  return result.delivering.count() > 0 ? double(rows()) / result.delivering.count() : 0;
}

boost::json::object to_json(const measured& m) {
  boost::json::object o;
  const auto elapsed_s = m.result.delivering.count();
  const auto& d = m.result.dispositions;
  o["images_per_s"] = m.rows() > 0 ? boost::json::value(m.images_per_s()) : boost::json::value(nullptr);
  o["epochs_images_per_s"] = boost::json::array(m.epochs_images_per_s.begin(), m.epochs_images_per_s.end());
  o["first_batch_ms"] =
      m.rows() > 0 ? boost::json::value(1e3 * m.result.first_batch.count()) : boost::json::value(nullptr);
  boost::json::object memory;
  memory["bound_bytes"] = m.memory.bound_bytes();
  // The monitor looks ten times a second: a run that is shorter was not seen.
  memory["accounted_peak_bytes"] = m.accounted_peak_bytes > 0 ? boost::json::value(m.accounted_peak_bytes) : nullptr;
  memory["peak_rss_bytes"] = peak_resident_bytes();
  o["memory"] = std::move(memory);
  boost::json::array stages;
  for (const auto& s : m.last.stages) stages.push_back(stage_to_json(s, elapsed_s));
  o["stages"] = std::move(stages);
  boost::json::object v;
  const bool judged = m.rows() > 0;
  v["limiting"] = judged ? boost::json::value(m.limiting.limiting) : nullptr;
  v["share"] = judged ? boost::json::value(m.limiting.share) : nullptr;
  v["advice"] = judged ? boost::json::value(m.limiting.advice) : nullptr;
  v["gain_from_one_more_worker"] = m.limiting.gain_from_one_more_worker
                                       ? boost::json::value(*m.limiting.gain_from_one_more_worker)
                                       : boost::json::value(nullptr);
  o["verdict"] = std::move(v);
  o["tuning"] = to_json(m.tuning);
  o["dispositions"] = {
      {"delivered", d.delivered}, {"replaced", d.replaced}, {"skipped", d.skipped()}, {"filtered", d.filtered()}};
  o["damaged"] = m.result.damaged;
  o["bad_samples"] = m.result.bad_samples;
  boost::json::array first_bad;
  for (const auto& what : m.result.first_bad) first_bad.emplace_back(boost::json::value(what));
  o["first_bad"] = std::move(first_bad);
  o["cache"] = {{"bound_bytes", m.memory.cache_bytes},
                {"bytes", m.result.cache.bytes},
                {"samples", m.result.cache.samples},
                {"served", m.result.cache.served}};
  o["digest"] = m.result.digest.empty() ? boost::json::value(nullptr) : boost::json::value(m.result.digest);
  if (!m.result.stateful.empty()) o["stateful"] = m.result.stateful;  // the digest is not guaranteed then
  o["events_lost"] =
      m.result.events_lost.empty() ? boost::json::value(nullptr) : boost::json::value(m.result.events_lost);
  o["outcome"] = to_string(m.result.how);
  o["reason"] = m.result.reason.empty() ? boost::json::value(nullptr) : boost::json::value(m.result.reason);
  o["versions"] = versions();
  return o;
}

void print_json(const boost::json::value& v) {
  if (std::puts(json_text(v).c_str()) != EOF && std::fflush(stdout) == 0) return;
  if (errno != EPIPE)
    throw std::runtime_error(std::string("the result cannot be written to stdout: ") + std::strerror(errno));
}

std::string stage_table(const measured& m) {
  std::ostringstream out;
  char line[160];
  std::snprintf(line, sizeof line, "%-11s%8s%12s%10s%16s%17s\n", "stage", "workers", "items", "busy", "waits for input",
                "waits for demand");
  out << line;
  for (const auto& s : m.last.stages) {
    const auto j = stage_to_json(s, m.result.delivering.count());
    std::snprintf(line, sizeof line, "%-11s%8u%12s%10s%16s%17s\n", s.stage.c_str(), s.workers, grouped(s.items).c_str(),
                  cell(j.at("busy")).c_str(), cell(j.at("waiting_input")).c_str(),
                  cell(j.at("waiting_demand")).c_str());
    out << line;
  }
  return out.str();
}

namespace {

/// The first bad samples with their reasons, and where all of them are.
std::string bad_samples(const outcome& o, const std::string& kept_in) {
  if (o.bad_samples == 0) return {};
  std::ostringstream out;
  const auto named = std::min(o.first_bad.size(), bad_ones_named);
  for (std::size_t i = 0; i < named; ++i)
    out << (i == 0 ? "bad         " : "            ") << visible(o.first_bad[i]) << "\n";
  out << "            ";
  if (o.bad_samples > named) out << grouped(o.bad_samples - named) << " more; ";
  out << (kept_in.empty() ? "--out DIR keeps a list of all: DIR/quarantine.jsonl"
                          : "all of them: " + visible(kept_in) + "/quarantine.jsonl")
      << "\n";
  return out.str();
}

}  // namespace

std::string summary(const measured& m, const std::string& kept_in) {
  std::ostringstream out;
  const auto& d = m.result.dispositions;
  out << "memory      " << readable(peak_resident_bytes()) << " resident at most; the line ";
  if (m.accounted_peak_bytes > 0) out << "held " << readable(m.accounted_peak_bytes) << " of its ";
  out << (m.accounted_peak_bytes > 0 ? "" : "may hold ") << readable(m.memory.bound_bytes()) << "\n";
  out << "samples     " << grouped(d.delivered) << " delivered, " << grouped(d.replaced) << " replaced, "
      << grouped(d.skipped()) << " skipped";
  if (d.filtered() > 0) out << "; " << grouped(d.filtered()) << " left out by a filter";
  if (m.result.damaged > 0) out << "; " << grouped(m.result.damaged) << " filled from damaged files";
  out << "\n" << bad_samples(m.result, kept_in);
  if (m.memory.cache_bytes > 0) {
    out << "cache       " << grouped(m.result.cache.served) << " of " << grouped(m.rows()) << " rows came out of it; "
        << grouped(m.result.cache.samples) << " samples take " << readable(m.result.cache.bytes) << " of its "
        << readable(m.memory.cache_bytes) << "\n";
  }
  if (!m.limiting.limiting.empty() && m.rows() > 0) {
    out << "limited by  " << m.limiting.limiting << " (" << percent(m.limiting.share)
        << " of its time): " << m.limiting.advice << "\n";
  }
  if (!m.tuning.moves.empty()) {
    const auto kept = std::count_if(m.tuning.moves.begin(), m.tuning.moves.end(), [](const auto& t) { return t.kept; });
    out << "tuning      " << m.tuning.moves.size() << (m.tuning.moves.size() == 1 ? " step" : " steps") << " tried, "
        << kept << " kept; " << (m.tuning.settled ? "settled at " : "so far ") << m.tuning.now.workers << " of "
        << m.memory.workers << " workers, " << m.tuning.now.readers << " readers\n";
  }
  if (!m.result.digest.empty()) {
    out << "digest      " << m.result.digest;
    if (!m.result.stateful.empty()) out << " (not guaranteed: " << m.result.stateful << " is stateful)";
    out << "\n";
  }
  if (!m.result.events_lost.empty()) {
    out << "events      lines were lost (" << m.result.events_lost << "): what stands in events.jsonl and "
        << "quarantine.jsonl is not everything; give a folder by --out whose disk has room and keeps up\n";
  }
  return out.str();
}

}  // namespace troupe
