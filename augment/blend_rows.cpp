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
// after the target is chosen
#include <troupe/augment/element_lanes.hpp>

HWY_BEFORE_NAMESPACE();
namespace troupe::kernels::HWY_NAMESPACE {

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

row_weights::row_weights(const std::vector<double>& weights, std::size_t count) : own(count), others(count) {
  for (std::size_t r = 0; r < count; ++r) {
    const double weight = weights[weights.size() == 1 ? 0 : r];
    own[r] = float(weight);
    others[r] = float(1 - weight);
  }
}

void blend_rows(void* rows, std::size_t count, std::size_t n, element type, const std::vector<double>& weights,
                void* room) {
  if (count == 0) return;
  const row_weights of(weights, count);
  const auto row_bytes = n * size_of(type);
  std::memcpy(room, static_cast<const std::byte*>(rows) + (count - 1) * row_bytes, row_bytes);
  const auto run = [&](auto blend, auto* first) {
    blend(first, count, n, static_cast<decltype(first)>(room), of.own.data(), of.others.data());
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
