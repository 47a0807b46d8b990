#pragma once
#include <troupe/pipeline/lease.hpp>

#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace troupe::testing {

/// What was said on one edge of the line, held against the obligations in pipeline/messages.hpp. Throws nothing: the
/// first breach is kept, for whoever asks.
class edge_book {
 public:
  explicit edge_book(std::string name) : name_(std::move(name)) {}

  void demanded(const lease& places, bool last);
  void answered(const lease& places, std::size_t items);
  void abandoned(const lease& places);
  void demanded_batches(std::uint64_t n);
  void answered_batches(std::uint64_t n);
  /// The edge was cancelled: what is demanded from now on need not be answered before `end`.
  void cancelled() { cancelled_ = true; }
  void ended();

  const std::string& breach() const noexcept { return breach_; }
  int rule() const noexcept { return rule_; }  ///< the number of the obligation that was broken; 0: none
  std::uint64_t ends() const noexcept { return ends_; }
  std::uint64_t asked() const noexcept { return asked_; }  ///< places, or batches
  std::uint64_t sent() const noexcept { return sent_; }
  std::uint64_t open() const noexcept { return out_.size(); }  ///< places demanded, not answered and not abandoned

 private:
  using place = std::tuple<std::uint64_t, std::uint64_t, std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t>;
  void expect(bool holds, int rule, const char* obligation, const lease& places);
  static place row(const lease& places, std::uint32_t n);

  std::string name_, breach_;
  std::set<place> out_, lost_, late_;  // demanded; abandoned; demanded after it was cancelled
  std::uint64_t asked_ = 0, sent_ = 0, ends_ = 0;
  int rule_ = 0;
  bool last_ = false, cancelled_ = false;
};

}  // namespace troupe::testing
