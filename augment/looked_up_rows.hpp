#pragma once
#include <troupe/augment/arena.hpp>
#include <troupe/augment/implementation.hpp>
#include <troupe/augment/lookup_kernels.hpp>
#include <troupe/augment/row_source.hpp>

namespace troupe {

/// Rows of another source whose values go through a table on their way. `row`: the shape of one, height 1; takes an
/// image of it out of the arena.
class looked_up_rows final : public row_source {
 public:
  looked_up_rows(const lookup& table, row_source& from, image_shape row, arena& memory)
      : table_(table), from_(from), line_(image_in(memory, row)) {}

  pixel_row next() noexcept override {
    const int channels = line_.shape.channels;
    kernels::look_up(table_, channels, from_.next().plane[0], std::size_t(line_.shape.width), line_.data);
    return pixel_row::interleaved(line_.data, channels);
  }

 private:
  const lookup& table_;
  row_source& from_;
  image line_;
};

}  // namespace troupe
