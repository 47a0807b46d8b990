#include <troupe/sources/pack.hpp>

#include "assembly.hpp"
#include "exit_code.hpp"
#include "report.hpp"
#include "terminal.hpp"
#include "values.hpp"
#include "verbs.hpp"
#include "watch.hpp"

#include <troupe/sources/grouped.hpp>
#include <troupe/sources/open.hpp>
#include <troupe/sources/unfinished_folder.hpp>

#include <strings.h>

#include <boost/json/array.hpp>
#include <filesystem>
#include <functional>

namespace troupe {

namespace {

namespace fs = std::filesystem;

bool packed_as_a_whole(const std::string& word) {
  std::error_code ignored;
  if (!fs::is_regular_file(word, ignored)) return false;
  for (const std::string end : {".tar.gz", ".tgz", ".tar.zst"})
    if (word.size() > end.size() && ::strcasecmp(word.c_str() + word.size() - end.size(), end.c_str()) == 0)
      return true;
  return false;
}

/// What a signal makes of packing.
struct packing_stopped {};

void add(packed_data& all, const packed_data& part, const fs::path& folder) {
  for (const auto& shard : part.shards) all.shards.push_back(folder / shard.filename());
  all.samples += part.samples;
  all.bytes += part.bytes;
}

packed_data pack_data(const opened_data& data, const fs::path& folder, pack_options options,
                      const std::function<void()>& go_on, terminal& out) {
  const auto write = [&](const dataset& part, const fs::path& to) {
    options.progress = [&](std::uint64_t n) {
      go_on();
      if (n % 100'000 == 0) out.line(grouped(n) + " of " + grouped(part.size()) + " samples are packed");
    };
    return pack(part, to, options);
  };
  if (!data.test) return write(data.train, folder);
  packed_data done;
  unfinished_folder both(folder, {"train", "test"});
  add(done, write(data.train, both.part() / "train"), folder / "train");
  add(done, write(*data.test, both.part() / "test"), folder / "test");
  both.finish();
  return done;
}

packed_data pack_all(const run_options& o, const pack_options& options, orderly_stop& stop, terminal& out) {
  const auto go_on = [&stop] {
    if (stop.signal() != 0) throw packing_stopped();
  };
  if (packed_as_a_whole(o.data)) {
    out.line("data: " + o.data + " is a packed archive; it is unpacked to one shard");
    stop.let_go();
    return unpack_archive(o.data, o.out, [&go_on](std::uint64_t) { go_on(); });
  }
  const auto data = open_data(o.data, {o.format, o.root});
  out.line("data: " + o.data + " is taken for " + taken_for(data.kind));
  out.lines(described(data));
  stop.let_go();
  return pack_data(data, o.out, options, go_on, out);
}

}  // namespace

int pack_command(const std::vector<std::string>& words) {
  run_options o;
  pack_options options;
  arguments line("pack", "write tar shards (WebDataset layout) with an index");
  line.operand(
      "DATA", "data", "picture files: class folders, a .csv or .jsonl manifest, tar shards, a .tar.gz or .tar.zst",
      [&o](const std::string& text) { o.data = text; }, "photos/ --out shards/");
  line.group("Shards");
  line.option("--out", "DIR",
              "folder for shards-0000.tar ..., their indices and classes.txt; of data in splits train/ and test/",
              [&o](const std::string& text) { o.out = text; });
  line.option("--shard-size", "SIZE", "at most, one sample at least: larger ones are fewer files [256MiB]",
              [&options](const std::string& text) { options.shard_bytes = byte_count(text); });
  declare_format(line, o);
  line.flag("--json", "one JSON object on stdout at the end, nothing else there", o.json);
  line.flag("--quiet", "say nothing but warnings and errors", o.quiet);
  line.option("--config", "FILE.json", "the same options by name, {\"out\": \"shards\"}; the command line wins",
              [](const std::string&) {});
  if (!line.parse(words)) return exit_done;
  if (o.out.empty()) throw usage_error("troupe pack needs --out DIR, the folder for the shards");

  terminal out(o.json ? stderr : stdout, o.quiet);
  orderly_stop stop(out);
  packed_data done;
  try {
    done = pack_all(o, options, stop, out);
  } catch (const packing_stopped&) {
    out.remark("troupe: stopped; nothing is left of what was written");
    return 128 + stop.signal();
  }
  out.line(counted(done.samples, "sample") + " in " + counted(done.shards.size(), "shard") + ", " +
           readable(done.bytes) + done.passed_by + "; next: troupe bench " + o.out);
  if (o.json) {
    boost::json::array shards;
    for (const auto& shard : done.shards) shards.emplace_back(shard.string());
    print_json(boost::json::object{{"samples", done.samples}, {"bytes", done.bytes}, {"shards", std::move(shards)}});
  }
  return exit_done;
}

}  // namespace troupe
