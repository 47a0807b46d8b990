#include <troupe/augment/rendition.hpp>

#include <troupe/augment/runs.hpp>
#include <troupe/augment/store.hpp>

#include <algorithm>
#include <new>

namespace troupe {

namespace {

std::string size_and_colour(image_shape s) {
  return std::to_string(s.height) + "x" + std::to_string(s.width) + (s.channels == 1 ? " grey" : " RGB");
}

/// The number of an operation that is a part of another: a path folded into 64 bits, away from those of the list
/// itself. Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014 (its mix64).
std::uint64_t part_of(std::uint64_t operation, std::size_t part) noexcept {
  std::uint64_t z = operation * 0x9E3779B97F4A7C15U + part + 1;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
  z = (z ^ z >> 27) * 0x94D049BB133111EBU;
  return (z ^ z >> 31) | std::uint64_t{1} << 63;
}

failure blamed(const transform::implementation& t, const std::string& what) {
  const bool says_so = what.rfind(t.name() + ": ", 0) == 0;
  return {fault::transform, says_so ? what : t.to_string() + ": " + what};
}

}  // namespace

failure check_raw(const recipe::plan& plan, const picture& p) {
  if (plan.stored && !(*p.raw == *plan.stored))
    return {fault::unsupported,
            "pixels are " + size_and_colour(*p.raw) + ", the others are " + size_and_colour(*plan.stored)};
  if (p.raw->channels != plan.shape.channels)
    return {fault::unsupported, "pixels are " + size_and_colour(*p.raw) + ", the transforms were made for " +
                                    std::to_string(plan.shape.channels) + " channels"};
  if (p.raw->height < 1 || p.raw->width < 1 || p.bytes.empty()) return {fault::empty, "no pixels"};
  if (p.bytes.size() < p.raw->bytes())
    return {fault::truncated, std::to_string(p.bytes.size()) + " bytes of pixels where " + size_and_colour(*p.raw) +
                                  " needs " + std::to_string(p.raw->bytes())};
  return {};
}

rendition::rendition(const recipe::plan& plan, const picture& p, scratch::parts& parts, targets* along)
    : plan_(plan), picture_(p), parts_(parts) {
  if (along) along_.emplace(*along, plan.decode);
}

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
  std::size_t bytes = 0;
  if (picture_.raw) {
    if (failure bad = check_raw(plan_, picture_)) return bad;
    shape_ = *picture_.raw;
    // never written: a transform that touches pixels gets a copy
    pixels_ = {const_cast<std::uint8_t*>(picture_.bytes.data()), shape_,
               std::size_t(shape_.width) * std::size_t(shape_.channels)};
    decoded_ = true;
    bytes = plan_.stored ? plan_.stored_bytes : plan_.rendering_bytes(shape_);
  } else {
    header_ = read_header(picture_.bytes, plan_.decode);
    if (header_.bad) return std::move(header_.bad);
    shape_ = header_.upright();
    if (plan_.shape.channels != 3)
      return {fault::unsupported, "an encoded picture is RGB, the transforms were made for grey pixels"};
    bytes = plan_.picture_bytes(header_);
    parts_.damaged = header_.damaged;
  }
  view_ = whole({shape_.height, shape_.width});
  if (!along_) return make_room(bytes);
  if (failure bad = check_targets()) return bad;
  if (failure bad = make_room(bytes + plan_.mask_bytes(along_->mask()))) return bad;
  return along_->prepare(shape_, header_, parts_.png, parts_.memory);
}

failure rendition::check_targets() const {
  if (!plan_.scatters.empty())
    return {
        fault::unsupported,
        plan_.scatters + " mixes pictures that were moved apart: a mask, boxes or keypoints have no one place in it"};
  return along_->check(header_.turned() ? image_shape{shape_.width, shape_.height} : shape_);
}

image_shape rendition::seen() const noexcept { return {view_.window.height, view_.window.width, shape_.channels}; }

failure rendition::run(const sample_key& key, void* row, std::vector<drawn>* report, bool fields) {
  fields_ = fields;
  if (failure bad = prepare()) return bad;
  row_ = row;
  view_number_ = std::uint32_t(key.offset % plan_.views);
  const generator first(key, 0);
  for (std::size_t i = 0; i < plan_.geometric; ++i)
    if (failure bad = perform(*plan_.list[i], first, i, report)) return bad;
  if (report && plan_.geometric < plan_.list.size()) report->push_back({"normalize", {}});
  const kernels::settled_stores before_the_row_is_shown;
  return finish();
}

failure rendition::perform(const transform::implementation& t, const generator& first, std::uint64_t operation,
                           std::vector<drawn>* report) try {
  return ask(t, first, operation, report);
} catch (const std::bad_alloc&) { throw; } catch (const std::exception& e) {
  return blamed(t, e.what());
} catch (...) { return blamed(t, "it threw something that is no std::exception"); }

failure rendition::ask(const transform::implementation& t, const generator& first, std::uint64_t operation,
                       std::vector<drawn>* report) {
  using kind = transform::implementation::kind;
  generator random = first.for_operation(operation);
  drawn* note = nullptr;
  if (report) note = &report->emplace_back(drawn{t.name(), {}});
  transform::step step{seen(),  random,      note, &parts_.memory, nullptr, along_ ? &*along_ : nullptr,
                       fields_, view_number_};
  if (t.what == kind::geometry) return look(t.arrange(step));
  if (t.what == kind::warp) {
    const auto by = t.bend(step);
    return by ? bend(*by) : failure();
  }
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
  if (t.what == kind::filter) {
    if (!as_decoded())
      if (failure bad = keep()) return bad;
    if (failure bad = settle()) return bad;
    return t.keeps(pixels_, step) ? failure() : failure{fault::filtered, t.name()};
  }
  return change(t, step);
}

failure rendition::change(const transform::implementation& t, transform::step& step) {
  using place = transform::implementation::place;
  const place wanted = t.output();
  if (wanted == place::over || !as_decoded() || points_) {
    if (failure bad = keep()) return bad;
    if (failure bad = settle()) return bad;
  }
  if (wanted == place::over || (wanted == place::either && own_)) {
    t.apply(pixels_, step);
  } else {
    const image from = pixels_;
    const auto size = t.result(extent{shape_.height, shape_.width});
    step.from = &from;
    const auto before = parts_.memory.now();
    pixels_ = place_for({size->height, size->width, shape_.channels});
    t.apply(pixels_, step);
    if (pixels_.data == from.data)
      parts_.memory.back_to(before);  // it left all as it was
    else
      own_ = true;
  }
  shape_ = pixels_.shape;
  view_ = whole({shape_.height, shape_.width});
  return {};
}

failure rendition::look(const resampling& wanted) {
  if (along_) along_->look(wanted);
  if (failure bad = settle()) return bad;
  auto both = compose(view_, wanted);
  if (!both) {
    if (failure bad = keep()) return bad;
    both = compose(view_, wanted);
  }
  view_ = *both;
  return {};
}

failure rendition::bend(const warping& by) {
  if (const auto moved = as_view(by, {seen().height, seen().width})) return look(*moved);
  if (along_) along_->bend(by);
  if (failure bad = settle()) return bad;
  const auto part = part_shown(view_);
  if (own_ && part) {  // others are copied in order first: a warp comes back to them, and jumps
    pixels_ = part_of(pixels_, *part);
  } else if (failure bad = keep()) {
    return bad;
  }
  bent_ = by;
  own_ = false;
  shape_ = pixels_.shape;
  view_ = whole({shape_.height, shape_.width});
  return {};
}

bool rendition::as_decoded() const noexcept {
  return decoded_ && !bent_ && view_ == whole({shape_.height, shape_.width});
}

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
    return {fault::unsupported,
            "becomes " + size_and_colour(seen()) + ", the others become " + size_and_colour(plan_.shape)};
  if (along_) along_->finish();
  row_target to = plan_.target;
  to.data = row_;
  if (pixels_.data == row_ && as_decoded()) return settle();
  if (as_decoded() && shape_.channels == 1) {
    if (failure bad = settle()) return bad;
    if (pixels_.data == row_) return {};
    kernels::store({pixels_.data}, int(shape_.bytes()), false, shape_, 0, to);
    return {};
  }
  if (pixels_.data == row_ && !bent_) {  // what is made of it goes there, too
    image apart = image_in(parts_.memory, shape_);
    copy(apart);
    pixels_ = apart;
  }
  const auto part = row_is_image() && decoded_ && !bent_ ? part_shown(view_) : std::nullopt;
  if (!part) return render(to);
  pixels_ = part_of(pixels_, *part);
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

// Memory for an image: the row itself, where that is one of this shape and nothing in use is there.
image rendition::place_for(image_shape shape) const {
  const bool fits = row_is_image() && shape == plan_.shape && pixels_.data != row_;
  return fits ? row_image() : image_in(parts_.memory, shape);
}

// Pixels as they are, through the table that waits for them.
void rendition::copy(image& to) {
  if (points_)
    points_->apply(pixels_, to);
  else
    copy_pixels(pixels_, to);
  points_.reset();
}

// What is seen becomes an image that may be written: the row itself, where that is one.
failure rendition::keep() {
  if (own_ && as_decoded()) return {};
  if (const auto part = part_shown(view_); bent_ && part) {
    warp(pixels_, *bent_, parts_.memory, part);
  } else {
    image to = place_for(seen());
    if (as_decoded())
      copy(to);
    else if (failure bad = render(to))
      return bad;
    pixels_ = to;
  }
  bent_.reset();
  shape_ = pixels_.shape;
  decoded_ = own_ = true;
  view_ = whole({shape_.height, shape_.width});
  return {};
}

}  // namespace troupe
