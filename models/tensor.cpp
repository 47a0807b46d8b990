#include <troupe/models/tensor.hpp>

#include <ATen/ops/from_blob.h>

namespace troupe {
namespace {

at::ScalarType type_of(element e) {
  switch (e) {
    case element::uint8: return at::kByte;
    case element::int64: return at::kLong;
    case element::bfloat16: return at::kBFloat16;
    case element::float32: break;
  }
  return at::kFloat;
}

}  // namespace

at::Tensor tensor(const view& numbers) {
  auto* data = const_cast<void*>(numbers.data);  // NOLINT: nobody promises LibTorch that nothing writes
  return at::from_blob(
      data, numbers.shape, [owner = numbers.owner](void*) {}, at::TensorOptions(type_of(numbers.type)));
}

}  // namespace troupe
