#include <troupe/augment/blend_rows.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "troupe/augment/blend_rows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace troupe::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// One lane: the same arithmetic for what is left over.
using one_t = hn::CappedTag<float, 1>;
using all_t = hn::ScalableTag<float>;

template <class D>
HWY_INLINE hn::Vec<D> load(D d, const float* from) {
  return hn::LoadU(d, from);
}
template <class D>
HWY_INLINE void store(D d, hn::Vec<D> v, float* to) {
  hn::StoreU(v, d, to);
}

template <class D>
HWY_INLINE hn::Vec<D> load(D d, const std::uint8_t* from) {
  return hn::ConvertTo(d, hn::PromoteTo(hn::Rebind<std::int32_t, D>(), hn::LoadU(hn::Rebind<std::uint8_t, D>(), from)));
}
template <class D>
HWY_INLINE void store(D d, hn::Vec<D> v, std::uint8_t* to) {
  const hn::Rebind<std::uint8_t, D> bytes;
  const auto nearest = hn::ConvertTo(hn::Rebind<std::int32_t, D>(), hn::Add(v, hn::Set(d, 0.5F)));
  hn::StoreU(hn::DemoteTo(bytes, nearest), bytes, to);
}

/// bfloat16: the upper half of a float.
template <class D>
HWY_INLINE hn::Vec<D> load(D d, const std::uint16_t* from) {
  const hn::Rebind<std::uint32_t, D> whole;
  return hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(whole, hn::LoadU(hn::Rebind<std::uint16_t, D>(), from))));
}
template <class D>
HWY_INLINE void store(D, hn::Vec<D> v, std::uint16_t* to) {
  const hn::Rebind<std::uint32_t, D> whole;
  const hn::Rebind<std::uint16_t, D> halves;
  const auto bits = hn::BitCast(whole, v);
  const auto even = hn::And(hn::ShiftRight<16>(bits), hn::Set(whole, 1));
  const auto rounded = hn::ShiftRight<16>(hn::Add(hn::Add(bits, hn::Set(whole, 0x7fff)), even));
  hn::StoreU(hn::DemoteTo(halves, hn::BitCast(hn::Rebind<std::int32_t, D>(), rounded)), halves, to);
}

/// Some columns of rows that follow each other, each read and written once; `before` is the one before the first.
template <int Rows, class D, class T>
HWY_INLINE void blend_columns(D d, T* HWY_RESTRICT rows, std::size_t n, T* HWY_RESTRICT before, const float* own,
                              const float* others) {
  const hn::Rebind<T, D> same;
  const auto last = hn::LoadU(same, rows + (Rows - 1) * n);
  auto was = load(d, before);
  for (int r = 0; r < Rows; ++r) {
    const auto is = load(d, rows + std::size_t(r) * n);
    store(d, hn::Add(hn::Mul(hn::Set(d, own[r]), is), hn::Mul(hn::Set(d, others[r]), was)), rows + std::size_t(r) * n);
    was = is;
  }
  hn::StoreU(last, same, before);
}

template <int Rows, class T>
void blend_some(T* HWY_RESTRICT rows, std::size_t n, T* HWY_RESTRICT before, const float* own, const float* others) {
  const all_t d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) blend_columns<Rows>(d, rows + i, n, before + i, own, others);
  for (; i < n; ++i) blend_columns<Rows>(one_t(), rows + i, n, before + i, own, others);
}

// More rows at a time are more streams than a processor reads ahead.
template <class T>
void blend_all(T* rows, std::size_t count, std::size_t n, T* before, const float* own, const float* others) {
  constexpr int some = 4;
  std::size_t r = 0;
  for (; r + some <= count; r += some) blend_some<some>(rows + r * n, n, before, own + r, others + r);
  for (; r < count; ++r) blend_some<1>(rows + r * n, n, before, own + r, others + r);
}

void blend_floats(float* rows, std::size_t count, std::size_t n, float* before, const float* own, const float* others) {
  blend_all(rows, count, n, before, own, others);
}
void blend_halves(std::uint16_t* rows, std::size_t count, std::size_t n, std::uint16_t* before, const float* own,
                  const float* others) {
  blend_all(rows, count, n, before, own, others);
}
void blend_bytes(std::uint8_t* rows, std::size_t count, std::size_t n, std::uint8_t* before, const float* own,
                 const float* others) {
  blend_all(rows, count, n, before, own, others);
}

}  // namespace troupe::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace troupe::kernels {

HWY_EXPORT(blend_floats);
HWY_EXPORT(blend_halves);
HWY_EXPORT(blend_bytes);

void blend_rows(void* rows, std::size_t count, std::size_t n, element type, const std::vector<double>& weights,
                void* room) {
  if (count == 0) return;
  std::vector<float> own(count), others(count);
  for (std::size_t r = 0; r < count; ++r) {
    const double weight = weights[weights.size() == 1 ? 0 : r];
    own[r] = float(weight);
    others[r] = float(1 - weight);
  }
  const auto row_bytes = n * size_of(type);
  std::memcpy(room, static_cast<const std::byte*>(rows) + (count - 1) * row_bytes, row_bytes);
  const auto run = [&](auto blend, auto* first) {
    blend(first, count, n, static_cast<decltype(first)>(room), own.data(), others.data());
  };
  if (type == element::float32) {
    run(HWY_DYNAMIC_DISPATCH(blend_floats), static_cast<float*>(rows));
  } else if (type == element::bfloat16) {
    run(HWY_DYNAMIC_DISPATCH(blend_halves), static_cast<std::uint16_t*>(rows));
  } else {
    run(HWY_DYNAMIC_DISPATCH(blend_bytes), static_cast<std::uint8_t*>(rows));
  }
}

}  // namespace troupe::kernels
#endif
