#include <troupe/sources/file_range.hpp>

namespace troupe {

read_extent extent_of(const file_range& where, const file_layer::file& file) {
  const auto there = file.size();
  if (where.offset > there || where.size.value_or(0) > there - where.offset) {
    return {.bad = {fault::truncated, "the sample lies " + std::to_string(where.offset) + " bytes into a file of " +
                                          std::to_string(there) +
                                          ": it is cut off, or has changed since it was indexed"}};
  }
  const auto size = std::size_t(where.size.value_or(there - where.offset));
  if (size == 0) return {.bad = {fault::empty, where.size ? "the sample has no bytes" : "the file has no bytes"}};
  if (where.packed == packing::none) return {size, 0, {}};
  // What an index claims, no packed form may hold.
  if (where.unpacked_bytes > most_unpacked(where.packed, size))
    return {.bad = {fault::corrupt, std::to_string(where.unpacked_bytes) + " bytes cannot come out of " +
                                        std::to_string(size) + " packed ones"}};
  return {std::size_t(where.unpacked_bytes), size, {}};
}

failure read_range(file_layer::file& file, const file_range& where, const read_extent& extent,
                   std::span<std::uint8_t> memory) {
  if (extent.packed_bytes == 0) return file.read(memory.first(extent.bytes), where.offset);
  const auto packed = memory.subspan(extent.bytes, extent.packed_bytes);
  if (auto bad = file.read(packed, where.offset)) return bad;
  auto wrong = unpack_all(where.packed, packed, memory.first(extent.bytes));
  if (wrong.empty()) return {};
  return {fault::corrupt, std::move(wrong)};
}

}  // namespace troupe
