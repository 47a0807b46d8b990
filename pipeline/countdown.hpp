#pragma once
#include <algorithm>
#include <chrono>

namespace troupe {

/// A deadline in looks, not in time: a process that was stopped for a while (Ctrl-Z, a debugger, `docker pause`) has
/// missed one look, however long that was, and has the others still. Each look is asked for when the one before is
/// done:
///
///     countdown left(30s);
///     do wait(left.next());
///     while (!come() && !left.over());
class countdown {
 public:
  explicit countdown(std::chrono::milliseconds all) noexcept
      : each_(std::max(all / looks, std::chrono::milliseconds(1))) {}

  /// How long until the next look.
  std::chrono::milliseconds next() const noexcept { return each_; }
  /// That was a look. True: it was the last one.
  bool over() noexcept { return --left_ <= 0; }

 private:
  static constexpr int looks = 10;
  std::chrono::milliseconds each_;
  int left_ = looks;
};

}  // namespace troupe
