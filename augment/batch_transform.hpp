#pragma once
#include <troupe/augment/generator.hpp>
#include <troupe/augment/image.hpp>
#include <troupe/augment/row_format.hpp>
#include <troupe/augment/transform.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace troupe {

/// A batch whose rows are all filled, to be changed in place before it is delivered.
struct batch_rows {
  std::size_t rows = 0;                   ///< N
  image_shape shape;                      ///< of one image
  row_format format = {};                 ///< of the pixels
  void* images = nullptr;                 ///< `[N, C, H, W]`, normalised; or `[N, H, W, C]` where the format says so
  std::size_t classes = 0;                ///< C of the labels; 0: they are class numbers
  float* labels = nullptr;                ///< `[N, C]`: how much of each class; null where they are numbers
  std::int64_t* class_of = nullptr;       ///< `[N]`; null where labels are `[N, C]`
  const std::int64_t* indices = nullptr;  ///< `[N]`: which samples of the data set these are

  /// Elements of one image, and where row r begins.
  std::size_t row_elements() const noexcept { return shape.bytes(); }
  std::size_t row_bytes() const noexcept { return shape.bytes() * size_of(format.type); }
  std::byte* image(std::size_t r) const noexcept { return static_cast<std::byte*>(images) + r * row_bytes(); }
  float* label(std::size_t r) const noexcept { return labels + r * classes; }
};

/// What is done to a whole batch of training: mixed, by `mixup` and `cutmix`, or by a function of one's own:
///
///     troupe::batch_transform dim("dim", [](const troupe::batch_rows& b, troupe::generator& g) { … });
///
/// Its randomness follows from seed, epoch and number of the batch. Called on several threads at once, each with
/// another batch: capture by value, keep no state. What it throws ends the run, which names it.
class batch_transform {
 public:
  /// What it is told beside the rows.
  struct step {
    generator& random;
    drawn* report = nullptr;      ///< receives the drawn parameters, where given
    std::byte* memory = nullptr;  ///< as much as `scratch_bytes` announced
    /// Where given, pixels are still 8-bit values at the beginning of each row, and are to become this.
    const row_target* conversion = nullptr;
  };
  class implementation {
   public:
    virtual ~implementation() = default;
    virtual std::string name() const = 0;
    virtual std::string to_string() const { return name() + "()"; }
    virtual void apply(const batch_rows& b, const step& s) const = 0;
    /// What `apply` uses of `step::memory` for rows of so many bytes and classes.
    virtual std::size_t scratch_bytes(std::size_t /*row_bytes*/, std::size_t /*classes*/) const { return 0; }
    /// It takes rows that are not converted yet, too, and converts them on the way.
    virtual bool converts() const { return false; }
    /// It makes labels that are more than one class: `[N, C]` float32 instead of `[N]` int64.
    virtual bool mixes_labels() const { return false; }
  };

  batch_transform(std::string name, std::function<void(const batch_rows&, generator&)> apply);
  explicit batch_transform(std::shared_ptr<const implementation> i) : implementation_(std::move(i)) {}

  /// As it is written: `mixup(alpha=0.2)`.
  std::string to_string() const { return implementation_->to_string(); }
  const implementation* operator->() const noexcept { return implementation_.get(); }

 private:
  std::shared_ptr<const implementation> implementation_;
};

/// Several batch transforms made ready to run, in order, each with random numbers of its own.
class batch_recipe {
 public:
  batch_recipe() = default;
  explicit batch_recipe(std::vector<batch_transform> list) : list_(std::move(list)) {}

  const std::vector<batch_transform>& transforms() const noexcept { return list_; }
  bool empty() const noexcept { return list_.empty(); }
  bool mixes_labels() const noexcept;
  /// The first of them converts: rows may come as `recipe::unconverted` fills them, which saves a pass over memory.
  bool converts() const noexcept { return !list_.empty() && list_.front()->converts(); }
  /// The memory that `run` wants for rows of so many bytes and classes.
  std::size_t scratch_bytes(std::size_t row_bytes, std::size_t classes) const noexcept;
  /// Changes batch `number` of an epoch. With `report`, the parameters that were drawn are appended to it; with
  /// `conversion`, where `converts()`, its rows are still to become that float32 or bfloat16, and the bits the same.
  /// Throws std::runtime_error with name and words of a transform of one's own that throws, and std::invalid_argument
  /// where rows must be converted before.
  void run(const batch_rows& b, std::uint64_t seed, std::uint64_t epoch, std::uint64_t number, std::byte* memory,
           std::vector<drawn>* report = nullptr, const row_target* conversion = nullptr) const;

 private:
  std::vector<batch_transform> list_;
};

}  // namespace troupe
