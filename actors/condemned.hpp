#pragma once
#include <troupe/pipeline/lease.hpp>
#include <troupe/pipeline/ring.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <utility>

namespace troupe {

/// Buffers that somebody who hangs may still write into. Each is out of use until every row that was out has come back.
class condemned {
 public:
  /// These rows of this buffer are in other hands.
  void add(std::uint32_t buffer, std::set<std::uint32_t> rows_out) { rows_out_[buffer] = std::move(rows_out); }

  /// A lease came back late. The last one of a condemned buffer gives it back to the ring.
  void came_back(const lease& l, ring& memory) {
    const auto found = rows_out_.find(l.buffer);
    if (found == rows_out_.end()) return;
    auto& out = found->second;
    out.erase(out.lower_bound(l.row), out.lower_bound(l.row + l.rows));
    if (out.empty()) {
      rows_out_.erase(found);
      memory.give_back_late(l.buffer);
    }
  }

 private:
  std::map<std::uint32_t, std::set<std::uint32_t>> rows_out_;
};

}  // namespace troupe
