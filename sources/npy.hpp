#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace troupe {

/// What the header of a .npy file says (numpy.lib.format, versions 1.0 to 3.0): an array in C order.
struct npy_header {
  char kind = 'u';  ///< u: unsigned, i: signed, f: floating, b: bool
  std::size_t item_bytes = 1;
  bool swapped = false;  ///< big-endian items of more than one byte
  std::vector<std::uint64_t> shape;
  std::uint64_t begin = 0;  ///< where in the file the items begin
  std::uint64_t items = 0;

  std::string shape_text() const;  ///< "[60000, 28, 28]"
};

/// Reads the header of a .npy file, and holds what it claims against the size of the file. Throws std::runtime_error
/// naming the file: no .npy, another version, Fortran order, items that are no numbers, cut off.
npy_header read_npy_header(const std::filesystem::path& file);

/// The items of a .npy file of numbers, as double. Throws like `read_npy_header`.
std::vector<double> read_npy_numbers(const std::filesystem::path& file, const npy_header& header);

}  // namespace troupe
