#include <troupe/augment/generator.hpp>

#include <troupe/augment/philox_kernels.hpp>

namespace troupe {

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) noexcept {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53} * counter[0], b = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {std::uint32_t(b >> 32) ^ counter[1] ^ key[0], std::uint32_t(b),
               std::uint32_t(a >> 32) ^ counter[3] ^ key[1], std::uint32_t(a)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

namespace {

constexpr std::uint32_t low(std::uint64_t v) noexcept { return std::uint32_t(v); }
constexpr std::uint32_t high(std::uint64_t v) noexcept { return std::uint32_t(v >> 32); }

}  // namespace

// A Philox block is a bijection of its 128-bit counter for a fixed key. The chain takes the 256 bits of a sample key in
// two blocks: (epoch, offset) under the seed, then (attempt, view) mixed into the result under a key that the first
// block gave. Within one seed and one (attempt, view), the first block is injective in (epoch, offset); the second is
// injective in (attempt, view) for a fixed first. What remains is 128 bits: 64 make the stream key, 64 are carried in
// the counter beside (operation, draw), so that two sample keys share a stream only where all 128 bits collide.
generator::generator(const sample_key& key, std::uint64_t operation) noexcept : operation_(operation) {
  const auto first =
      philox({low(key.offset), high(key.offset), low(key.epoch), high(key.epoch)}, {low(key.seed), high(key.seed)});
  auto second = first;
  if (key.attempt != 0 || key.view != 0)
    second = philox({first[0] ^ key.attempt, first[1] ^ key.view, first[2], first[3]}, {first[2], ~first[3]});
  key_ = {second[0], second[1]};
  stream_ = {second[2], second[3]};
}

generator generator::for_operation(std::uint64_t operation) const noexcept {
  generator g = *this;
  g.operation_ = operation;
  g.drawn_ = 0;
  return g;
}

std::uint32_t generator::operator()() noexcept {
  const std::uint32_t at = drawn_ % 4;
  if (at == 0)  // the high half of the operation is folded into the stream's word
    block_ = philox({drawn_ / 4, low(operation_), stream_[0], stream_[1] ^ high(operation_)}, key_);
  ++drawn_;
  return block_[at];
}

void generator::fill(std::uint32_t* to, std::size_t n) noexcept {
  for (; n > 0 && drawn_ % 4 != 0; --n) *to++ = (*this)();
  const std::size_t blocks = n / 4;
  kernels::philox_blocks({drawn_ / 4, low(operation_), stream_[0], stream_[1] ^ high(operation_)}, key_, blocks, to);
  drawn_ += std::uint32_t(4 * blocks);
  for (std::size_t i = 4 * blocks; i < n; ++i) to[i] = (*this)();
}

float generator::uniform() noexcept { return float((*this)() >> 8) * 0x1p-24f; }

double generator::uniform(double low_end, double high_end) noexcept {
  const std::uint64_t upper = (*this)(), lower = (*this)();  // one after the other, whatever the compiler
  const std::uint64_t bits = upper << 21 ^ lower >> 11;
  return low_end + (high_end - low_end) * (double(bits) * 0x1p-53);
}

std::uint32_t generator::below(std::uint32_t n) noexcept {
  std::uint64_t product = std::uint64_t((*this)()) * n;
  if (low(product) < n)
    for (const std::uint32_t least = (0u - n) % n; low(product) < least;) product = std::uint64_t((*this)()) * n;
  return high(product);
}

std::uint64_t generator::word() noexcept {
  const std::uint64_t lower = (*this)(), upper = (*this)();  // one after the other, whatever the compiler
  return upper << 32 | lower;
}

std::uint64_t generator::index_below(std::uint64_t n) noexcept {
  __extension__ using wide = unsigned __int128;
  return std::uint64_t((wide(word()) * n) >> 64);
}

bool generator::chance(double p) noexcept { return double((*this)()) < p * 0x1p32; }

}  // namespace troupe
