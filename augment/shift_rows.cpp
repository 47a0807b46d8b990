#include <troupe/augment/shift_rows.hpp>

#include <cstdint>
#include <cstring>

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "troupe/augment/shift_rows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace troupe::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Some columns of rows that follow each other, each read and written once; `before` is the one before the first.
template <int Rows, class D>
HWY_INLINE void shift_columns(D d, std::uint8_t* HWY_RESTRICT rows, std::size_t row_bytes,
                              std::uint8_t* HWY_RESTRICT before) {
  auto was = hn::LoadU(d, before);
  for (int r = 0; r < Rows; ++r) {
    auto* row = rows + std::size_t(r) * row_bytes;
    const auto is = hn::LoadU(d, row);
    hn::StoreU(was, d, row);
    was = is;
  }
  hn::StoreU(was, d, before);
}

template <int Rows>
HWY_INLINE void shift_line(std::uint8_t* HWY_RESTRICT rows, std::size_t row_bytes, std::size_t n,
                           std::uint8_t* HWY_RESTRICT before) {
  const hn::ScalableTag<std::uint8_t> d;
  const hn::CappedTag<std::uint8_t, 1> one;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) shift_columns<Rows>(d, rows + i, row_bytes, before + i);
  for (; i < n; ++i) shift_columns<Rows>(one, rows + i, row_bytes, before + i);
}

template <int Rows>
void shift_some(std::uint8_t* rows, std::size_t row_bytes, const row_part& part, std::uint8_t* before) {
  for (std::size_t line = 0; line < part.lines; ++line) {
    const auto at = part.at + line * part.step;
    shift_line<Rows>(rows + at, row_bytes, part.bytes, before + at);
  }
}

void shift_all(std::uint8_t* rows, std::size_t count, std::size_t row_bytes, const row_part& part,
               std::uint8_t* before) {
  constexpr int some = 4;
  std::size_t r = 0;
  for (; r + some <= count; r += some) shift_some<some>(rows + r * row_bytes, row_bytes, part, before);
  for (; r < count; ++r) shift_some<1>(rows + r * row_bytes, row_bytes, part, before);
}

}  // namespace troupe::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace troupe::kernels {

HWY_EXPORT(shift_all);

void shift_rows(std::byte* rows, std::size_t count, std::size_t row_bytes, const row_part& part, std::byte* room) {
  if (count == 0) return;
  const auto* last = rows + (count - 1) * row_bytes;
  for (std::size_t line = 0; line < part.lines; ++line) {
    const auto at = part.at + line * part.step;
    std::memcpy(room + at, last + at, part.bytes);
  }
  HWY_DYNAMIC_DISPATCH(shift_all)
  (reinterpret_cast<std::uint8_t*>(rows), count, row_bytes, part, reinterpret_cast<std::uint8_t*>(room));
}

}  // namespace troupe::kernels
#endif
