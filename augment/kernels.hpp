#pragma once
#include <troupe/augment/filter.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// The inner loops over pixels, compiled for several instruction sets and chosen at run time. All arithmetic on pixels
/// is in integers, and the one floating-point step is a separate multiplication and addition: every set gives the same
/// bits.
namespace troupe::kernels {

/// Samples behind the end of a row that must be readable (and, in rows that are written, writable).
inline constexpr int padding = 64;

/// RGB pixels to three planes. Reads exactly 3n bytes, writes up to `padding` beyond n.
void split(const std::uint8_t* rgb, int n, std::uint8_t* red, std::uint8_t* green, std::uint8_t* blue);

/// Three planes to RGB pixels; writes exactly 3n bytes.
void join(const std::uint8_t* red, const std::uint8_t* green, const std::uint8_t* blue, int n, std::uint8_t* rgb);

/// One plane's row, from sample `w.origin` on, through the horizontal filter, rounded to 8 bits. `row` must be readable
/// `padding` beyond its end; `to` writable `padding` beyond count.
void filter_columns(const std::uint8_t* row, const filter_windows& w, std::uint8_t* to);

/// The weighted sum of `taps` rows (even), rounded to 8 bits. Rows readable and `to` writable `padding` beyond n.
void filter_rows(const std::uint8_t* const* rows, const std::int16_t* weights, int taps, int n, std::uint8_t* to);

/// The instruction sets that this machine can use, best first; `use` restricts the kernels to one of them ("" for the
/// best again). For tests and for measuring; call it before any other thread uses a kernel.
std::vector<std::string> levels();
void use(const std::string& level);

}  // namespace troupe::kernels
