#include <troupe/augment/entropy_stream.hpp>

#include <algorithm>
#include <cstring>

namespace troupe {

const std::uint8_t* entropy_stream::open(std::span<const std::uint8_t> scan, std::uint8_t* memory) noexcept {
  from_ = scan.data();
  from_end_ = from_ + scan.size();
  begin_ = end_ = memory;
  ended_ = broken_ = false;
  fill();
  return broken_ ? nullptr : begin_;
}

// ITU-T T.81, B.1.1.5: a byte FF of the code is followed by a stuffed 00, anything else behind it is a marker.
void entropy_stream::fill() noexcept {
  const std::uint8_t* const full = begin_ + window;
  while (!ended_ && end_ < full) {
    const auto most = std::min(from_end_ - from_, full - end_);
    const auto* ff = most > 0 ? static_cast<const std::uint8_t*>(std::memchr(from_, 0xFF, std::size_t(most))) : nullptr;
    const auto plain = ff ? ff - from_ : most;
    if (plain > 0) std::memcpy(end_, from_, std::size_t(plain));
    from_ += plain;
    end_ += plain;
    if (from_end_ - from_ < 2) {
      broken_ = ended_ = true;
    } else if (ff) {
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
  const auto left = end_ - at;
  std::memmove(begin_, at, std::size_t(left));
  end_ = begin_ + left;
  fill();
  return broken_ ? nullptr : begin_;
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
