#include <troupe/augment/philox_kernels.hpp>

#include <troupe/augment/generator.hpp>

#include <algorithm>

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "troupe/augment/philox_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace troupe::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR
using d_t = hn::ScalableTag<std::uint32_t>;
using v_t = hn::Vec<d_t>;
constexpr d_t d;

/// The upper and the lower words of products.
struct product {
  v_t high, low;

  HWY_INLINE product(v_t a, std::uint32_t by) {
    const hn::Repartition<std::uint64_t, d_t> d64;
    const auto factor = hn::Set(d, by);
    const auto even = hn::MulEven(a, factor);
    const auto odd = hn::MulEven(hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(d64, a))), factor);
    high = hn::OddEven(hn::BitCast(d, odd), hn::BitCast(d, hn::ShiftRight<32>(even)));
    low = hn::OddEven(hn::BitCast(d, hn::ShiftLeft<32>(odd)), hn::BitCast(d, even));
  }
};

HWY_INLINE void store_blocks(v_t first, const std::array<std::uint32_t, 4>& counter,
                             const std::array<std::uint32_t, 2>& key, std::uint32_t* to) {
  v_t c[] = {first, hn::Set(d, counter[1]), hn::Set(d, counter[2]), hn::Set(d, counter[3])};
  auto key_0 = hn::Set(d, key[0]), key_1 = hn::Set(d, key[1]);
  for (int round = 0; round < 10; ++round) {
    const product a(c[0], 0xD2511F53), b(c[2], 0xCD9E8D57);
    c[0] = hn::Xor(hn::Xor(b.high, c[1]), key_0);
    c[1] = b.low;
    c[2] = hn::Xor(hn::Xor(a.high, c[3]), key_1);
    c[3] = a.low;
    key_0 = hn::Add(key_0, hn::Set(d, 0x9E3779B9));
    key_1 = hn::Add(key_1, hn::Set(d, 0xBB67AE85));
  }
  hn::StoreInterleaved4(c[0], c[1], c[2], c[3], d, to);
}
#endif

void philox_blocks(const std::array<std::uint32_t, 4>& counter, const std::array<std::uint32_t, 2>& key, std::size_t n,
                   std::uint32_t* to) {
  std::size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  for (; i + hn::Lanes(d) <= n; i += hn::Lanes(d))
    store_blocks(hn::Iota(d, counter[0] + std::uint32_t(i)), counter, key, to + 4 * i);
#endif
  for (; i < n; ++i) {
    const auto block = philox({counter[0] + std::uint32_t(i), counter[1], counter[2], counter[3]}, key);
    std::copy_n(block.data(), 4, to + 4 * i);
  }
}

}  // namespace troupe::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace troupe::kernels {

HWY_EXPORT(philox_blocks);

void philox_blocks(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key, std::size_t n,
                   std::uint32_t* to) {
  HWY_DYNAMIC_DISPATCH(philox_blocks)(counter, key, n, to);
}

}  // namespace troupe::kernels
#endif
