#pragma once
#include <troupe/pipeline/run_state.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace troupe {

/// What was made or pulled, and its bytes in the read-ahead: they go back with it.
struct charged {
  std::shared_ptr<run_state> run;
  std::shared_ptr<const void> what;
  std::size_t size = 0;  ///< that the budget has granted, or was charged

  charged(std::shared_ptr<run_state> r, std::shared_ptr<const void> w) noexcept
      : run(std::move(r)), what(std::move(w)) {}
  ~charged();
  charged(const charged&) = delete;
  charged& operator=(const charged&) = delete;
};

/// What a picture was when a stage of one's own received it: that of an item, or of one of its companions.
struct received {
  std::span<const std::uint8_t> bytes;
  std::shared_ptr<const void> room;  ///< where the stage is to bring the bytes: kept until it has
  std::string key;                   ///< of those
};

template <class Picture>
received as_received(const Picture& p) {
  if (!p.to_bring()) return {p.bytes, nullptr, {}};
  return {p.bytes, p.owner, p.key};
}

/// Charges what a stage made of an item to the read-ahead, as long as it lives. Readers pause until it fits: it is
/// there already. More than the whole budget is a bad sample. What lies within the bytes that came is charged with
/// them; what was brought says how large the next ones will be.
void charge(const std::shared_ptr<run_state>& run, const std::string& stage, std::uint64_t pass, encoded& made,
            const received& before, std::span<const received> companions);

}  // namespace troupe
