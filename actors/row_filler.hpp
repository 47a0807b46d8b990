#pragma once
#include <troupe/augment/recipe.hpp>
#include <troupe/augment/targets.hpp>
#include <troupe/pipeline/encoded.hpp>
#include <troupe/pipeline/lease.hpp>
#include <troupe/pipeline/run_state.hpp>

#include <cstdint>
#include <memory>

namespace troupe {

/// Writes the row of a sample into its place: pixels, label, index, and all further fields. For one thread.
class row_filler {
 public:
  explicit row_filler(std::shared_ptr<run_state> run) : run_(std::move(run)) {}

  /// Row `places.row + row` of the batch that the lease is of. What is wrong with the sample, or null.
  shared_failure fill(const encoded& item, const pass& of, const lease& places, std::uint32_t row);
  /// The scratch that it failed for want of, more than it is allowed; otherwise 0.
  std::size_t wanted() const noexcept { return wanted_; }
  /// At most so many bytes of scratch.
  void allow(std::size_t bytes) noexcept;
  /// Gives memory above `keep_bytes` back.
  void trim(std::size_t keep_bytes) noexcept { memory_.trim(keep_bytes); }

 private:
  failure fill_fields(const encoded& item, const sample_key& key, std::uint32_t buffer, std::size_t row);
  failure fill_images(const encoded& item, const sample_key& key, std::uint32_t buffer, std::size_t row);
  failure left_behind(const encoded& item, std::size_t companion) const;
  failure render(const encoded& item, std::size_t n, const recipe& prepare, const sample_key& key, void* pixels,
                 targets* along = nullptr);
  failure render(picture p, std::uint64_t index, std::size_t n, const recipe& prepare, const sample_key& key,
                 void* pixels, targets* along);
  failure run(const recipe& prepare, const picture& p, const sample_key& key, void* pixels, targets* along);
  failure write_label(const encoded& item, void* to) const;
  const sample_store::entry* keep_pixels(const recipe& prepare, const picture& p, std::uint64_t sample, bool as_stored);
  void keep_marks(std::uint64_t sample, const picture& of, const sample_store::entry* known);

  const std::shared_ptr<run_state> run_;
  const prepared_data* data_ = nullptr;  // that of the sample at hand, and its pass
  std::uint64_t pass_ = 0;
  scratch memory_;
  std::size_t allowed_ = 0, wanted_ = 0;
  targets along_;  // kept for its memory
};

}  // namespace troupe
