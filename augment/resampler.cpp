#include <troupe/augment/resampler.hpp>

#include <troupe/augment/implementation.hpp>
#include <troupe/augment/kernels.hpp>
#include <troupe/augment/lookup_kernels.hpp>
#include <troupe/augment/store.hpp>

#include <algorithm>
#include <cstring>
#include <new>
#include <type_traits>

namespace troupe {

namespace {

struct requests {
  axis_request across, down;
  int top = 0, left = 0;  ///< sample that the requests count from
};

/// One axis: the visible part of the window, in full-image coordinates, and the source samples that it comes from.
axis_request request(int from, int length, int full, int window, int extent, int shrink, int size, int& base) {
  base = from / shrink;
  const int end = std::min((from + length + shrink - 1) / shrink, size);
  axis_request r{
      .origin = double(from) / shrink - base, .length = double(length) / shrink, .limit = std::max(1, end - base)};
  r.full = full;
  r.first = std::max(0, window);
  r.count = std::max(0, std::min(full, window + extent) - r.first);
  return r;
}

requests axes_of(const resampling& v, image_shape size, int shrink) {
  requests r;
  r.across =
      request(v.source.left, v.source.width, v.full_width, v.window.left, v.window.width, shrink, size.width, r.left);
  r.down =
      request(v.source.top, v.source.height, v.full_height, v.window.top, v.window.height, shrink, size.height, r.top);
  r.across.mirror = v.mirror;
  r.across.antialias = r.down.antialias = v.antialias;
  return r;
}

std::size_t padded(int samples) { return arena::rounded(std::size_t(samples) + kernels::padding); }

std::uint8_t* taken(arena& memory, std::size_t bytes) {
  auto* p = memory.take_array<std::uint8_t>(bytes);
  if (!p) throw std::bad_alloc();
  return p;
}

std::uint8_t* zeroed(arena& memory, std::size_t bytes) {
  auto* p = taken(memory, bytes);
  std::memset(p, 0, bytes);
  return p;
}

// Sixteen pixels of a colour.
std::array<std::uint8_t, 48> sixteen(const colour& c) {
  std::array<std::uint8_t, 48> pixels;
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = c[i % 3];
  return pixels;
}

// Whole pixels, n bytes of them; the last sixteen overlap those before.
void cover(std::uint8_t* to, std::size_t n, const std::array<std::uint8_t, 48>& pixels) {
  if (n < pixels.size()) {
    std::memcpy(to, pixels.data(), n);
    return;
  }
  for (std::size_t at = 0;; at = std::min(at + pixels.size(), n - pixels.size())) {
    std::memcpy(to + at, pixels.data(), pixels.size());
    if (at + pixels.size() == n) return;
  }
}

}  // namespace

std::size_t resampler::bytes_needed(const resampling& view, image_shape size, int shrink) noexcept {
  requests r = axes_of(view, size, shrink);
  r.across.count = std::min(r.across.full, view.window.width);  // wherever the window lies, it sees no more
  r.down.count = std::min(r.down.full, view.window.height);
  const auto channels = std::size_t(size.channels);
  const std::size_t planes = channels * padded(r.across.limit);
  const std::size_t stride = padded((r.across.count + 15) / 16 * 16);
  const double scale = std::max(1.0, r.down.length / std::max(r.down.full, 1));
  const auto taps = std::size_t(2 * scale + 5);
  return planes + filter_windows::bytes_needed(r.across) + filter_axis::bytes_needed(r.down) +
         stride * channels * (taps + 1) + arena::rounded(taps * sizeof(void*));
}

resampler::resampler(const resampling& view, image_shape size, int shrink, arena& memory)
    : view_(view), channels_(size.channels), scaled_(!unscaled(view) || shrink > 1) {
  const requests r = axes_of(view, size, shrink);
  first_row_ = r.down.first;
  rows_ = r.down.count;
  columns_ = r.across.count;
  if (rows_ == 0 || columns_ == 0) {
    rows_ = columns_ = 0;
    return;
  }
  const int before = r.across.first - view.window.left;
  left_ = view.mirror ? view.window.width - before - columns_ : before;
  const int above = first_row_ - view.window.top;
  top_ = view.upside_down ? view.window.height - above - rows_ : above;
  if (!scaled_) {
    needed_ = {view.source.top + first_row_, view.source.left + r.across.first, rows_, columns_};
  } else {
    across_ = make_windows(r.across, memory);
    down_ = make_axis(r.down, memory);
    needed_ = {r.top + down_.lowest, r.left + across_.origin, down_.highest - down_.lowest + 1,
               across_.axis.highest + 1};
    stride_ = padded((columns_ + 15) / 16 * 16);
    ring_ = zeroed(memory, stride_ * std::size_t(channels_) * std::size_t(down_.taps));
    for (int c = 0; c < channels_; ++c) finished_[std::size_t(c)] = zeroed(memory, stride_);
    taps_ = memory.take_array<const std::uint8_t*>(std::size_t(down_.taps));
    if (!taps_) throw std::bad_alloc();
  }
  if (!scaled_ && channels_ == 1) return;
  const std::size_t channels = std::size_t(channels_),
                    plane = padded(needed_.width);  // what stands behind a row is read by filters alone
  auto* planes = scaled_ ? zeroed(memory, channels * plane) : taken(memory, channels * plane);
  for (std::size_t c = 0; c < channels; ++c) planes_[c] = planes + c * plane;
}

std::array<const std::uint8_t*, 3> resampler::split(const pixel_row& row) {
  if (row.planar) return row.plane;
  if (channels_ == 3)
    kernels::split(row.plane[0], needed_.width, planes_[0], planes_[1], planes_[2]);
  else
    std::memcpy(planes_[0], row.plane[0], std::size_t(needed_.width));
  return {planes_[0], planes_[1], planes_[2]};
}

void resampler::store(const std::array<const std::uint8_t*, 3>& planes, int y, bool mirror,
                      const row_target& to) const {
  const int at = y - view_.window.top, row = view_.upside_down ? view_.window.height - 1 - at : at;
  kernels::store(planes, columns_, mirror, result(),
                 std::size_t(row) * std::size_t(view_.window.width) + std::size_t(left_), to);
}

void resampler::store(const std::array<const std::uint8_t*, 3>& planes, int y, bool mirror, image& to) const {
  std::uint8_t* row = line(y, to);
  if (channels_ == 3)
    kernels::join(planes[0], planes[1], planes[2], columns_, row);
  else
    std::memcpy(row, planes[0], std::size_t(columns_));
  if (!mirror) return;
  for (int a = 0, b = columns_ - 1; a < b; ++a, --b)
    std::swap_ranges(row + a * channels_, row + (a + 1) * channels_, row + b * channels_);
}

std::uint8_t* resampler::line(int y, const row_target& to) const {
  if (to.format.type != element::uint8 || !to.format.channels_last) return nullptr;
  image whole{static_cast<std::uint8_t*>(to.data), result(), std::size_t(view_.window.width * channels_)};
  return line(y, whole);
}

std::uint8_t* resampler::line(int y, image& to) const {
  const int at = y - view_.window.top;
  return to.row(view_.upside_down ? view_.window.height - 1 - at : at) + left_ * channels_;
}

template <class F>
void resampler::margin(int output, const F& paint) const {
  if (columns_ == view_.window.width && output > 0 && output < rows_) return;
  const auto width = std::size_t(view_.window.width);
  const auto begin = [&](int o) {
    return std::size_t(top_ + (view_.upside_down ? rows_ - 1 - o : o)) * width + std::size_t(left_);
  };
  std::size_t first = 0, end = std::size_t(view_.window.height) * width;
  const int above = view_.upside_down ? output : output - 1, below = view_.upside_down ? output - 1 : output;
  if (above >= 0 && above < rows_) first = begin(above) + std::size_t(columns_);
  if (below >= 0 && below < rows_) end = begin(below);
  if (first < end) paint(first, end);
}

auto resampler::painter(const row_target& to) const { return kernels::filler(result(), view_.fill, to); }
auto resampler::painter(image& to) const {
  return
      [this, &to](std::size_t first, std::size_t end) { paint(to.data, int(first), int(end), channels_, view_.fill); };
}

template <class Rows, class Target>
bool resampler::render(Rows& rows, Target& to) {
  const auto paint = painter(to);
  const bool all = rows_ == 0 || (scaled_ ? filter(rows, to, paint) : copy(rows, to, paint));
  margin(rows_, paint);
  return all;
}

template <class Rows, class Target, class F>
bool resampler::copy(Rows& rows, Target& to, const F& paint) {
  std::uint8_t* at = line(first_row_, to);
  const std::ptrdiff_t step = at && rows_ > 1 ? line(first_row_ + 1, to) - at : 0;
  const bool bytes = at && channels_ == 3;
  if constexpr (std::is_same_v<Rows, image_rows>) {
    if (bytes && !view_.mirror) {
      const std::array<std::uint8_t, 48> fill = sixteen(view_.fill);
      const std::size_t n = std::size_t(columns_) * 3, gap = std::size_t(view_.window.width - columns_) * 3;
      const int lines = rows_;
      margin(0, paint);
      for (int o = 0; o < lines; ++o, at += step) {
        if (gap > 0 && o > 0) cover(step > 0 ? at - gap : at + n, gap, fill);
        std::memcpy(at, rows.next_line(), n);
      }
      return true;
    }
  }
  for (int y = first_row_; y < first_row_ + rows_; ++y, at += step) {
    const pixel_row row = rows.next();
    if (!row) return false;
    margin(y - first_row_, paint);
    if (!bytes || row.planar)
      store(channels_ == 1 ? row.plane : split(row), y, view_.mirror, to);
    else if (view_.mirror)
      kernels::mirror(row.plane[0], columns_, at);
    else
      std::memcpy(at, row.plane[0], std::size_t(columns_) * 3);
  }
  return true;
}

template <class Target, class F>
bool resampler::filter(row_source& rows, Target& to, const F& paint) {
  const int taps = down_.taps;
  const std::size_t ring_row = stride_ * std::size_t(channels_);
  int output = 0;
  for (int y = down_.lowest; y <= down_.highest; ++y) {
    const pixel_row row = rows.next();
    if (!row) return false;
    const auto planes = split(row);
    std::uint8_t* slot = ring_ + std::size_t(y % taps) * ring_row;
    for (std::size_t c = 0; c < std::size_t(channels_); ++c)
      kernels::filter_columns(planes[c], across_, slot + c * stride_);
    for (; output < rows_ && std::min(down_.start[output] + taps - 1, down_.highest) <= y; ++output) {
      for (std::size_t c = 0; c < std::size_t(channels_); ++c) {
        for (int k = 0; k < taps; ++k)
          taps_[k] = ring_ + std::size_t((down_.start[output] + k) % taps) * ring_row + c * stride_;
        kernels::filter_rows(taps_, down_.weights + std::ptrdiff_t(output) * taps, taps, columns_, finished_[c]);
      }
      margin(output, paint);
      store({finished_[0], finished_[1], finished_[2]}, first_row_ + output, false, to);
    }
  }
  return true;
}

bool resampler::run(row_source& rows, const row_target& to) { return render(rows, to); }
bool resampler::run(row_source& rows, image& to) { return render(rows, to); }
bool resampler::run(image_rows& rows, const row_target& to) { return render(rows, to); }
bool resampler::run(image_rows& rows, image& to) { return render(rows, to); }

}  // namespace troupe
