#include <troupe/augment/lookup_kernels.hpp>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Byte permutations of AVX-512 VBMI, asked for here alone: GCC 12, given Highway's target that has them, also takes
// instructions that not all of its machines know.
namespace troupe::kernels {

#if defined(__x86_64__)
#define TROUPE_VBMI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi")))

namespace {

/// A table in four registers: each half is one permutation of two of them.
struct quarters {
  __m512i part[4];
};

TROUPE_VBMI inline quarters quarters_of(const std::array<std::uint8_t, 256>& table) {
  quarters q;
  for (std::size_t k = 0; k < 4; ++k) q.part[k] = _mm512_loadu_si512(table.data() + 64 * k);
  return q;
}

TROUPE_VBMI inline __m512i looked_up(const quarters& t, __m512i v) {
  const __m512i low = _mm512_permutex2var_epi8(t.part[0], v, t.part[1]);
  const __m512i high = _mm512_permutex2var_epi8(t.part[2], v, t.part[3]);
  return _mm512_mask_blend_epi8(_mm512_movepi8_mask(v), low, high);
}

TROUPE_VBMI std::size_t all_values(const lookup& tables, const std::uint8_t* from, std::size_t n, std::uint8_t* to) {
  const quarters table = quarters_of(tables.of[0]);
  std::size_t i = 0;
  for (; i + 64 <= n; i += 64) _mm512_storeu_si512(to + i, looked_up(table, _mm512_loadu_si512(from + i)));
  return i;
}

// Three registers in a row hold each channel in the same places as the next three.
TROUPE_VBMI std::size_t by_channel(const lookup& tables, const std::uint8_t* from, std::size_t n, std::uint8_t* to) {
  const quarters red = quarters_of(tables.of[0]), green = quarters_of(tables.of[1]), blue = quarters_of(tables.of[2]);
  constexpr std::uint64_t every_third = 0x9249249249249249;  // 0, 3 … 63
  constexpr std::uint64_t greens[] = {every_third << 1, every_third, every_third << 2};
  constexpr std::uint64_t blues[] = {every_third << 2, every_third << 1, every_third};
  std::size_t i = 0;
  for (; i + 192 <= n; i += 192)
    for (std::size_t k = 0; k < 3; ++k) {
      const __m512i v = _mm512_loadu_si512(from + i + 64 * k);
      const __m512i both = _mm512_mask_blend_epi8(greens[k], looked_up(red, v), looked_up(green, v));
      _mm512_storeu_si512(to + i + 64 * k, _mm512_mask_blend_epi8(blues[k], both, looked_up(blue, v)));
    }
  return i;
}

}  // namespace

bool can_permute() {
  static const bool known = __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512bw");
  return known;
}

std::size_t permute_values(const lookup& tables, bool alike, const std::uint8_t* from, std::size_t n,
                           std::uint8_t* to) {
  return alike ? all_values(tables, from, n, to) : by_channel(tables, from, n, to);
}

#undef TROUPE_VBMI
#else
bool can_permute() { return false; }
std::size_t permute_values(const lookup&, bool, const std::uint8_t*, std::size_t, std::uint8_t*) { return 0; }
#endif

}  // namespace troupe::kernels
