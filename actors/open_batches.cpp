#include <troupe/actors/open_batches.hpp>

#include <algorithm>

namespace troupe {

open_batch* open_batches::find(const lease& l) noexcept {
  const auto found = std::find_if(all_.begin(), all_.end(), [&](const open_batch& b) { return b.current(l); });
  return found == all_.end() ? nullptr : &*found;
}

open_batch* open_batches::in_work(std::uint32_t buffer) noexcept {
  const auto found =
      std::find_if(all_.begin(), all_.end(), [&](const open_batch& b) { return b.in_work() && b.buffer() == buffer; });
  return found == all_.end() ? nullptr : &*found;
}

open_batches::iterator open_batches::next_ready(delivery order) noexcept {
  const auto front = all_.begin();
  if (front == all_.end() || front->ready()) return front;
  if (order == delivery::in_order) return all_.end();
  return std::find_if(front, all_.end(), [&](const open_batch& b) { return b.pass() == front->pass() && b.ready(); });
}

bool open_batches::all_complete() const noexcept {
  return std::all_of(all_.begin(), all_.end(), [](const open_batch& b) { return b.complete(); });
}

bool open_batches::alone_in_pass(const open_batch& b) const noexcept {
  return std::none_of(all_.begin(), all_.end(),
                      [&](const open_batch& o) { return &o != &b && o.pass() == b.pass() && !o.dropped(); });
}

}  // namespace troupe
