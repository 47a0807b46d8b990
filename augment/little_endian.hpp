#pragma once
#include <cstdint>

/// Numbers as GIF, BMP and WebP write them: the least byte first.
namespace troupe::little_endian {

inline std::uint32_t u16(const std::uint8_t* p) noexcept { return p[0] | std::uint32_t(p[1]) << 8; }
inline std::uint32_t u24(const std::uint8_t* p) noexcept { return u16(p) | std::uint32_t(p[2]) << 16; }
inline std::uint32_t u32(const std::uint8_t* p) noexcept { return u24(p) | std::uint32_t(p[3]) << 24; }

}  // namespace troupe::little_endian
