#pragma once
#include <troupe/augment/arena.hpp>
#include <troupe/augment/picture_header.hpp>

#include <cstdio>  // jpeglib.h uses FILE

#include <jpeglib.h>

namespace troupe {

/// Makes libjpeg take the memory of one picture from an arena: no allocation from picture to picture, nothing to leak
/// when an error jumps out of it, and a total that is known before. Call after jpeg_create_decompress and the first
/// jpeg_mem_src, whose memory stays; `memory` points to the arena's pointer, which may change between pictures.
void use_arena(jpeg_decompress_struct& cinfo, arena** memory);

/// Call before every picture: its tables are its own, never those of the file before it.
void forget_tables(jpeg_decompress_struct& cinfo) noexcept;

/// What libjpeg takes for one picture, at most: its work rows, and for several scans all coefficients.
std::size_t jpeg_memory_bytes(const picture_header& h) noexcept;

}  // namespace troupe
