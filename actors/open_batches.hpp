#pragma once
#include <troupe/actors/open_batch.hpp>
#include <troupe/pipeline/options.hpp>

#include <cstdint>
#include <deque>
#include <utility>

namespace troupe {

/// All batches on their way, in the order of the plan.
class open_batches {
 public:
  using iterator = std::deque<open_batch>::iterator;

  open_batch& add(open_batch fresh) { return all_.emplace_back(std::move(fresh)); }
  iterator erase(const iterator& b) { return all_.erase(b); }
  iterator begin() noexcept { return all_.begin(); }
  iterator end() noexcept { return all_.end(); }
  bool empty() const noexcept { return all_.empty(); }
  std::size_t size() const noexcept { return all_.size(); }

  /// The batch that a lease is of, where the lease is the newest issue of all its rows.
  open_batch* find(const lease& l) noexcept;
  /// The one whose transforms are being run in that buffer.
  open_batch* in_work(std::uint32_t buffer) noexcept;
  /// The one to be delivered next, or end(): no batch overtakes one of an earlier pass.
  iterator next_ready(delivery order) noexcept;
  bool all_complete() const noexcept;
  /// No other batch of that pass is open that is to be delivered.
  bool alone_in_pass(const open_batch& b) const noexcept;

 private:
  std::deque<open_batch> all_;
};

}  // namespace troupe
