#pragma once
#include <cstdint>
#include <vector>

#include "rig.hpp"

namespace troupe::test {

/// A batch, byte by byte.
struct delivered {
  std::uint64_t epoch = 0, number = 0;
  std::vector<std::uint8_t> bytes;
  bool operator==(const delivered&) const = default;
};

inline delivered copy_of(const batch& b) {
  delivered d{b.epoch(), b.number(), {}};
  for (std::size_t f = 0; f < b.fields().fields().size(); ++f) {
    const auto v = b.field(f);
    const auto* from = static_cast<const std::uint8_t*>(v.data);
    d.bytes.insert(d.bytes.end(), from, from + std::size_t(v.elements()) * size_of(v.type));
  }
  return d;
}

/// Every batch that a rig still delivers.
inline std::vector<delivered> rest_of(rig& r) {
  std::vector<delivered> all;
  while (auto b = r.pull()) all.push_back(copy_of(*b));
  r.settle();
  return all;
}

/// The whole of `all` from its n-th batch on.
inline std::vector<delivered> from_batch(const std::vector<delivered>& all, std::size_t n) {
  return {all.begin() + std::ptrdiff_t(n), all.end()};
}

/// A random transform: what it does to a pixel follows from the sample's key.
inline transform noise() {
  return transform("noise", [](image& i, generator& g) { i.data[0] = std::uint8_t(i.data[0] + g.below(100)); });
}

}  // namespace troupe::test
