#pragma once
#include <memory>

namespace troupe {

class turns;

/// Processors that several pipelines have together: no more of their workers are at work at a time, and where all want
/// to be, each pipeline gets the same time. One that rests or has ended leaves its part to the others.
///
///     const troupe::cpu_share two(2);
///     auto train = a.budget({.share = two}).start();
///     auto clean = b.budget({.share = two}).start();
///
/// Pipelines that are given neither this nor `cpus` share those of the process. A worker takes a turn for about a
/// millisecond of work. One that hangs keeps its turn until the monitor gives it up. Stages that are actors of one's
/// own, batch transforms and LibTorch's threads take no turns.
class cpu_share {
 public:
  /// None.
  cpu_share() = default;
  /// So many: 1 ... 1024. Throws std::invalid_argument.
  explicit cpu_share(int cpus);
  /// That of the process: as many as `cpu_budget()` said when the first pipeline asked.
  static cpu_share of_process();

  explicit operator bool() const noexcept { return turns_ != nullptr; }
  int cpus() const noexcept;
  /// Workers that are at work now.
  int busy() const noexcept;
  const std::shared_ptr<turns>& in_turns() const noexcept { return turns_; }

 private:
  std::shared_ptr<turns> turns_;
};

}  // namespace troupe
