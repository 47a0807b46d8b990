#include <troupe/pipeline/permutation.hpp>

#include <troupe/augment/generator.hpp>

#include <cmath>

namespace troupe {

namespace {

// The finaliser of MurmurHash3 (Appleby), keyed by addition: every bit of x changes half of the result's.
std::uint64_t mixed(std::uint64_t x, std::uint64_t key) noexcept {
  x += key;
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdULL;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53ULL;
  return x ^ (x >> 33);
}

// A hash brought into 0 … n-1 by the upper half of a product (Lemire 2019); its bias is below n / 2^64.
std::uint64_t scaled(std::uint64_t hash, std::uint64_t n) noexcept {
  __extension__ using wide = unsigned __int128;
  return std::uint64_t((wide(hash) * n) >> 64);
}

}  // namespace

permutation::permutation(std::uint64_t n, key k) noexcept : n_(n) {
  a_ = std::uint64_t(std::sqrt(double(n)));
  if (a_ == 0) a_ = 1;
  b_ = n == 0 ? 1 : (n + a_ - 1) / a_;
  for (std::uint32_t i = 0; i < rounds; i += 2) {
    auto words = philox({std::uint32_t(k.epoch), std::uint32_t(k.epoch >> 32), i, 0x7065726d},  // "perm"
                        {std::uint32_t(k.seed), std::uint32_t(k.seed >> 32)});
    round_keys_[i] = words[0] | std::uint64_t(words[1]) << 32;
    round_keys_[i + 1] = words[2] | std::uint64_t(words[3]) << 32;
  }
}

std::uint64_t permutation::operator()(std::uint64_t offset) const noexcept {
  auto x = offset;
  do {
    auto left = x / b_, right = x % b_;
    for (int i = 0; i < rounds; i += 2) {
      left += scaled(mixed(right, round_keys_[std::size_t(i)]), a_);
      if (left >= a_) left -= a_;
      right += scaled(mixed(left, round_keys_[std::size_t(i) + 1]), b_);
      if (right >= b_) right -= b_;
    }
    x = left * b_ + right;
  } while (x >= n_);
  return x;
}

}  // namespace troupe
