#include <troupe/pipeline/cpu_share.hpp>

#include <troupe/pipeline/cpu_budget.hpp>
#include <troupe/pipeline/refuse.hpp>
#include <troupe/pipeline/turns.hpp>

#include <mutex>

namespace troupe {

cpu_share::cpu_share(int cpus) {
  if (cpus < 1 || cpus > 1024) refuse("cpu_share", "cpus", "1 ... 1024", cpus);
  turns_ = std::make_shared<turns>(cpus);
}

// As long as anybody has it; the next one asks the machine again.
cpu_share cpu_share::of_process() {
  static std::mutex mutex;
  static std::weak_ptr<turns> known;
  std::lock_guard lock(mutex);
  cpu_share s;
  s.turns_ = known.lock();
  if (!s) known = s.turns_ = std::make_shared<turns>(cpu_budget());
  return s;
}

int cpu_share::cpus() const noexcept { return turns_ ? turns_->at_once() : 0; }
int cpu_share::busy() const noexcept { return turns_ ? turns_->taken() : 0; }

}  // namespace troupe
