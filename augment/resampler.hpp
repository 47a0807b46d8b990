#pragma once
#include <troupe/augment/arena.hpp>
#include <troupe/augment/filter.hpp>
#include <troupe/augment/row_format.hpp>
#include <troupe/augment/row_source.hpp>
#include <troupe/augment/transform.hpp>

#include <array>

namespace troupe {

/// One view of an image, rendered in one pass while its rows arrive: each row goes through the horizontal filter into a
/// ring of as many rows as the vertical filter is high, out of which finished rows leave. Rounded to 8 bits after each
/// of the two, as PIL does. Pixels of the window that lie outside the image are the view's `fill`.
class resampler {
 public:
  /// `shrink`: the picture arrives decoded at 1/shrink of the size that the view counts in, `size` pixels then.
  resampler(const resampling& view, image_shape size, int shrink, arena& memory);

  /// The part of the (shrunk) image whose rows `run` will ask for; empty where only padding is seen.
  const rect& needed() const noexcept { return needed_; }

  /// False where the source ended early. An image must have nothing between its rows.
  bool run(row_source& rows, const row_target& to);
  bool run(row_source& rows, image& to);
  bool run(image_rows& rows, const row_target& to);
  bool run(image_rows& rows, image& to);

  /// What the constructor takes out of the arena, at most, for this view, its window anywhere, or a smaller part of the
  /// same image.
  static std::size_t bytes_needed(const resampling& view, image_shape size, int shrink) noexcept;

 private:
  template <class Rows, class Target>
  bool render(Rows& rows, Target& to);
  template <class Rows, class Target, class F>
  bool copy(Rows& rows, Target& to, const F& paint);
  template <class Target, class F>
  bool filter(row_source& rows, Target& to, const F& paint);
  void store(const std::array<const std::uint8_t*, 3>& planes, int y, bool mirror, const row_target& to) const;
  void store(const std::array<const std::uint8_t*, 3>& planes, int y, bool mirror, image& to) const;
  /// Where the visible part of a line begins whose values stay bytes beside each other; else nullptr.
  std::uint8_t* line(int y, const row_target& to) const;
  std::uint8_t* line(int y, image& to) const;
  image_shape result() const noexcept { return {view_.window.height, view_.window.width, channels_}; }
  /// Calls paint(first, end) with the pixels, counted line by line, that show no image between two visible lines, which
  /// are counted as they are written: those before line `output`, or behind the last one.
  template <class F>
  void margin(int output, const F& paint) const;
  auto painter(const row_target& to) const;
  auto painter(image& to) const;
  std::array<const std::uint8_t*, 3> split(const pixel_row& row);

  resampling view_;
  int channels_ = 3;
  int first_row_ = 0, rows_ = 0, columns_ = 0;  // the visible part of the full image
  int top_ = 0, left_ = 0;                      // where it begins in the result
  bool scaled_ = false;
  rect needed_;
  filter_windows across_;
  filter_axis down_;
  std::array<std::uint8_t*, 3> planes_{};
  std::array<std::uint8_t*, 3> finished_{};
  std::uint8_t* ring_ = nullptr;  // [taps, channels, stride]
  std::size_t stride_ = 0;
  const std::uint8_t** taps_ = nullptr;
};

}  // namespace troupe
