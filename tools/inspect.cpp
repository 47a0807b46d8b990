#include "assembly.hpp"
#include "contact_sheet.hpp"
#include "exit_code.hpp"
#include "inspection.hpp"
#include "report.hpp"
#include "row_by_row.hpp"
#include "terminal.hpp"
#include "values.hpp"
#include "verbs.hpp"

#include <troupe/models/safetensors.hpp>
#include <troupe/pipeline/run_state.hpp>

#include <algorithm>
#include <cstdio>

namespace troupe {

namespace {

struct where {
  std::uint64_t epoch = 0, batch = 0;
  std::string sheet = {}, fields = {};
};

void save(const std::string& file, const inspected_batch& b) {
  const auto n = std::int64_t(b.rows.size());
  view labels{b.labels.data(), element::int64, {n}};
  if (!b.label_rows.empty())
    labels = {b.label_rows.data(), element::float32, {n, std::int64_t(b.label_rows.size()) / n}};
  std::vector<named_view> all{
      {"images", {b.images.data(), element::float32, {n, b.shape.channels, b.shape.height, b.shape.width}}},
      {"labels", labels},
      {"indices", {b.indices.data(), element::int64, {n}}}};
  for (const auto& [name, further] : b.further_views()) all.push_back({name, further});
  write_safetensors(file, all, {{"epoch", std::to_string(b.epoch)}, {"batch", std::to_string(b.number)}});
}

std::string names_of(const inspected_batch& b) {
  std::string names = "images, labels, indices";
  for (const auto& [name, further] : b.further_views()) names += ", " + name;
  return names;
}

/// "row_3.transform_2.noise": of row 3, what the transform drew that stands at 2 in its report.
void save_fields(const std::string& file, const inspected_batch& b) {
  std::vector<named_view> fields;
  for (const auto& row : b.rows)
    for (std::size_t t = 0; t < row.transforms.size(); ++t)
      for (const auto& f : row.transforms[t].fields)
        fields.push_back({"row_" + std::to_string(row.row) + ".transform_" + std::to_string(t) + "." + f.name,
                          {f.values.data(), element::float32, f.shape}});
  write_safetensors(file, fields, {{"epoch", std::to_string(b.epoch)}, {"batch", std::to_string(b.number)}});
}

int inspect_at(const where& at, const run_options& o, const assembly& a, terminal& out) {
  const auto settings = a.line.settings();
  const auto& positions = settings.positions;
  const auto of = positions.at(positions.pass_of_epoch(at.epoch));
  if (at.batch >= of.batches) {
    throw usage_error("--batch-number must be below " + std::to_string(of.batches) + ", the batches of an epoch, got " +
                      std::to_string(at.batch));
  }
  const auto b = row_by_row(settings).make(of, at.batch, !at.fields.empty());

  out.lines(inspection_table(b, a.data.train));
  if (!o.out.empty()) {
    save(o.out, b);
    out.line(o.out + ": " + names_of(b) + " of this batch");
  }
  if (!at.fields.empty()) {
    save_fields(at.fields, b);
    out.line(at.fields + ": noise and displacement fields as they were drawn");
  }
  if (!at.sheet.empty()) {
    write_contact_sheet(at.sheet, b, a.data.train, a.transforms);
    out.line(at.sheet + ": a contact sheet of this batch");
  }
  if (o.json) print_json(inspection_json(b, a.data.train));
  return exit_done;
}

}  // namespace

int inspect(const std::vector<std::string>& words) {
  run_options o;
  where at;
  arguments line("inspect", "exactly what training would see, row by row");
  declare_data(line, o);
  declare_validation(line, o);
  declare_images(line, o);
  line.group("Which batch");
  line.option("--epoch", "N", "counted from 0 [0]",
              [&at](const std::string& text) { at.epoch = whole_number(text, 0, 1ull << 48); });
  line.option("--batch-number", "N", "in its epoch, counted from 0; any of them at once [0]",
              [&at](const std::string& text) { at.batch = whole_number(text, 0); });
  line.option("--memory", "SIZE", "as for train: a picture that does not fit is replaced [2GiB]",
              [&o](const std::string& text) { o.memory_bytes = byte_count(text); });
  declare_output(
      line, o, "FILE",
      "safetensors: images [N, 3, H, W] float32, labels [N] int64 (mixed, several classes or values: [N, columns] "
      "float32), indices [N] int64, and masks, boxes, further pictures where the data have some [nothing is written]");
  line.option("--sheet", "FILE.png", "a contact sheet of the batch [none]",
              [&at](const std::string& text) { at.sheet = text; });
  line.option("--fields", "FILE",
              "safetensors: what gaussian_noise, elastic_transform and random_erasing drew for every pixel, "
              "row_R.transform_T.NAME, T as in \"transforms\" of --json; kept in memory for the whole batch [none]",
              [&at](const std::string& text) { at.fields = text; });
  if (!line.parse(words)) return exit_done;

  terminal out(o.json ? stderr : stdout, o.quiet);
  const auto a = assemble(o, false);
  out.line(recognised(o, a));
  out.lines(described(a.data));
  return inspect_at(at, o, a, out);
}

}  // namespace troupe
