#pragma once
// What holds for every source of files.
#include <troupe/sources/file_layer.hpp>
#include <troupe/sources/source.hpp>

#include <string>
#include <vector>

#include "contains.hpp"

/// The bytes of a sample, as the loader reads them.
inline std::string bytes_of(const troupe::dataset& data, std::uint64_t index) {
  static const auto layer = troupe::disk(1);
  const auto where = data->location(index);
  auto [file, bad] = layer->open(where.path);
  if (!file) throw std::runtime_error(where.path + ": " + bad.detail);
  const auto extent = troupe::extent_of(where, *file);
  if (extent.bad) throw std::runtime_error(extent.bad.detail);
  std::vector<std::uint8_t> memory(extent.all());
  if (auto failed = troupe::read_range(*file, where, extent, memory)) throw std::runtime_error(failed.detail);
  return {memory.begin(), memory.begin() + std::ptrdiff_t(extent.bytes)};
}

/// All of them, in order.
inline std::vector<std::string> all_bytes(const troupe::dataset& data) {
  std::vector<std::string> all;
  for (std::uint64_t i = 0; i < data.size(); ++i) all.push_back(bytes_of(data, i));
  return all;
}

inline std::vector<std::int64_t> all_labels(const troupe::dataset& data) {
  std::vector<std::int64_t> all;
  for (std::uint64_t i = 0; i < data.size(); ++i) all.push_back(data->label(i));
  return all;
}

inline std::vector<float> label_row(const troupe::dataset& data, std::uint64_t index) {
  std::vector<float> row(data.classes(), -1);
  data->write_label(index, row.data());
  return row;
}

/// What a call throws.
template <class F>
std::string complaint_of(F&& f) {
  try {
    f();
  } catch (const std::exception& e) { return e.what(); }
  return "no complaint";
}
