#pragma once
#include <troupe/models/safetensors.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// The JSON header of a safetensors file, without its length.
struct safetensors_header {
  /// Where a tensor lies, in bytes from the begin of the data.
  struct tensor {
    std::string name;
    element type = element::float32;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0, end = 0;
  };
  std::map<std::string, std::string> metadata;
  std::vector<tensor> tensors;  ///< in the order of the data, gapless from 0
};

/// As it is written, padded with spaces so that the data begins at a multiple of 8 bytes of the file.
std::string to_text(const safetensors_header& header);

/// Reads it; `data_bytes` is what the file has behind the header. Throws std::runtime_error saying what is wrong.
safetensors_header parse_header(std::string_view text, std::uint64_t data_bytes);

/// The text with every byte that is not part of valid UTF-8 (RFC 3629) replaced by U+FFFD.
std::string as_utf8(std::string_view text);

}  // namespace troupe
