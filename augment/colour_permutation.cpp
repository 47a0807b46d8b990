#include <troupe/augment/colour_kernels.hpp>

#include <array>

#if defined(__x86_64__)
#include <immintrin.h>
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // GCC 12, in its own header (PR 105593)
#endif
#endif

// Byte permutations and sums of products of AVX-512 VBMI and VNNI: pixels go from threes of bytes into places of 32
// bits and back in one step each. Asked for here alone, as in lookup_permutation.cpp.
namespace troupe::kernels {

#if defined(__x86_64__)
#define TROUPE_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vnni")))

namespace {

using indices = std::array<std::uint8_t, 64>;

template <class F>
constexpr indices each_byte(F f) {
  indices all{};
  for (std::size_t i = 0; i < 64; ++i) all[i] = std::uint8_t(f(i));
  return all;
}

/// Of 16 pixels: red, green, blue and green again in four bytes; or one of them in the lowest.
constexpr indices in_fours = each_byte([](std::size_t i) { return i / 4 * 3 + (i % 4 == 3 ? 1 : i % 4); });
constexpr std::uint64_t lowest = 0x1111111111111111;

TROUPE_VNNI inline __m512i load(const indices& i) { return _mm512_loadu_si512(i.data()); }
TROUPE_VNNI inline __m512i four_bytes(int a, int b, int c, int d) {
  return _mm512_set1_epi32(int(std::uint32_t(std::uint8_t(a)) | std::uint32_t(std::uint8_t(b)) << 8 |
                               std::uint32_t(std::uint8_t(c)) << 16 | std::uint32_t(std::uint8_t(d)) << 24));
}

/// `grey_of` of 16 pixels, times 65536. The weights 19595, 38470 and 7471 are 256 (77, 75 + 75, 29) + (-117, 70, 47),
/// and 0x8000 is 256 times 0x80.
TROUPE_VNNI inline __m512i greys(__m512i fours) {
  const __m512i upper = _mm512_dpbusd_epi32(_mm512_set1_epi32(0x80), fours, four_bytes(77, 75, 29, 75));
  return _mm512_dpbusd_epi32(_mm512_slli_epi32(upper, 8), fours, four_bytes(-117, 70, 47, 0));
}

TROUPE_VNNI inline __m512i sixteen(const std::uint8_t* from) { return _mm512_maskz_loadu_epi8(0xFFFFFFFFFFFF, from); }

}  // namespace

bool can_permute_colours() {
  static const bool known = __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512bw") &&
                            __builtin_cpu_supports("avx512vnni");
  return known;
}

TROUPE_VNNI std::size_t permute_to_grey(const std::uint8_t* from, std::size_t n, std::uint8_t* to) {
  static constexpr auto thrice = [](std::size_t vector) {  // of two times 16, its greys in the third byte of four
    return each_byte([=](std::size_t i) { return ((64 * vector + i) / 3 - 16 * vector) * 4 + 2; });
  };
  static constexpr indices first = thrice(0), second = thrice(1), third = thrice(2);
  const __m512i fours = load(in_fours), one = load(first), two = load(second), three = load(third);
  std::size_t i = 0;
  for (; i + 64 <= n; i += 64, from += 192, to += 192) {
    __m512i grey[4];
    for (std::size_t k = 0; k < 4; ++k) grey[k] = greys(_mm512_permutexvar_epi8(fours, sixteen(from + 48 * k)));
    _mm512_storeu_si512(to, _mm512_permutex2var_epi8(grey[0], one, grey[1]));
    _mm512_storeu_si512(to + 64, _mm512_permutex2var_epi8(grey[1], two, grey[2]));
    _mm512_storeu_si512(to + 128, _mm512_permutex2var_epi8(grey[2], three, grey[3]));
  }
  return i;
}

TROUPE_VNNI std::size_t permute_to_blend(const std::uint8_t* from, std::size_t n, float factor, std::uint8_t* to) {
  // packed twice, pixel p of 64 stands in the block of 16 bytes p / 4 % 4, there in the four of its 16
  static constexpr auto packed = [](std::size_t pixel) { return pixel / 4 % 4 * 16 + pixel / 16 * 4 + pixel % 4; };
  static constexpr auto red_and_green = [](std::size_t vector) {
    return each_byte([=](std::size_t i) {
      const std::size_t at = 64 * vector + i;
      return packed(at / 3) + (at % 3 == 1 ? 64 : 0);
    });
  };
  static constexpr auto blue = [](std::size_t vector) {
    return each_byte([=](std::size_t i) { return packed((64 * vector + i) / 3); });
  };
  static constexpr std::array<indices, 3> pairs{red_and_green(0), red_and_green(1), red_and_green(2)};
  static constexpr std::array<indices, 3> blues{blue(0), blue(1), blue(2)};
  constexpr std::uint64_t every_third = 0x9249249249249249;  // 0, 3 … 63
  constexpr std::uint64_t where_blue[] = {every_third << 2, every_third << 1, every_third};
  static constexpr auto alone = [](std::size_t channel) {
    return each_byte([=](std::size_t i) { return i / 4 * 3 + channel; });
  };
  static constexpr std::array<indices, 3> channels{alone(0), alone(1), alone(2)};
  const __m512i fours = load(in_fours);
  const __m512 by = _mm512_set1_ps(factor);
  std::size_t i = 0;
  for (; i + 64 <= n; i += 64, from += 192, to += 192) {
    __m512i now[3][4];
    for (std::size_t k = 0; k < 4; ++k) {
      const __m512i pixels = sixteen(from + 48 * k);
      const __m512i grey = _mm512_srli_epi32(greys(_mm512_permutexvar_epi8(fours, pixels)), 16);
      const __m512 base = _mm512_cvtepi32_ps(grey);
      for (std::size_t c = 0; c < 3; ++c) {
        const __m512i value = _mm512_maskz_permutexvar_epi8(lowest, load(channels[c]), pixels);
        const __m512 moved = _mm512_mul_ps(by, _mm512_cvtepi32_ps(_mm512_sub_epi32(value, grey)));
        now[c][k] = _mm512_cvttps_epi32(_mm512_min_ps(_mm512_add_ps(base, moved), _mm512_set1_ps(255)));
      }
    }
    __m512i bytes[3];
    for (std::size_t c = 0; c < 3; ++c)
      bytes[c] =
          _mm512_packus_epi16(_mm512_packs_epi32(now[c][0], now[c][1]), _mm512_packs_epi32(now[c][2], now[c][3]));
    for (std::size_t k = 0; k < 3; ++k) {
      const __m512i both = _mm512_permutex2var_epi8(bytes[0], load(pairs[k]), bytes[1]);
      _mm512_storeu_si512(to + 64 * k, _mm512_mask_permutexvar_epi8(both, where_blue[k], load(blues[k]), bytes[2]));
    }
  }
  return i;
}

#undef TROUPE_VNNI
#else
bool can_permute_colours() { return false; }
std::size_t permute_to_grey(const std::uint8_t*, std::size_t, std::uint8_t*) { return 0; }
std::size_t permute_to_blend(const std::uint8_t*, std::size_t, float, std::uint8_t*) { return 0; }
#endif

}  // namespace troupe::kernels
