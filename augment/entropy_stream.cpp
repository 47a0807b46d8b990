#include <troupe/augment/entropy_stream.hpp>

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "troupe/augment/entropy_stream.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace troupe::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Copies up to the first FF or to the end, and says how much. Writes up to a vector more.
std::size_t copy_plain(const std::uint8_t* HWY_RESTRICT from, std::size_t size, std::uint8_t* HWY_RESTRICT to) {
  const hn::ScalableTag<std::uint8_t> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t at = 0;
  for (; at + lanes <= size; at += lanes) {
    const auto v = hn::LoadU(d, from + at);
    hn::StoreU(v, d, to + at);
    const auto first = hn::FindFirstTrue(d, hn::Eq(v, hn::Set(d, 0xFF)));
    if (first >= 0) return at + std::size_t(first);
  }
  for (; at < size && from[at] != 0xFF; ++at) to[at] = from[at];
  return at;
}

std::size_t count_of_ff(const std::uint8_t* from, const std::uint8_t* end) {
  const hn::ScalableTag<std::uint8_t> d;
  const std::size_t lanes = hn::Lanes(d), size = std::size_t(end - from);
  std::size_t n = 0, at = 0;
  for (; at + lanes <= size; at += lanes) n += hn::CountTrue(d, hn::Eq(hn::LoadU(d, from + at), hn::Set(d, 0xFF)));
  for (; at < size; ++at) n += from[at] == 0xFF;
  return n;
}

}  // namespace troupe::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace troupe {

HWY_EXPORT(copy_plain);
HWY_EXPORT(count_of_ff);

const std::uint8_t* entropy_stream::open(std::span<const std::uint8_t> scan, std::uint8_t* memory) noexcept {
  first_ = scan.data();
  from_end_ = first_ + scan.size();
  begin_ = memory;
  return seek(0);
}

const std::uint8_t* entropy_stream::seek(std::size_t offset) noexcept {
  if (offset >= std::size_t(from_end_ - first_)) return nullptr;
  from_ = first_ + offset;
  end_ = begin_;
  ended_ = broken_ = false;
  fill();
  return broken_ ? nullptr : begin_;
}

// Every FF between `at` and the end was followed by a stuffed byte.
std::size_t entropy_stream::offset(const std::uint8_t* at) const noexcept {
  return std::size_t(from_ - first_ - (end_ - at)) - HWY_DYNAMIC_DISPATCH(count_of_ff)(at, end_);
}

// ITU-T T.81, B.1.1.5: a byte FF of the code is followed by a stuffed 00, anything else behind it is a marker.
void entropy_stream::fill() noexcept {
  const std::uint8_t* const full = begin_ + window;
  while (!ended_ && end_ < full) {
    const auto most = std::size_t(std::min(from_end_ - from_, full - end_));
    const std::size_t plain = HWY_DYNAMIC_DISPATCH(copy_plain)(from_, most, end_);
    from_ += plain;
    end_ += plain;
    if (from_end_ - from_ < 2) {
      broken_ = ended_ = true;
    } else if (plain < most) {
      if (from_[1] == 0) {
        *end_++ = 0xFF;
        from_ += 2;
      } else {
        ended_ = true;
        broken_ = from_[1] == 0xFF;
      }
    }
  }
  if (ended_) std::memset(end_, 0, margin + 32);
  limit_ = ended_ ? end_ + 8 : end_ - margin;
}

const std::uint8_t* entropy_stream::advance(const std::uint8_t* at) noexcept {
  if (ended_ || at > end_) return nullptr;
  const auto kept = std::min<std::ptrdiff_t>(at - begin_, word), left = end_ - at;
  std::memmove(begin_, at - kept, std::size_t(kept + left));
  end_ = begin_ + kept + left;
  fill();
  return broken_ ? nullptr : begin_ + kept;
}

const std::uint8_t* entropy_stream::restart(int number, const std::uint8_t* at, int unused) noexcept {
  if (!ended_ && !(at = advance(at))) return nullptr;
  const std::ptrdiff_t left = bits_behind(at, unused);
  if (broken_ || !ended_ || left < 0 || left > 7 || from_[1] != 0xD0 + number) return nullptr;
  from_ += 2;
  end_ = begin_;
  ended_ = false;
  fill();
  return broken_ ? nullptr : begin_;
}

}  // namespace troupe
#endif
