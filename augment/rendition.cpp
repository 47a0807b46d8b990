#include <troupe/augment/rendition.hpp>

#include <troupe/augment/kernels.hpp>

#include <algorithm>
#include <new>

namespace troupe {

namespace {

std::string written(image_shape s) {
  return std::to_string(s.height) + "x" + std::to_string(s.width) + (s.channels == 1 ? " grey" : " RGB");
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

failure rendition::prepare() {
  if (picture_.raw) {
    if (failure bad = check_raw(plan_, picture_)) return bad;
    shape_ = *picture_.raw;
    // never written: a transform that touches pixels gets a copy
    pixels_ = {const_cast<std::uint8_t*>(picture_.bytes.data()), shape_,
               std::size_t(shape_.width) * std::size_t(shape_.channels)};
    decoded_ = true;
    parts_.memory.reset(plan_.stored ? plan_.stored_bytes : plan_.rendering_bytes(shape_));
  } else {
    header_ = read_header(picture_.bytes, plan_.decode);
    if (header_.bad) return std::move(header_.bad);
    shape_ = header_.upright();
    if (plan_.shape.channels != 3)
      return {fault::unsupported, "an encoded picture is RGB, the transforms were made for grey pixels"};
    parts_.memory.reset(plan_.picture_bytes(header_));
  }
  view_ = whole({shape_.height, shape_.width});
  return {};
}

image_shape rendition::seen() const noexcept { return {view_.window.height, view_.window.width, shape_.channels}; }

failure rendition::run(const sample_key& key, float* row, std::vector<drawn>* report) {
  if (failure bad = prepare()) return bad;
  const generator first(key, 0);
  for (std::size_t i = 0; i < plan_.geometric; ++i) {
    const auto& t = *plan_.list[i];
    generator random = first.for_operation(i);
    drawn* note = nullptr;
    if (report) note = &report->emplace_back(drawn{t.name(), {}});
    const transform::step step{seen(), random, note};
    if (t.what == transform::implementation::kind::pixels) {
      if (failure bad = keep()) return bad;
      t.apply(pixels_, step);
      continue;
    }
    const resampling wanted = t.arrange(step);
    auto both = compose(view_, wanted);
    if (!both) {
      if (failure bad = keep()) return bad;
      both = compose(view_, wanted);
    }
    view_ = *both;
  }
  if (report && plan_.geometric < plan_.list.size()) report->push_back({"normalize", {}});
  return finish(row);
}

failure rendition::finish(float* row) {
  if (!(seen() == plan_.shape))
    return {fault::unsupported, "becomes " + written(seen()) + ", the others become " + written(plan_.shape)};
  float_row to = plan_.normalised;
  to.data = row;
  if (decoded_ && shape_.channels == 1 && view_ == whole({shape_.height, shape_.width})) {
    kernels::to_float(pixels_.data, int(shape_.bytes()), false, to.scale[0], to.bias[0], row);
    return {};
  }
  return render(to);
}

image rendition::taken(image_shape shape) {
  image i{parts_.memory.take_array<std::uint8_t>(shape.bytes() + 64), shape,
          std::size_t(shape.width) * std::size_t(shape.channels)};
  if (!i.data) throw std::bad_alloc();
  return i;
}

failure rendition::keep() {
  image to = taken(seen());
  if (failure bad = render(to)) return bad;
  pixels_ = to;
  shape_ = to.shape;
  decoded_ = true;
  view_ = whole({shape_.height, shape_.width});
  return {};
}

row_source& rendition::rows() noexcept {
  if (header_.format == picture_format::jpeg) return parts_.jpeg;
  return parts_.png;
}

failure rendition::open(const rect& part, int shrink) {
  return header_.format == picture_format::jpeg ? parts_.jpeg.open(picture_.bytes, header_, part, shrink, parts_.memory)
                                                : parts_.png.open(picture_.bytes, header_, part, parts_.memory);
}

failure rendition::close() {
  return header_.format == picture_format::jpeg ? parts_.jpeg.close(plan_.decode.strict)
                                                : parts_.png.close(plan_.decode.strict);
}

template <class Target>
failure rendition::render(Target& to) {
  if (decoded_) {
    resampler pass(view_, shape_, 1, parts_.memory);
    image_rows rows(pixels_, pass.needed());
    pass.run(rows, to);
    return {};
  }
  if (header_.turned()) {
    resampler pass(view_, shape_, 1, parts_.memory);
    const rect part = pass.needed();
    image upright = taken({part.height, part.width, 3});
    if (failure bad = turn(part, upright)) return bad;
    image_rows rows(upright, {0, 0, part.height, part.width});
    pass.run(rows, to);
    return {};
  }
  resampler pass(stored_view(), shape_, 1, parts_.memory);
  rect part = pass.needed();
  if (part.height == 0 || part.width == 0) part = {0, 0, 1, 1};  // only padding is seen; a bad file stays bad
  if (failure bad = open(part, 1)) return bad;
  pass.run(rows(), to);
  return close();
}

// Orientations 2 to 4 mirror: the stored picture is looked at from the other side.
resampling rendition::stored_view() const noexcept {
  resampling view = view_;
  if (header_.orientation == 2 || header_.orientation == 3) {
    view.source.left = shape_.width - view.source.left - view.source.width;
    view.window.left = view.full_width - view.window.left - view.window.width;
    view.mirror = !view.mirror;
  }
  if (header_.orientation == 3 || header_.orientation == 4) {
    view.source.top = shape_.height - view.source.top - view.source.height;
    view.window.top = view.full_height - view.window.top - view.window.height;
    view.upside_down = !view.upside_down;
  }
  return view;
}

// Orientations 5 to 8 exchange rows and columns: the wanted part is decoded whole and turned.
failure rendition::turn(const rect& want, image& upright) {
  const bool bottom_up = header_.orientation == 6 || header_.orientation == 7;
  const bool right_left = header_.orientation == 7 || header_.orientation == 8;
  if (want.height == 0 || want.width == 0) {  // only padding is seen; a bad file stays bad
    if (failure bad = open({0, 0, 1, 1}, 1)) return bad;
    return close();
  }
  const rect part{bottom_up ? header_.height - want.left - want.width : want.left,
                  right_left ? header_.width - want.top - want.height : want.top, want.width, want.height};
  if (failure bad = open(part, 1)) return bad;
  for (int y = 0; y < part.height; ++y) {
    const std::uint8_t* row = rows().next();
    if (!row) break;
    const int column = bottom_up ? want.width - 1 - y : y;
    for (int x = 0; x < part.width; ++x)
      std::copy_n(row + 3 * x, 3, upright.row(right_left ? want.height - 1 - x : x) + 3 * column);
  }
  return close();
}

}  // namespace troupe
