#pragma once
#include <troupe/augment/image.hpp>
#include <troupe/sources/companion.hpp>
#include <troupe/sources/file_range.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace troupe {

/// What the labels of a data set are.
enum class label_kind : std::uint8_t {
  classes,    ///< one class a sample
  multi_hot,  ///< any number of classes a sample: for each class 0 or 1
  values,     ///< numbers to predict
};

/// Where samples come from: random access by index. One file and one class make a new one; every method is called from
/// several threads at once and must not block on a disk (the loader reads files, the source only names them).
///
/// A sample is either a file or a part of one (`location` says where, `pixels` is empty) or pixels that are in memory
/// already (`pixels` gives `[H, W, C]` uint8 of `shape()`, valid as long as the source), or only a key (`keyed`).
class source {
 public:
  source() = default;
  source(const source&) = delete;
  source& operator=(const source&) = delete;
  virtual ~source() = default;

  /// The number of samples.
  virtual std::uint64_t size() const noexcept = 0;
  /// The names of the classes; label k is `class_names()[k]`.
  virtual const std::vector<std::string>& class_names() const noexcept = 0;
  /// The label of a sample: 0 … classes - 1. Of several classes the first; -1 where there is none, or no class at all.
  virtual std::int64_t label(std::uint64_t index) const noexcept = 0;
  /// What the labels are. Where they are not single classes, `class_names` names their columns.
  virtual label_kind labels() const noexcept { return label_kind::classes; }
  /// The label as a row of `class_names().size()` numbers: one-hot for single classes.
  virtual void write_label(std::uint64_t index, float* row) const {
    std::fill_n(row, class_names().size(), 0.0F);
    const auto l = label(index);
    if (l >= 0 && std::uint64_t(l) < class_names().size()) row[l] = 1;
  }
  /// What a person can open: a path from the current directory; `FILE[index]` for a member of a larger file.
  virtual std::string path(std::uint64_t index) const = 0;
  /// What names a sample within its data, wherever the data lies: its path below the root. Part of the fingerprint.
  virtual std::string member(std::uint64_t index) const { return path(index); }
  /// Where the bytes of a sample lie that is not in memory.
  virtual file_range location(std::uint64_t index) const { return {path(index)}; }
  /// The pixels of a sample that is in memory; empty for files.
  virtual std::span<const std::uint8_t> pixels(std::uint64_t index) const noexcept = 0;
  /// The one shape that all samples have, where that is known; files decide for themselves.
  virtual std::optional<image_shape> shape() const noexcept = 0;
  /// How often `by_weight()` shows a sample, beside the weights of the others: finite, >= 0.
  virtual double weight(std::uint64_t) const noexcept { return 1; }
  /// Where its parts end, as indices: a concatenation has one for each of its data sets, everything else is one part.
  virtual std::vector<std::uint64_t> part_ends() const { return {size()}; }
  /// Whether `pixels` has them all. Samples of one known shape are, unless a source says that it reads them from files,
  /// or that they are keys.
  virtual bool in_memory() const noexcept { return shape().has_value() && !keyed(); }
  /// Whether samples are named and no more: a stage of one's own brings their bytes, by what `member` says. Nothing is
  /// read, `location` and `pixels` are empty. All of them, or none.
  virtual bool keyed() const noexcept { return false; }
  /// What every sample has beside its picture: a mask, a second picture. Never changes.
  virtual const std::vector<companion>& companions() const noexcept;
  /// The n-th of them: a sample of another source, which says where it lies as for any other. Valid as long as this
  /// one.
  virtual sample_of companion_of(std::uint64_t index, std::size_t n) const;
  /// The boxes and keypoints of a sample, at most as many as `most_annotated` says, with a class for each box.
  virtual annotations annotated(std::uint64_t) const noexcept { return {}; }
  virtual troupe::most_annotated most_annotated() const noexcept { return {}; }
  /// The names of the classes of boxes.
  virtual const std::vector<std::string>& box_class_names() const noexcept;
  /// One line for a person: "photos/train: 4,000 files in 20 class folders".
  virtual std::string describe() const = 0;
};

/// A source that is shared: a value that can be copied into any number of pipelines.
///
///     auto photos = troupe::image_folder("photos/train");
///     photos.size(), photos.classes(), photos.class_names()
class dataset {
 public:
  dataset() = default;
  dataset(std::shared_ptr<const source> s) : source_(std::move(s)) {}  // NOLINT: a source is a dataset

  std::uint64_t size() const noexcept { return source_ ? source_->size() : 0; }
  std::size_t classes() const noexcept { return source_ ? source_->class_names().size() : 0; }
  const std::vector<std::string>& class_names() const noexcept { return source_->class_names(); }
  const source* operator->() const noexcept { return source_.get(); }
  const source& operator*() const noexcept { return *source_; }
  explicit operator bool() const noexcept { return source_ != nullptr; }

 private:
  std::shared_ptr<const source> source_;
};

}  // namespace troupe
