#include <troupe/augment/generator.hpp>
#include <troupe/sources/shuffle_window.hpp>

#include <algorithm>
#include <utility>

namespace troupe {

namespace {

constexpr std::size_t reserved = 16;  // stand-ins of a block
constexpr std::uint64_t least_block = 1024;
// Operations that no transform has.
constexpr std::uint64_t standing_in = ~std::uint64_t{0}, choosing = ~std::uint64_t{1};

}  // namespace

std::size_t pulled::bytes() const noexcept {
  return what->bytes.capacity() + what->path.size() + what->name.size() + what->values.size() * sizeof(float);
}

shuffle_window::shuffle_window(const stream& from, std::uint64_t seed, std::uint64_t epoch, bool shuffle,
                               std::uint64_t limit)
    : from_(from.open(epoch)),
      seed_(seed),
      epoch_(epoch),
      limit_(limit),
      most_(shuffle ? from.options().window : 1),
      most_bytes_(from.options().window_bytes / 4 * 3),
      block_(std::max<std::uint64_t>(least_block, most_)) {}

bool shuffle_window::wants() const noexcept {
  if (ended() && ahead_.empty()) return false;
  if (window_.empty()) return true;
  return window_.size() < std::min<std::uint64_t>(most_, given_ + 2) && bytes_ + largest_ <= most_bytes_;
}

// A quarter of the memory is for stand-ins: those of the newest blocks, four at most while places come back in time.
std::optional<pulled> shuffle_window::pull_ahead() {
  if (ended()) return std::nullopt;
  auto one = from_->next();
  if (!one) {
    from_.reset();
    return std::nullopt;
  }
  pulled fresh{taken_++, std::make_shared<const yielded>(std::move(*one))};
  auto& [few, full] = reserve_[fresh.number / block_];
  std::size_t held = fresh.bytes();
  for (const auto& other : few) held += other.bytes();
  full = full || fresh.number % block_ >= reserved || fresh.number >= limit_ || held > most_bytes_ / 12;
  if (few.empty() || !full) few.push_back(fresh);
  return fresh;
}

bool shuffle_window::pull() {
  std::optional<pulled> fresh;
  if (ahead_.empty()) {
    fresh = pull_ahead();
    if (!fresh) return false;
  } else {
    fresh = std::move(ahead_.front());
    ahead_.erase(ahead_.begin());
  }
  const auto size = fresh->bytes();
  bytes_ += size;
  largest_ = std::max(largest_, size);
  window_.push_back(std::move(*fresh));
  widest_ = std::max<std::uint64_t>(widest_, window_.size());
  return true;
}

pulled shuffle_window::next() {
  generator draw({.seed = seed_, .epoch = epoch_, .offset = given_}, choosing);
  const auto which = window_.size() == 1 ? 0 : draw.index_below(window_.size());
  std::swap(window_[which], window_.back());
  auto chosen = std::move(window_.back());
  window_.pop_back();
  bytes_ -= chosen.bytes();
  displaced_ += double(chosen.number > given_ ? chosen.number - given_ : given_ - chosen.number);
  ++given_;
  return chosen;
}

void shuffle_window::leap(std::uint64_t offset) {
  const auto first = block_of(offset) * block_;
  if (most_ > 1 || taken_ > 0 || first == 0 || ended()) return;
  const auto passed = from_->skip(first);
  if (!passed) return;
  taken_ = given_ = *passed;
  if (*passed < first) from_.reset();
}

// The newest block of which enough was pulled before that offset was given, whatever came then.
std::uint64_t shuffle_window::block_of(std::uint64_t offset) const noexcept {
  return offset < reserved ? 0 : (offset - reserved) / block_;
}

pulled shuffle_window::stand_in(std::uint64_t offset, std::uint32_t attempt) {
  const auto block = block_of(offset);
  while (taken_ < std::min(block * block_ + reserved, limit_) && !reserve_[block].full && !ended()) {
    if (auto fresh = pull_ahead()) ahead_.push_back(std::move(*fresh));
  }
  const auto& few = reserve_.at(block).few;
  generator draw({.seed = seed_, .epoch = epoch_, .offset = offset}, standing_in);
  return few[(draw.index_below(few.size()) + attempt) % few.size()];
}

void shuffle_window::close() {
  from_.reset();
  window_.clear();
  ahead_.clear();
  bytes_ = 0;
}

std::size_t shuffle_window::bytes() const noexcept {
  auto all = bytes_;
  for (const auto& one : ahead_) all += one.bytes();
  return all;
}

void shuffle_window::forget_before(std::uint64_t offset) {
  reserve_.erase(reserve_.begin(), reserve_.lower_bound(block_of(offset)));
}

shuffle_quality shuffle_window::quality() const noexcept {
  return {.samples = given_, .window = widest_, .mean_displacement = given_ > 0 ? displaced_ / double(given_) : 0};
}

}  // namespace troupe
