// How elements of a row become floats and back, a vector at a time, compiled anew for every instruction set: included
// after Highway has chosen one, so that the guard is switched by it.
#if defined(TROUPE_AUGMENT_ELEMENT_LANES) == defined(HWY_TARGET_TOGGLE)
#ifdef TROUPE_AUGMENT_ELEMENT_LANES
#undef TROUPE_AUGMENT_ELEMENT_LANES
#else
#define TROUPE_AUGMENT_ELEMENT_LANES
#endif

#include <cstdint>

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

/// bfloat16: the upper half of a float, after half of the lower one was added; a tie goes to the even one.
template <class D>
HWY_INLINE hn::Vec<D> load(D d, const std::uint16_t* from) {
  const hn::Rebind<std::uint32_t, D> whole;
  return hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(whole, hn::LoadU(hn::Rebind<std::uint16_t, D>(), from))));
}
template <class D>
HWY_INLINE auto upper_half(D, hn::Vec<D> v) {
  const hn::Rebind<std::uint32_t, D> whole;
  const auto bits = hn::BitCast(whole, v);
  const auto even = hn::And(hn::ShiftRight<16>(bits), hn::Set(whole, 1));
  return hn::ShiftRight<16>(hn::Add(hn::Add(bits, hn::Set(whole, 0x7fff)), even));
}
template <class D>
HWY_INLINE void store(D d, hn::Vec<D> v, std::uint16_t* to) {
  const hn::Rebind<std::uint16_t, D> halves;
  hn::StoreU(hn::DemoteTo(halves, hn::BitCast(hn::Rebind<std::int32_t, D>(), upper_half(d, v))), halves, to);
}

}  // namespace troupe::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
