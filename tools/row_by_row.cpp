#include "row_by_row.hpp"

#include <troupe/augment/picture_header.hpp>

#include <algorithm>
#include <span>
#include <stdexcept>
#include <utility>

namespace troupe {

namespace {
constexpr std::uint32_t most_attempts = 16;  // of the batcher
}

row_by_row::row_by_row(dataset data, recipe prepare, decode_options decode, memory_plan memory, batch_recipe whole)
    : data_(std::move(data)),
      prepare_(std::move(prepare)),
      decode_(decode),
      memory_(memory),
      whole_(std::move(whole)) {}

failure row_by_row::read(const file_range& where, std::vector<std::uint8_t>& bytes) {
  auto [file, bad] = files_->open(where.path);
  if (!file) return std::move(bad);
  auto extent = extent_of(where, *file);
  if (extent.bad) return std::move(extent.bad);
  if (extent.all() > memory_.read_ahead_bytes) {
    return {fault::too_large, "it takes " + std::to_string(extent.all()) + " bytes to read, read-ahead holds " +
                                  std::to_string(memory_.read_ahead_bytes)};
  }
  bytes.resize(extent.all());
  auto failed = read_range(*file, where, extent, bytes);
  bytes.resize(extent.bytes);
  return failed;
}

failure row_by_row::fits(const picture& p) const {
  auto need = prepare_.inspect(p);
  if (need.bad) return std::move(need.bad);
  const auto room = memory_.worker_scratch_bytes + memory_.shared_scratch_bytes;
  if (need.scratch_bytes <= room) return {};
  return {fault::too_large, "decoding needs " + std::to_string(need.scratch_bytes >> 20) + " MiB of scratch, " +
                                std::to_string(room >> 20) + " MiB are there; raise --memory"};
}

failure row_by_row::fill(inspected_row& row, const sample_key& key, float* pixels, bool fields) {
  row.transforms.clear();
  if (const auto raw = data_->pixels(row.index); !raw.empty()) {
    const auto shape = data_->shape().value();
    row.width = shape.width;
    row.height = shape.height;
    return prepare_.run({raw, shape}, key, pixels, scratch_, &row.transforms, fields);
  }
  std::vector<std::uint8_t> bytes;
  const auto where = data_->location(row.index);
  if (auto bad = read(where, bytes)) return bad;
  if (where.raw) {
    row.width = where.raw->width;
    row.height = where.raw->height;
    return prepare_.run({bytes, where.raw}, key, pixels, scratch_, &row.transforms, fields);
  }
  const picture p{bytes, std::nullopt};
  if (auto bad = fits(p)) return bad;
  const auto upright = read_header(bytes, decode_).upright();
  row.width = upright.width;
  row.height = upright.height;
  return prepare_.run(p, key, pixels, scratch_, &row.transforms, fields);
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
void row_by_row::show(const pass& of, std::uint64_t number, std::span<inspected_row> views, float* pixels,
                      bool fields) {
  for (std::uint32_t attempt = 0;; ++attempt) {
    inspected_row::bad_sample bad;
    for (std::size_t v = 0; v < views.size(); ++v) {
      auto& row = views[v];
      const auto offset = number * of.batch_size + row.row;
      row.index = of.index(offset, attempt);
      if (auto why = fill(row, of.key(offset, attempt), pixels + v * prepare_.shape().bytes(), fields))
        bad = {row.index, std::move(why)};
    }
    if (!bad.why) return;
    for (auto& row : views) row.replaces.push_back(bad);
    if (attempt < most_attempts) continue;
    throw std::runtime_error("no readable sample for row " + std::to_string(views.front().row) +
                             ": 16 replacements in a row were bad, the last one " + data_->path(bad.index) + " (" +
                             to_string(bad.why.reason) + ": " + bad.why.detail + ")");
  }
}

inspected_batch row_by_row::make(const pass& of, std::uint64_t number, bool fields) {
  inspected_batch b;
  b.epoch = of.epoch;
  b.number = number;
  b.shape = prepare_.shape();
  const auto values = b.shape.bytes();
  const auto rows = of.rows(number);
  b.images.resize(rows * values);
  b.rows.resize(rows);
  for (std::uint64_t r = 0; r < rows; ++r) {
    b.rows[r].row = r;
    b.rows[r].position = of.epoch * of.positions + number * of.batch_size + r;
  }
  for (std::uint64_t r = 0; r < rows; r += of.views) {
    const auto views = std::min(of.views, rows - r);
    show(of, number, std::span(b.rows).subspan(r, views), b.images.data() + r * values, fields);
  }
  for (auto& row : b.rows) {
    row.label = data_->label(row.index);
    b.labels.push_back(row.label);
    if (data_->labels() != label_kind::classes || whole_.mixes_labels()) {
      b.label_rows.resize(b.label_rows.size() + data_.classes());
      data_->write_label(row.index, b.label_rows.data() + b.label_rows.size() - data_.classes());
    }
    b.indices.push_back(std::int64_t(row.index));
  }
  transform_all(of, b);
  return b;
}

}  // namespace troupe
