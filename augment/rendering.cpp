#include <troupe/augment/rendition.hpp>

#include <troupe/augment/looked_up_rows.hpp>

#include <algorithm>

// From a file, or from pixels, to what is wanted of them in one pass.
namespace troupe {

namespace {

image_shape shrunk(image_shape s, int shrink) {
  return {(s.height + shrink - 1) / shrink, (s.width + shrink - 1) / shrink, s.channels};
}

}  // namespace

// Calls use(rows) with the rows of a part; twice where the fast decoder has found something that libjpeg must judge.
template <class Use>
failure rendition::decode(const rect& part, int shrink, Use use) {
  const auto by = [&](auto& reader) -> failure {
    if (failure bad = reader.open(picture_.bytes, header_, part, plan_.decode.strict, parts_.memory)) return bad;
    use(reader);
    failure bad = reader.close();
    parts_.damaged |= reader.complained();
    return bad;
  };
  switch (header_.format) {
    case picture_format::png: return by(parts_.png);
    case picture_format::webp: return by(parts_.webp);
    case picture_format::gif: return by(parts_.gif);
    case picture_format::bmp: return by(parts_.bmp);
    case picture_format::tiff: return by(parts_.tiff);
    default: break;
  }
  if (plan_.decode.decoder == jpeg_decoder::fast) {
    const auto before = parts_.memory.now();
    if (parts_.baseline.open(picture_.bytes, part, shrink, parts_.memory, picture_.marks)) {
      use(parts_.baseline);
      if (parts_.baseline.complete()) {
        parts_.marks = parts_.baseline.marks();
        return {};
      }
    }
    parts_.memory.back_to(before);
  }
  if (failure bad = parts_.jpeg.open(picture_.bytes, part, shrink, parts_.memory)) return bad;
  use(parts_.jpeg);
  failure bad = parts_.jpeg.close(plan_.decode.strict);
  parts_.damaged |= parts_.jpeg.complained();
  return bad;
}

template <class Target>
failure rendition::render(Target& to) {
  if (decoded_) {
    resampler pass(view_, shape_, 1, parts_.memory);
    image from = pixels_;
    if (bent_)
      warp(from, *bent_, parts_.memory, pass.needed());
    else
      from = part_of(from, pass.needed());
    image_rows rows(from, {0, 0, from.shape.height, from.shape.width});
    if (points_) {
      looked_up_rows changed(*points_, rows, {1, from.shape.width, from.shape.channels}, parts_.memory);
      pass.run(changed, to);
      points_.reset();
    } else {
      pass.run(rows, to);
    }
    return {};
  }
  const int shrink = shrink_for(view_);
  resampler pass(stored_view(), shrunk(shape_, shrink), shrink, parts_.memory);
  rect part = pass.needed();
  if (part.height == 0 || part.width == 0) part = {0, 0, 1, 1};  // only padding is seen; a bad file stays bad
  if (header_.turned()) return render_turned(pass, part, shrink, to);
  return decode(part, shrink, [&](row_source& rows) { pass.run(rows, to); });
}

// Orientations 5 to 8 exchange rows and columns: the wanted part is decoded whole.
template <class Target>
failure rendition::render_turned(resampler& pass, const rect& part, int shrink, Target& to) {
  image turned = image_in(parts_.memory, {part.height, part.width, 3});
  const auto turn = [&](row_source& rows) {
    for (int x = 0; x < part.width; ++x) {
      const pixel_row row = rows.next();
      if (!row) break;
      for (int y = 0; y < part.height; ++y)
        for (std::size_t c = 0; c < 3; ++c) turned.row(y)[3 * std::size_t(x) + c] = row.plane[c][y * row.step];
    }
  };
  if (failure bad = decode({part.left, part.top, part.width, part.height}, shrink, turn)) return bad;
  image_rows rows(turned, {0, 0, part.height, part.width});
  pass.run(rows, to);
  return {};
}

// A JPEG that becomes much smaller is decoded at 1/2, 1/4 or 1/8 of its size: libjpeg makes fewer pixels of the same
// coefficients. Its filter is no triangle, so a scale of 4 is left to ours, and more where chroma is coarser one way:
// on photographs the result then differs from that of a full decode by 0.07/255 in the mean and 5/255 at most (a scale
// of 3: 0.13 and 13; of 2: 0.27 and 14).
int rendition::shrink_for(const resampling& view) const noexcept {
  if (header_.format != picture_format::jpeg || !view.antialias || !plan_.decode.scaled) return 1;
  const int smaller = std::min(view.source.height / view.full_height, view.source.width / view.full_width);
  const int scale = smaller / header_.uneven();
  return scale >= 32 ? 8 : scale >= 16 ? 4 : scale >= 8 ? 2 : 1;
}

// The stored picture, its rows and columns exchanged where the orientation says so, is looked at from the other side
// where it mirrors.
resampling rendition::stored_view() const noexcept {
  resampling view = view_;
  if (header_.mirrored()) {
    view.source.left = shape_.width - view.source.left - view.source.width;
    view.window.left = view.full_width - view.window.left - view.window.width;
    view.mirror = !view.mirror;
  }
  if (header_.upside_down()) {
    view.source.top = shape_.height - view.source.top - view.source.height;
    view.window.top = view.full_height - view.window.top - view.window.height;
    view.upside_down = !view.upside_down;
  }
  return view;
}

template failure rendition::render(image& to);
template failure rendition::render(row_target& to);

}  // namespace troupe
