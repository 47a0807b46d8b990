#include <troupe/augment/jpeg_memory.hpp>

#include <algorithm>
#include <cstring>
#include <iterator>

#include <jerror.h>

// A coefficient array of the whole picture; libjpeg only passes the pointer around.
struct jvirt_barray_control {
  JBLOCKARRAY rows = nullptr;
  JDIMENSION across = 0, down = 0;
  boolean zeroed = FALSE;
  jvirt_barray_control* next = nullptr;
};

namespace troupe {

namespace {

// libjpeg's own methods, which serve what outlives a picture. They are the same functions for every object.
jpeg_memory_mgr original{};

constexpr std::size_t row_multiple = 128;  // libjpeg-turbo's SIMD code writes whole vectors

struct memory_link {
  arena** memory = nullptr;
  jvirt_barray_control* arrays = nullptr;  // requested and not yet realised
};

memory_link& link(j_common_ptr cinfo) { return *static_cast<memory_link*>(cinfo->client_data); }

void* take(j_common_ptr cinfo, std::size_t size) {
  void* p = (*link(cinfo).memory)->take(size);
  if (!p) ERREXIT1(cinfo, JERR_OUT_OF_MEMORY, 0);
  return p;
}

// Tables, too, which libjpeg would keep from picture to picture: `forget_tables` is called between them.
void* alloc_small(j_common_ptr cinfo, int, std::size_t size) { return take(cinfo, size); }

void* alloc_large(j_common_ptr cinfo, int pool, std::size_t size) {
  return pool == JPOOL_IMAGE ? take(cinfo, size) : original.alloc_large(cinfo, pool, size);
}

JSAMPARRAY alloc_sarray(j_common_ptr cinfo, int, JDIMENSION samples, JDIMENSION rows) {
  const std::size_t pitch = (samples + row_multiple - 1) / row_multiple * row_multiple;
  auto* list = static_cast<JSAMPARRAY>(take(cinfo, rows * sizeof(JSAMPROW)));
  auto* data = static_cast<JSAMPLE*>(take(cinfo, pitch * rows));
  for (JDIMENSION y = 0; y < rows; ++y) list[y] = data + y * pitch;
  return list;
}

JBLOCKARRAY alloc_barray(j_common_ptr cinfo, int, JDIMENSION blocks, JDIMENSION rows) {
  auto* list = static_cast<JBLOCKARRAY>(take(cinfo, rows * sizeof(JBLOCKROW)));
  auto* data = static_cast<JBLOCK*>(take(cinfo, sizeof(JBLOCK) * blocks * rows));
  for (JDIMENSION y = 0; y < rows; ++y) list[y] = data + std::size_t(y) * blocks;
  return list;
}

jvirt_barray_ptr request_virt_barray(j_common_ptr cinfo, int, boolean zeroed, JDIMENSION across, JDIMENSION down,
                                     JDIMENSION) {
  auto* array = static_cast<jvirt_barray_control*>(take(cinfo, sizeof(jvirt_barray_control)));
  *array = {nullptr, across, down, zeroed, link(cinfo).arrays};
  link(cinfo).arrays = array;
  return array;
}

void realize_virt_arrays(j_common_ptr cinfo) {
  for (jvirt_barray_control* a = link(cinfo).arrays; a; a = a->next) {
    if (a->rows) continue;
    a->rows = alloc_barray(cinfo, JPOOL_IMAGE, a->across, a->down);
    if (a->zeroed) std::memset(a->rows[0], 0, sizeof(JBLOCK) * a->across * a->down);
  }
  link(cinfo).arrays = nullptr;
}

JBLOCKARRAY access_virt_barray(j_common_ptr cinfo, jvirt_barray_ptr array, JDIMENSION start, JDIMENSION rows, boolean) {
  if (!array->rows || start > array->down || rows > array->down - start) ERREXIT(cinfo, JERR_BAD_VIRTUAL_ACCESS);
  return array->rows + start;
}

void free_pool(j_common_ptr cinfo, int pool) {
  if (pool == JPOOL_IMAGE) link(cinfo).arrays = nullptr;
  original.free_pool(cinfo, pool);
}

}  // namespace

void use_arena(jpeg_decompress_struct& cinfo, arena** memory) {
  jpeg_memory_mgr& m = *cinfo.mem;
  static const bool once = (original = m, true);
  (void)once;
  auto* common = reinterpret_cast<j_common_ptr>(&cinfo);
  cinfo.client_data = new (m.alloc_small(common, JPOOL_PERMANENT, sizeof(memory_link))) memory_link{memory, nullptr};
  m.alloc_small = alloc_small;
  m.alloc_large = alloc_large;
  m.alloc_sarray = alloc_sarray;
  m.alloc_barray = alloc_barray;
  m.request_virt_barray = request_virt_barray;
  m.realize_virt_arrays = realize_virt_arrays;
  m.access_virt_barray = access_virt_barray;
  m.free_pool = free_pool;
}

void forget_tables(jpeg_decompress_struct& cinfo) noexcept {
  std::fill(std::begin(cinfo.quant_tbl_ptrs), std::end(cinfo.quant_tbl_ptrs), nullptr);
  std::fill(std::begin(cinfo.dc_huff_tbl_ptrs), std::end(cinfo.dc_huff_tbl_ptrs), nullptr);
  std::fill(std::begin(cinfo.ac_huff_tbl_ptrs), std::end(cinfo.ac_huff_tbl_ptrs), nullptr);
}

std::size_t jpeg_memory_bytes(const picture_header& h) noexcept {
  std::size_t across = 1, down = 1, bytes = std::size_t{128} << 10;
  for (std::size_t c = 0; c < std::size_t(h.components); ++c) {
    across = std::max<std::size_t>(across, h.across[c]);
    down = std::max<std::size_t>(down, h.down[c]);
  }
  const std::size_t mcus_across = (std::size_t(h.width) + 8 * across - 1) / (8 * across);
  const std::size_t mcus_down = (std::size_t(h.height) + 8 * down - 1) / (8 * down);
  const std::size_t row = (mcus_across * across * 8 / row_multiple + 2) * row_multiple;  // of the widest component
  for (std::size_t c = 0; c < std::size_t(h.components); ++c) {
    bytes += (h.down[c] * 10 + down + 4) * (row + sizeof(JSAMPROW));
    if (h.multi_scan)
      bytes += mcus_across * h.across[c] * mcus_down * h.down[c] * sizeof(JBLOCK) +
               mcus_down * h.down[c] * sizeof(JBLOCKROW) + 64;
  }
  return bytes;
}

}  // namespace troupe
