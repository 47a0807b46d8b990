#pragma once
#include <troupe/augment/batch_transform.hpp>
#include <troupe/augment/recipe.hpp>
#include <troupe/pipeline/further_fields.hpp>
#include <troupe/pipeline/memory_plan.hpp>
#include <troupe/pipeline/plan.hpp>
#include <troupe/pipeline/run_state.hpp>
#include <troupe/sources/file_layer.hpp>
#include <troupe/sources/source.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

/// One row of a batch, with all that led to it.
struct inspected_row {
  std::uint64_t row = 0;       ///< in its batch
  std::uint64_t position = 0;  ///< in the run, over all training epochs
  std::uint64_t index = 0;     ///< of the sample that is shown
  std::int64_t label = 0;
  int width = 0, height = 0;  ///< of the image as a viewer shows it, before any transform
  std::vector<drawn> transforms;
  struct bad_sample {
    std::uint64_t index = 0;
    failure why;
  };
  std::vector<bad_sample> replaces;  ///< samples that should have stood here, and could not be read or were left out
};

/// A batch as training sees it.
struct inspected_batch {
  std::uint64_t epoch = 0, number = 0;
  image_shape shape;
  std::vector<float> images;                  ///< [N, C, H, W]
  std::vector<std::int64_t> labels, indices;  ///< [N]
  std::vector<float> label_rows;              ///< [N, columns] where labels are mixed, several classes or values
  std::vector<inspected_row> rows;
  std::vector<drawn> transforms;        ///< of the batch as a whole
  std::shared_ptr<const ring> further;  ///< its buffer 0 has the fields behind images, labels and indices

  /// The further fields, by their names.
  std::vector<std::pair<std::string, view>> further_views() const;
};

/// Rebuilds batches one row after the other, without actors: a batch follows from its position alone, so this is at
/// once at any of them, and what it shows is what training gets, replacements included.
class row_by_row {
 public:
  /// The run is described, not begun: a file that does not fit into its memory is `too_large` there, and so it is here.
  explicit row_by_row(const run_settings& of);

  /// With `fields`, reports hold what transforms drew for every pixel. Throws std::runtime_error where 16 replacements
  /// in a row are bad or left out, as the run would end.
  inspected_batch make(const pass& of, std::uint64_t number, bool fields = false);

 private:
  struct part;  // one of the pictures of a sample
  void show(const pass& of, std::uint64_t number, std::span<inspected_row> views, float* pixels, bool fields,
            const ring& further);
  failure fill(inspected_row& row, const sample_key& key, float* pixels, bool fields, const ring& further);
  failure fill_further(const inspected_row& row, const sample_key& key, const std::vector<part>& parts, float* pixels,
                       const ring& further);
  failure find(std::size_t picture, std::uint64_t index, part& to, std::size_t& taken);
  failure read(const file_range& where, std::vector<std::uint8_t>& bytes, std::size_t& taken);
  failure fits(recipe::requirement need) const;
  void transform_all(const pass& of, inspected_batch& b) const;

  prepared_data of_;
  layout fields_;
  decode_options decode_;
  memory_plan memory_;
  batch_recipe whole_;
  scratch scratch_;
  std::shared_ptr<file_layer> files_ = disk(1);
};

}  // namespace troupe
