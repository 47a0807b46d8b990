#include "row_by_row.hpp"

#include <troupe/augment/picture_header.hpp>
#include <troupe/sources/label_list.hpp>

#include <algorithm>
#include <span>
#include <stdexcept>
#include <utility>

namespace troupe {

namespace {
constexpr std::uint32_t most_attempts = 16;  // of the batcher
}

struct row_by_row::part {
  std::vector<std::uint8_t> bytes;
  picture shown;
};

std::vector<std::pair<std::string, view>> inspected_batch::further_views() const {
  std::vector<std::pair<std::string, view>> all;
  const auto& fields = further->fields().fields();
  for (std::size_t f = layout::indices + 1; f < fields.size(); ++f) {
    view v{further->row(0, f, 0), fields[f].type, {std::int64_t(rows.size())}};
    v.shape.insert(v.shape.end(), fields[f].row_shape.begin(), fields[f].row_shape.end());
    all.emplace_back(fields[f].name, std::move(v));
  }
  return all;
}

row_by_row::row_by_row(const run_settings& of)
    : of_(of.training),
      fields_(of.fields),
      decode_{.strict = of.augment.strict,
              .decoder = of.augment.decoder,
              .scaled = of.load.cache != cached::decoded,
              .also = of.augment.also},
      memory_(of.memory),
      whole_(of.batch_map) {}

failure row_by_row::read(const file_range& where, std::vector<std::uint8_t>& bytes, std::size_t& taken) {
  auto [file, bad] = files_->open(where.path);
  if (!file) return std::move(bad);
  auto extent = extent_of(where, *file);
  if (extent.bad) return std::move(extent.bad);
  taken += extent.all();
  if (taken > memory_.read_ahead_bytes) {
    return {fault::too_large, "it takes " + std::to_string(taken) + " bytes to read, read-ahead holds " +
                                  std::to_string(memory_.read_ahead_bytes) + "; raise budget.memory_bytes (--memory)"};
  }
  bytes.resize(extent.all());
  auto failed = read_range(*file, where, extent, bytes);
  bytes.resize(extent.bytes);
  return failed;
}

failure row_by_row::fits(recipe::requirement need) const {
  if (need.bad) return std::move(need.bad);
  const auto room = memory_.worker_scratch_bytes + memory_.shared_scratch_bytes;
  if (need.scratch_bytes <= room) return {};
  return {fault::too_large, "decoding needs " + std::to_string(need.scratch_bytes >> 20) + " MiB of scratch, " +
                                std::to_string(room >> 20) + " MiB are there; raise budget.memory_bytes (--memory)"};
}

failure row_by_row::find(std::size_t picture, std::uint64_t index, part& to, std::size_t& taken) {
  const auto of = picture == 0 ? sample_of{&*of_.data, index} : of_.data->companion_of(index, picture - 1);
  to.shown.bytes = of.from->pixels(of.index);
  to.shown.raw = of.from->shape();
  if (!to.shown.bytes.empty()) return {};
  if (of.from->keyed())
    return {fault::stage, "it is a key, and stages of one's own, which bring its bytes, are not asked here", of.path()};
  const auto where = of.from->location(of.index);
  auto bad = read(where, to.bytes, taken);
  to.shown = {to.bytes, where.raw, {}};
  if (bad && picture > 0) bad.path = of.path();
  return bad;
}

failure row_by_row::fill(inspected_row& row, const sample_key& key, float* pixels, bool fields, const ring& further) {
  row.transforms.clear();
  std::vector<part> parts(1 + of_.further.companions);
  std::size_t taken = 0;
  for (std::size_t n = 0; n < parts.size(); ++n)
    if (auto bad = find(n, row.index, parts[n], taken)) return bad;
  const auto& own = parts.front().shown;
  if (!own.raw)
    if (auto bad = fits(of_.prepare->inspect(own))) return bad;
  const auto shape = own.raw ? *own.raw : read_header(own.bytes, decode_).upright();
  row.width = shape.width;
  row.height = shape.height;
  if (auto bad = of_.prepare->run(own, key, pixels, scratch_, &row.transforms, fields)) return bad;
  return fill_further(row, key, parts, pixels, further);
}

failure row_by_row::fill_further(const inspected_row& row, const sample_key& key, const std::vector<part>& parts,
                                 float* pixels, const ring& memory) {
  const auto& further = of_.further;
  const auto& data = *of_.data;
  if (further.along()) {
    const bool masked = further.masks != further_fields::none;
    targets along;
    const auto mask = masked ? parts[1 + further.mask_companion].shown : picture{};
    if (auto bad = further.gather(along, data, row.index, mask, memory, 0, row.row)) return bad;
    auto bad = fits(of_.prepare->inspect(parts.front().shown, along));
    if (!bad) bad = of_.prepare->run(parts.front().shown, key, pixels, along, scratch_);
    if (bad && along.mask_failed) bad.path = data.companion_of(row.index, further.mask_companion).path();
    if (bad) return bad;
    further.write(along, data.annotated(row.index), memory, 0, row.row);
  }
  for (const auto& f : further.images) {
    auto own = key;
    own.view += f.view;
    auto bad = fits(f.prepare.inspect(parts[f.picture].shown));
    if (!bad) bad = f.prepare.run(parts[f.picture].shown, own, memory.row(0, f.field, row.row), scratch_);
    if (bad && f.picture > 0) bad.path = data.companion_of(row.index, f.picture - 1).path();
    if (bad) return bad;
  }
  const auto label = data.label(row.index);
  if (data.labels() != label_kind::classes || label == -1) return {};
  return wrong_class(label, of_.data.classes());
}

void row_by_row::transform_all(const pass& of, inspected_batch& b) const {
  const auto classes = b.label_rows.size() / std::max<std::size_t>(b.rows.size(), 1);
  batch_rows all{.rows = b.rows.size(), .shape = b.shape, .images = b.images.data(), .classes = classes};
  if (classes > 0) {
    all.labels = b.label_rows.data();
  } else {
    all.class_of = b.labels.data();
  }
  all.indices = b.indices.data();
  std::vector<std::byte> memory(whole_.scratch_bytes(all.row_bytes(), classes));
  whole_.run(all, of.seed, of.epoch, b.number, memory.data(), &b.transforms);
}

// All views of a sample, or of the one that takes its place.
void row_by_row::show(const pass& of, std::uint64_t number, std::span<inspected_row> views, float* pixels, bool fields,
                      const ring& further) {
  for (std::uint32_t attempt = 0;; ++attempt) {
    inspected_row::bad_sample bad;
    for (std::size_t v = 0; v < views.size(); ++v) {
      auto& row = views[v];
      const auto offset = number * of.batch_size + row.row;
      row.index = of.index(offset, attempt);
      if (auto why = fill(row, of.key(offset, attempt), pixels + v * of_.prepare->shape().bytes(), fields, further))
        bad = {row.index, std::move(why)};
    }
    if (!bad.why) return;
    for (auto& row : views) row.replaces.push_back(bad);
    if (attempt < most_attempts) continue;
    throw std::runtime_error("no readable sample for row " + std::to_string(views.front().row) +
                             ": 16 replacements in a row were bad, the last one " +
                             (bad.why.path.empty() ? of_.data->path(bad.index) : bad.why.path) + " (" +
                             to_string(bad.why.reason) + ": " + bad.why.detail + ")");
  }
}

inspected_batch row_by_row::make(const pass& of, std::uint64_t number, bool fields) {
  const auto& data = of_.data;
  inspected_batch b;
  b.epoch = of.epoch;
  b.number = number;
  b.shape = of_.prepare->shape();
  const auto values = b.shape.bytes();
  const auto rows = of.rows(number);
  b.images.resize(rows * values);
  const auto further = std::make_shared<ring>(fields_, std::size_t(rows), 1);
  b.further = further;
  b.rows.resize(rows);
  for (std::uint64_t r = 0; r < rows; ++r) {
    b.rows[r].row = r;
    b.rows[r].position = of.epoch * of.positions + number * of.batch_size + r;
  }
  for (std::uint64_t r = 0; r < rows; r += of.views) {
    const auto views = std::min(of.views, rows - r);
    show(of, number, std::span(b.rows).subspan(r, views), b.images.data() + r * values, fields, *further);
  }
  for (auto& row : b.rows) {
    row.label = data->label(row.index);
    b.labels.push_back(row.label);
    if (data->labels() != label_kind::classes || whole_.mixes_labels()) {
      b.label_rows.resize(b.label_rows.size() + data.classes());
      data->write_label(row.index, b.label_rows.data() + b.label_rows.size() - data.classes());
    }
    b.indices.push_back(std::int64_t(row.index));
  }
  transform_all(of, b);
  return b;
}

}  // namespace troupe
