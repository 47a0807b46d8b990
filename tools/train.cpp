#include "assembly.hpp"
#include "epoch_feed.hpp"
#include "exit_code.hpp"
#include "report.hpp"
#include "run_folder.hpp"
#include "terminal.hpp"
#include "verbs.hpp"
#include "version.hpp"
#include "watch.hpp"

#include <troupe/observe/event_log.hpp>

#include <cstdio>
#include <utility>

namespace troupe {

namespace {

boost::json::value or_null(const std::string& s) {
  return s.empty() ? boost::json::value(nullptr) : boost::json::value(s);
}

boost::json::object result_of(const measured& m) {
  auto o = to_json(m);
  const auto& r = m.result;
  o["epochs"] = r.epochs.size();
  o["steps"] = r.steps;
  o["training_s"] = r.training.count();
  o["loss"] = r.epochs.empty() ? boost::json::value(nullptr) : boost::json::value(r.epochs.back().loss);
  o["accuracy"] = r.epochs.empty() || !r.epochs.back().test_accuracy
                      ? boost::json::value(nullptr)
                      : boost::json::value(*r.epochs.back().test_accuracy);
  o["checkpoint"] = or_null(r.checkpoint);
  o["best_weights"] = or_null(r.best_weights);
  return o;
}

/// What run.json says before the first image.
boost::json::object described(const run_options& o, const assembly& a) {
  const auto memory = a.line.memory();
  boost::json::object j;
  j["started"] = utc_now();
  j["configuration"] = to_json(o, true);
  j["data"] = a.data.described;
  j["plan"] = {
      {"diagram", a.line.describe()}, {"threads", memory.workers}, {"memory_bound_bytes", memory.bound_bytes()}};
  j["versions"] = versions();
  j["result"] = nullptr;
  return j;
}

/// "test accuracy 91.6 % after 5 epochs, 38.2 s of training"
std::string headline(const outcome& r) {
  std::string text;
  if (!r.epochs.empty()) {
    const auto& last = r.epochs.back();
    text = last.test_accuracy
               ? "test accuracy " + percent(*last.test_accuracy)
               : "accuracy " + percent(last.accuracy) + " on the training data (there is no test split; give --val)";
    text += " after " + std::to_string(r.epochs.size()) + (r.epochs.size() == 1 ? " epoch, " : " epochs, ");
  } else {
    text = std::to_string(r.steps) + " steps, no epoch finished, ";
  }
  return text + duration(r.training.count()) + " of training";
}

void report(terminal& out, const measured& m, const run_folder& folder) {
  out.line("");
  out.headline(headline(m.result));
  std::string files;
  for (const auto& name : folder.files()) files += (files.empty() ? "" : ", ") + name;
  out.line("rate        " + with_commas(m.images_per_s()) + " img/s over the whole run, evaluation included");
  out.lines(summary(m, folder.path().string()));
  out.line("files       " + folder.path().string() + ": " + files);
}

int train_in(run_folder& folder, const run_options& o, assembly& a, terminal& out, orderly_stop& stop) {
  auto description = described(o, a);
  epoch_feed epochs(folder.path() / "events.jsonl");
  held_memory held;
  a.line.output({.directory = folder.path(), .digest = o.digest});
  a.line.monitor({.rules = {held.watcher()}}, [&out](const alert& what) { out.alert(what); });

  auto run = a.line.start();
  folder.write(std::move(description));  // not of what is refused at once
  stop.guard(run, "the step ends and a checkpoint is written");
  watch(run, out, [&] {
    for (const auto& sentence : epochs.finished(*o.epochs)) out.line(sentence);
  });
  measured m{run.wait(), run.snapshot(), run.limiting(), run.memory(), *held.most_bytes, run.tuning()};
  stop.let_go();
  for (const auto& sentence : epochs.finished(*o.epochs)) out.line(sentence);
  for (const auto& e : m.result.epochs) m.epochs_images_per_s.push_back(e.images_per_s);

  auto code = exit_code_of(m.result, stop.signal());
  auto result = result_of(m);
  try {
    folder.add_result(result);
  } catch (const std::exception& e) {
    out.remark(std::string("troupe: ") + e.what());
    if (code == exit_done) code = exit_failed;
  }
  if (m.result.how != ending::failed || m.rows() > 0) report(out, m, folder);
  if (m.result.how == ending::failed || m.result.how == ending::wedged) out.remark("troupe: " + m.result.reason);
  if (o.json) print_json(result);
  return code;
}

}  // namespace

int train(const std::vector<std::string>& words) {
  run_options o;
  arguments line("train", "train; progress on the terminal, everything kept under --out");
  declare_data(line, o);
  declare_images(line, o);
  declare_training(line, o);
  declare_budget(line, o);
  line.flag("--digest", "hash every delivered batch [not done]", o.digest);
  declare_output(line, o, "DIR",
                 "folder for run.json, events.jsonl, quarantine.jsonl and weights, of no other run [runs/<time>]");
  if (!line.parse(words)) return exit_done;
  expect_no_run_in(o.out);

  terminal out(o.json ? stderr : stdout, o.quiet);
  orderly_stop stop(out);
  auto a = assemble(o, true);
  out.line(recognised(o, a));
  out.lines("\n" + a.line.describe());
  run_folder folder(o.out);
  return train_in(folder, o, a, out, stop);
}

}  // namespace troupe
