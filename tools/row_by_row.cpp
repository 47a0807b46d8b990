#include "row_by_row.hpp"

#include <troupe/augment/picture_header.hpp>

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

failure row_by_row::read(const std::string& path, std::vector<std::uint8_t>& bytes) {
  auto [file, bad] = files_->open(path);
  if (!file) return std::move(bad);
  const auto size = file->size();
  if (size > memory_.read_ahead_bytes) {
    return {fault::too_large, "the file has " + std::to_string(size) + " bytes, read-ahead holds " +
                                  std::to_string(memory_.read_ahead_bytes)};
  }
  bytes.resize(size);
  return file->read(bytes);
}

failure row_by_row::fits(const picture& p) const {
  auto need = prepare_.inspect(p);
  if (need.bad) return std::move(need.bad);
  const auto room = memory_.worker_scratch_bytes + memory_.shared_scratch_bytes;
  if (need.scratch_bytes <= room) return {};
  return {fault::too_large, "decoding needs " + std::to_string(need.scratch_bytes >> 20) + " MiB of scratch, " +
                                std::to_string(room >> 20) + " MiB are there; raise --memory"};
}

failure row_by_row::fill(inspected_row& row, const sample_key& key, float* pixels) {
  row.transforms.clear();
  if (const auto raw = data_->pixels(row.index); !raw.empty()) {
    const auto shape = data_->shape().value();
    row.width = shape.width;
    row.height = shape.height;
    return prepare_.run({raw, shape}, key, pixels, scratch_, &row.transforms);
  }
  std::vector<std::uint8_t> bytes;
  if (auto bad = read(data_->path(row.index), bytes)) return bad;
  const picture p{bytes, std::nullopt};
  if (auto bad = fits(p)) return bad;
  const auto upright = read_header(bytes, decode_).upright();
  row.width = upright.width;
  row.height = upright.height;
  return prepare_.run(p, key, pixels, scratch_, &row.transforms);
}

void row_by_row::transform_all(const pass& of, inspected_batch& b) const {
  const auto classes = whole_.mixes_labels() ? data_.classes() : 0;
  b.shares.resize(b.rows.size() * classes);
  for (std::size_t r = 0; r < b.rows.size() && classes > 0; ++r) b.shares[r * classes + std::size_t(b.labels[r])] = 1;
  batch_rows all{.rows = b.rows.size(), .shape = b.shape, .images = b.images.data(), .classes = classes};
  if (classes > 0) {
    all.labels = b.shares.data();
  } else {
    all.class_of = b.labels.data();
  }
  all.indices = b.indices.data();
  std::vector<std::byte> memory(whole_.scratch_bytes(all.row_bytes(), classes));
  whole_.run(all, of.seed, of.epoch, b.number, memory.data(), &b.transforms);
}

inspected_batch row_by_row::make(const pass& of, std::uint64_t number) {
  inspected_batch b;
  b.epoch = of.epoch;
  b.number = number;
  b.shape = prepare_.shape();
  const auto values = b.shape.bytes();
  const auto rows = of.rows(number);
  b.images.resize(rows * values);
  for (std::uint64_t r = 0; r < rows; ++r) {
    const auto offset = number * of.batch_size + r;
    inspected_row row;
    row.row = r;
    row.position = of.epoch * of.positions + offset;
    for (std::uint32_t attempt = 0;; ++attempt) {
      row.index = of.index(offset, attempt);
      auto bad = fill(row, of.key(offset, attempt), b.images.data() + r * values);
      if (!bad) break;
      row.replaces.push_back({row.index, std::move(bad)});
      if (attempt < most_attempts) continue;
      const auto& why = row.replaces.back().why;
      throw std::runtime_error("no readable sample for row " + std::to_string(r) +
                               ": 16 replacements in a row were bad, the last one " + data_->path(row.index) + " (" +
                               to_string(why.reason) + ": " + why.detail + ")");
    }
    row.label = data_->label(row.index);
    b.labels.push_back(row.label);
    b.indices.push_back(std::int64_t(row.index));
    b.rows.push_back(std::move(row));
  }
  transform_all(of, b);
  return b;
}

}  // namespace troupe
