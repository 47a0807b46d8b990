#include <troupe/augment/rendition.hpp>

#include <troupe/augment/looked_up_rows.hpp>
#include <troupe/augment/runs.hpp>
#include <troupe/augment/store.hpp>

#include <algorithm>
#include <new>

namespace troupe {

namespace {

std::string written(image_shape s) {
  return std::to_string(s.height) + "x" + std::to_string(s.width) + (s.channels == 1 ? " grey" : " RGB");
}

image_shape shrunk(image_shape s, int shrink) {
  return {(s.height + shrink - 1) / shrink, (s.width + shrink - 1) / shrink, s.channels};
}

}  // namespace

failure check_raw(const recipe::plan& plan, const picture& p) {
  if (plan.stored && !(*p.raw == *plan.stored))
    return {fault::unsupported, "pixels are " + written(*p.raw) + ", the others are " + written(*plan.stored)};
  if (p.raw->channels != plan.shape.channels)
    return {fault::unsupported, "pixels are " + written(*p.raw) + ", the transforms were made for " +
                                    std::to_string(plan.shape.channels) + " channels"};
  if (p.raw->height < 1 || p.raw->width < 1 || p.bytes.empty()) return {fault::empty, "no pixels"};
  if (p.bytes.size() < p.raw->bytes())
    return {fault::truncated, std::to_string(p.bytes.size()) + " bytes of pixels where " + written(*p.raw) + " needs " +
                                  std::to_string(p.raw->bytes())};
  return {};
}

rendition::rendition(const recipe::plan& plan, const picture& p, scratch::parts& parts)
    : plan_(plan), picture_(p), parts_(parts) {}

failure rendition::make_room(std::size_t bytes) {
  const std::size_t all = bytes + scratch::parts::resident_bytes;
  if (all > parts_.allowed_bytes) {
    parts_.wanted_bytes = all;
    return {fault::too_large, "it needs " + std::to_string(all >> 20) + " MiB of scratch"};
  }
  parts_.memory.reset(bytes);
  return {};
}

failure rendition::prepare() {
  parts_.wanted_bytes = 0;
  parts_.damaged = false;
  parts_.marks = {};
  if (picture_.raw) {
    if (failure bad = check_raw(plan_, picture_)) return bad;
    shape_ = *picture_.raw;
    // never written: a transform that touches pixels gets a copy
    pixels_ = {const_cast<std::uint8_t*>(picture_.bytes.data()), shape_,
               std::size_t(shape_.width) * std::size_t(shape_.channels)};
    decoded_ = true;
    if (failure bad = make_room(plan_.stored ? plan_.stored_bytes : plan_.rendering_bytes(shape_))) return bad;
  } else {
    header_ = read_header(picture_.bytes, plan_.decode);
    if (header_.bad) return std::move(header_.bad);
    shape_ = header_.upright();
    if (plan_.shape.channels != 3)
      return {fault::unsupported, "an encoded picture is RGB, the transforms were made for grey pixels"};
    if (failure bad = make_room(plan_.picture_bytes(header_))) return bad;
    parts_.damaged = header_.damaged;
  }
  view_ = whole({shape_.height, shape_.width});
  return {};
}

image_shape rendition::seen() const noexcept { return {view_.window.height, view_.window.width, shape_.channels}; }

failure rendition::run(const sample_key& key, void* row, std::vector<drawn>* report) {
  if (failure bad = prepare()) return bad;
  row_ = row;
  const generator first(key, 0);
  for (std::size_t i = 0; i < plan_.geometric; ++i)
    if (failure bad = perform(*plan_.list[i], first, i, report)) return bad;
  if (report && plan_.geometric < plan_.list.size()) report->push_back({"normalize", {}});
  return finish();
}

namespace {

/// The number of an operation that is a part of another: a path folded into 64 bits, away from those of the list
/// itself. Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014 (its mix64).
std::uint64_t part_of(std::uint64_t operation, std::size_t part) noexcept {
  std::uint64_t z = operation * 0x9E3779B97F4A7C15U + part + 1;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
  z = (z ^ z >> 27) * 0x94D049BB133111EBU;
  return (z ^ z >> 31) | std::uint64_t{1} << 63;
}

}  // namespace

failure rendition::perform(const transform::implementation& t, const generator& first, std::uint64_t operation,
                           std::vector<drawn>* report) {
  using kind = transform::implementation::kind;
  generator random = first.for_operation(operation);
  drawn* note = nullptr;
  if (report) note = &report->emplace_back(drawn{t.name(), {}});
  const transform::step step{seen(), random, note, &parts_.memory};
  if (t.what == kind::geometry) return look(t, step);
  if (t.what == kind::several) {
    std::vector<std::size_t> next;
    t.choose(step, next);
    for (const std::size_t part : next)
      if (failure bad = perform(*t.parts()[part], first, part_of(operation, part), report)) return bad;
    return {};
  }
  if (t.what == kind::points) {
    if (!as_decoded())
      if (failure bad = keep()) return bad;
    if (!points_) points_.emplace();
    t.tabulate(*points_, step, seen_pixels(pixels_, *points_));
    return {};
  }
  if (failure bad = keep()) return bad;
  if (failure bad = settle()) return bad;
  t.apply(pixels_, step);
  shape_ = pixels_.shape;
  view_ = whole({shape_.height, shape_.width});
  return {};
}

failure rendition::look(const transform::implementation& t, const transform::step& s) {
  if (failure bad = settle()) return bad;
  const resampling wanted = t.arrange(s);
  auto both = compose(view_, wanted);
  if (!both) {
    if (failure bad = keep()) return bad;
    both = compose(view_, wanted);
  }
  view_ = *both;
  return {};
}

bool rendition::as_decoded() const noexcept { return decoded_ && view_ == whole({shape_.height, shape_.width}); }

failure rendition::settle() {
  if (!points_) return {};
  if (!own_) return keep();
  points_->apply(pixels_);
  points_.reset();
  return {};
}

failure rendition::decode_whole(std::uint8_t* pixels) {
  if (failure bad = prepare()) return bad;
  image to{pixels, shape_, std::size_t(shape_.width) * std::size_t(shape_.channels)};
  return render(to);
}

failure rendition::finish() {
  if (!(seen() == plan_.shape))
    return {fault::unsupported, "becomes " + written(seen()) + ", the others become " + written(plan_.shape)};
  row_target to = plan_.target;
  to.data = row_;
  if (as_decoded() && shape_.channels == 1) {
    if (failure bad = settle()) return bad;
    kernels::store({pixels_.data}, int(shape_.bytes()), false, shape_, 0, to);
    return {};
  }
  if (pixels_.data == row_ && as_decoded()) return settle();
  if (pixels_.data == row_) {  // what is made of it goes there, too
    image apart = image_in(parts_.memory, shape_);
    copy(apart);
    pixels_ = apart;
  }
  if (!as_decoded() || !row_is_image()) return render(to);
  image finished = row_image();
  copy(finished);
  return {};
}

bool rendition::row_is_image() const noexcept {
  return row_ && plan_.target.format.type == element::uint8 && plan_.target.format.channels_last;
}

image rendition::row_image() const noexcept {
  return {static_cast<std::uint8_t*>(row_), plan_.shape, plan_.shape.bytes() / std::size_t(plan_.shape.height)};
}

// Pixels as they are, through the table that waits for them.
void rendition::copy(image& to) {
  const auto channels = std::size_t(shape_.channels);
  if (points_)
    points_->apply(pixels_, to);
  else
    each_run(pixels_, to, [=](const std::uint8_t* from, std::size_t n, std::uint8_t* into) {
      std::copy_n(from, n * channels, into);
    });
  points_.reset();
}

// What is seen becomes an image that may be written: the row itself, where that is one.
failure rendition::keep() {
  if (own_ && as_decoded()) return {};
  const bool alike = row_is_image() && seen() == plan_.shape && pixels_.data != row_;
  image to = alike ? row_image() : image_in(parts_.memory, seen());
  if (as_decoded())
    copy(to);
  else if (failure bad = render(to))
    return bad;
  pixels_ = to;
  shape_ = to.shape;
  decoded_ = own_ = true;
  view_ = whole({shape_.height, shape_.width});
  return {};
}

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
    image_rows rows(pixels_, pass.needed());
    if (points_) {
      looked_up_rows changed(*points_, rows, {1, pass.needed().width, shape_.channels}, parts_.memory);
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
// coefficients. Its filter is no triangle, so a scale of 4 is left to ours: on photographs the result then differs from
// that of a full decode by 0.07/255 in the mean and 5/255 at most (a scale of 3: 0.13 and 13; of 2: 0.27 and 14).
int rendition::shrink_for(const resampling& view) const noexcept {
  if (header_.format != picture_format::jpeg || !view.antialias || !plan_.decode.scaled) return 1;
  const int scale = std::min(view.source.height / view.full_height, view.source.width / view.full_width);
  return scale >= 32 ? 8 : scale >= 16 ? 4 : scale >= 8 ? 2 : 1;
}

// The stored picture, its rows and columns exchanged where the orientation says so, is looked at from the other side
// where it mirrors.
resampling rendition::stored_view() const noexcept {
  const int o = header_.orientation;
  resampling view = view_;
  if (o == 2 || o == 3 || o == 6 || o == 7) {
    view.source.left = shape_.width - view.source.left - view.source.width;
    view.window.left = view.full_width - view.window.left - view.window.width;
    view.mirror = !view.mirror;
  }
  if (o == 3 || o == 4 || o == 7 || o == 8) {
    view.source.top = shape_.height - view.source.top - view.source.height;
    view.window.top = view.full_height - view.window.top - view.window.height;
    view.upside_down = !view.upside_down;
  }
  return view;
}

}  // namespace troupe
