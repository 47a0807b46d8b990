#include "assembly.hpp"
#include "exit_code.hpp"
#include "report.hpp"
#include "run_folder.hpp"
#include "terminal.hpp"
#include "values.hpp"
#include "verbs.hpp"
#include "watch.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <thread>
#include <utility>

namespace troupe {

namespace {

/// The loop of a program that takes every batch and does nothing with it. Returns the rate of each epoch, the first one
/// from the start of the run on.
std::vector<double> take_all(running_pipeline& run, std::uint64_t epochs, std::chrono::steady_clock::time_point since) {
  std::vector<double> rates;
  for (std::uint64_t e = 0; e < epochs; ++e) {
    std::uint64_t rows = 0;
    for (const batch& b : run.epoch()) rows += b.rows();
    const auto now = std::chrono::steady_clock::now();
    if (rows > 0) rates.push_back(double(rows) / std::max(1e-9, std::chrono::duration<double>(now - since).count()));
    since = now;
  }
  return rates;
}

void report(terminal& out, const measured& m, const std::string& kept_in) {
  out.line("");
  for (std::size_t e = 0; e < m.epochs_images_per_s.size(); ++e) {
    out.line("epoch " + std::to_string(e + 1) + " of " + std::to_string(m.epochs_images_per_s.size()) + ": " +
             with_commas(m.epochs_images_per_s[e]) + " img/s");
  }
  char first[32];
  std::snprintf(first, sizeof first, "%.1f ms", 1e3 * m.result.first_batch.count());
  out.headline(with_commas(m.images_per_s()) + " img/s, first batch after " + first);
  out.lines("\n" + stage_table(m) + "\n" + summary(m, kept_in));
}

int bench_with(const run_options& o, assembly& a, terminal& out, orderly_stop& stop) {
  clear_for_a_run(o.out);
  held_memory held;
  a.line.output({.directory = o.out, .digest = o.digest});
  a.line.monitor({.rules = {held.watcher()}}, [&out](const alert& what) { out.alert(what); });

  const auto started = std::chrono::steady_clock::now();
  auto run = a.line.start();
  stop.guard(run, "open batches drain");
  std::vector<double> rates;
  // The loop has a thread of its own, so that the progress line goes on while it waits. How a run failed, its outcome
  // says.
  std::thread loop([&] {
    try {
      rates = take_all(run, *o.epochs, started);
    } catch (const run_failed&) {}
  });
  watch(run, out);
  loop.join();
  measured m{run.wait(),       run.snapshot(), run.limiting(),  run.memory(),
             *held.most_bytes, run.tuning(),   std::move(rates)};
  stop.let_go();
  if (m.result.how != ending::failed || m.rows() > 0) report(out, m, o.out);
  if (m.result.how == ending::failed || m.result.how == ending::wedged) out.remark("troupe: " + m.result.reason);
  if (o.json) print_json(to_json(m));
  return exit_code_of(m.result, stop.signal());
}

}  // namespace

int bench(const std::vector<std::string>& words) {
  run_options o;
  arguments line("bench", "the input line without a model: rate, where the time goes, what would help");
  declare_data(line, o);
  declare_images(line, o);
  declare_budget(line, o);
  line.group("Measurement");
  line.option("--epochs", "N", "passes over the data [1]",
              [&o](const std::string& text) { o.epochs = whole_number(text, 1, 1'000'000); });
  line.flag("--digest", "hash every delivered batch: the same for any --cpus [not done]", o.digest);
  declare_output(line, o, "DIR", "folder for events.jsonl and quarantine.jsonl [nothing is written]");
  if (!line.parse(words)) return exit_done;
  expect_no_run_in(o.out);

  terminal out(o.json ? stderr : stdout, o.quiet);
  orderly_stop stop(out);
  auto a = assemble(o, false);
  out.line(recognised(o, a));
  out.lines("\n" + a.line.describe());
  return bench_with(o, a, out, stop);
}

}  // namespace troupe
