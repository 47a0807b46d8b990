#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace troupe {

/// The type of one element of a field or tensor.
enum class element : std::uint8_t { uint8, int64, float32, bfloat16 };

/// Bytes of one element.
constexpr std::size_t size_of(element e) noexcept {
  switch (e) {
    case element::uint8: return 1;
    case element::bfloat16: return 2;
    case element::int64: return 8;
    default: return 4;
  }
}
/// "float32"
constexpr const char* to_string(element e) noexcept {
  constexpr const char* names[] = {"uint8", "int64", "float32", "bfloat16"};
  return names[std::size_t(e)];
}

/// Numbers that somebody else owns: contiguous, row-major, first dimension slowest. `[64, 3, 224, 224]` float32 for the
/// images of a batch, `[64]` int64 for its labels.
struct view {
  const void* data = nullptr;
  element type = element::float32;
  std::vector<std::int64_t> shape;
  std::shared_ptr<const void> owner = nullptr;  ///< keeps the numbers, the batch for one; null: somebody else does

  /// The number of elements: the product of the shape.
  std::int64_t elements() const noexcept {
    std::int64_t n = 1;
    for (auto extent : shape) n *= extent;
    return n;
  }
  /// The elements as T, which must be the C++ type of `type`: of bfloat16 std::uint16_t, the upper half of a float.
  template <class T>
  const T* as() const noexcept {
    return static_cast<const T*>(data);
  }
};

}  // namespace troupe
