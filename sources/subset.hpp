#pragma once
#include <troupe/sources/source.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace troupe {

/// The samples with these indices, in this order; an index may come more than once. 8 bytes each. Throws
/// std::invalid_argument for an index that the data do not have.
dataset subset(dataset data, std::vector<std::uint64_t> indices);

/// What a filter knows about a sample.
class candidate {
 public:
  candidate(const source& from, std::uint64_t index) noexcept : from_(&from), index_(index) {}

  std::uint64_t index() const noexcept { return index_; }
  /// What a person can open; its path below the root of the data.
  std::string path() const { return from_->path(index_); }
  std::string member() const { return from_->member(index_); }
  std::int64_t label() const noexcept { return from_->label(index_); }
  /// The name of its class; empty where it has none.
  std::string class_name() const;
  /// Bytes of its file, or of its part of one, or of its pixels where they are in memory; 0 where there is no such
  /// file, or only a key. Asks the file system.
  std::uint64_t bytes() const;

 private:
  const source* from_;
  std::uint64_t index_ = 0;
};

/// The samples that `keep` wants, by path, label or size. Asked once for each of them, here and in order, on the
/// calling thread: what is left is exact and seekable. What `keep` throws comes out of here.
///
///     auto dogs = troupe::filter(photos, [](const troupe::candidate& c) { return c.class_name() == "dog"; }, "dogs");
///
/// `named` is for `describe()`: "…, 120 of 4,000 kept (dogs)".
dataset filter(const dataset& data, const std::function<bool(const candidate&)>& keep, const std::string& named = {});

}  // namespace troupe
