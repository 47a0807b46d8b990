#include <troupe/augment/recipe.hpp>

#include <troupe/augment/implementation.hpp>
#include <troupe/augment/plan.hpp>
#include <troupe/augment/rendition.hpp>
#include <troupe/augment/scratch.hpp>
#include <troupe/augment/targets.hpp>

#include <algorithm>
#include <new>
#include <stdexcept>

namespace troupe {

namespace {

using kind = transform::implementation::kind;

std::string written(image_shape s) { return std::to_string(s.height) + "x" + std::to_string(s.width); }

/// The size that every result has. Throws where it would differ from image to image.
extent fixed_size(const std::vector<transform>& list, const std::optional<image_shape>& stored) {
  std::optional<extent> size;
  if (stored) size = extent{stored->height, stored->width};
  std::string names;
  for (const transform& t : list) {
    names += (names.empty() ? "" : ", ") + t.to_string();
    size = t->result(size);
  }
  if (!size)
    throw std::invalid_argument("augment: results must all have one size, and [" + names +
                                "] leaves it to each image; add center_crop, random_crop or resize({height, width})");
  return *size;
}

void check_normalize(const std::vector<transform>& list, int channels) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i]->what != kind::normalization) continue;
    if (i + 1 != list.size())
      throw std::invalid_argument("augment: normalize must be the last transform, found at " + std::to_string(i + 1) +
                                  " of " + std::to_string(list.size()));
    const auto numbers = list[i]->mean().size();
    if (numbers != 1 && int(numbers) != channels)
      throw std::invalid_argument("augment: " + list[i].to_string() + " has " + std::to_string(numbers) +
                                  " numbers, the images have " + std::to_string(channels) + " channels");
  }
}

/// Views stand in the list itself, once: what shows them could not be told from its row otherwise.
std::uint32_t views_in(const transform& t) {
  if (t->parts().empty()) return t->views();
  for (const transform& part : t->parts()) {
    if (views_in(part) > 1)
      throw std::invalid_argument("augment: " + part.to_string() + " must stand in the list itself, found within " +
                                  t->name());
  }
  return 1;
}

std::uint32_t views_in(const std::vector<transform>& list) {
  std::uint32_t views = 1;
  for (const transform& t : list) {
    const auto more = views_in(t);
    if (more > 1 && views > 1)
      throw std::invalid_argument("augment: one transform must show several views, found " + t.to_string() +
                                  " behind another one");
    views *= more;
  }
  return views;
}

void check_format(const std::vector<transform>& list, row_format format) {
  if (format.type == element::int64)
    throw std::invalid_argument("batch: images must be float32, bfloat16 or uint8, got int64");
  if (format.type == element::uint8 && !list.empty() && list.back()->what == kind::normalization)
    throw std::invalid_argument("augment: " + list.back().to_string() +
                                " makes real numbers, the images are to be uint8; leave it out, or take float32");
}

/// The name of one that leaves no one place for a pixel, or nothing.
std::string scattering(std::span<const transform> list) {
  for (const transform& t : list) {
    if (t->scatters()) return t->name();
    if (std::string within = scattering(t->parts()); !within.empty()) return within;
  }
  return {};
}

std::size_t decoding_bytes(const picture_header& h) {
  switch (h.format) {
    case picture_format::png: return png_reader::bytes_needed(h);
    case picture_format::webp: return webp_reader::bytes_needed(h);
    case picture_format::gif: return gif_reader::bytes_needed(h);
    case picture_format::bmp: return bmp_reader::bytes_needed(h);
    case picture_format::tiff: return tiff_reader::bytes_needed(h);
    default: return std::max(jpeg_reader::bytes_needed(h), baseline_reader::bytes_needed(h));  // one after the other
  }
}

/// Adds up what transforms take out of the arena where each takes the most.
struct measuring {
  image_shape shape;  ///< of the image that the view looks at
  resampling view = whole({shape.height, shape.width});
  std::size_t bytes = 0;
  bool scaled = false, own = false;

  void keep() {
    if (own && view == whole({shape.height, shape.width})) return;
    bytes += resampler::bytes_needed(view, shape, 1);
    shape.height = view.window.height;
    shape.width = view.window.width;
    bytes += image_bytes(shape);
    look_at_all();
    own = true;
  }
  void look_at_all() {
    view = whole({shape.height, shape.width});
    scaled = false;
  }
  void add(const transform::implementation& t) {
    if (t.what == kind::geometry) return look(t);
    keep();
    if (t.what == kind::warp) {
      bytes += t.scratch_bytes(shape) + warp_bytes(shape);
      own = false;
    }
    if (t.what == kind::points) bytes += image_bytes({1, shape.width, shape.channels});
    if (t.what != kind::pixels) return;
    bytes += t.scratch_bytes(shape);
    const auto after = t.result(extent{shape.height, shape.width});
    if (after) shape.height = after->height, shape.width = after->width;
    look_at_all();
  }
  bool as(const measuring& m) const noexcept {
    return shape == m.shape && view == m.view && scaled == m.scaled && own == m.own;
  }
  void look(const transform::implementation& t) {
    if (scaled && t.scales()) keep();
    const resampling wanted = t.widest({view.window.height, view.window.width});
    if (!compose(view, wanted)) keep();
    view = *compose(view, wanted);
    scaled = scaled || t.scales();
  }
};

using states = std::vector<measuring>;

/// All that may have become of a picture behind a transform: of groups, one for every outcome.
void add(states& all, const transform::implementation& t) {
  if (t.what != kind::several) {
    for (measuring& m : all) m.add(t);
    return;
  }
  states after;
  for (const auto& outcome : t.outcomes()) {
    states chain = all;
    for (const std::size_t part : outcome) add(chain, *t.parts()[part]);
    for (const measuring& m : chain) {
      const auto same = std::find_if(after.begin(), after.end(), [&](const measuring& known) { return known.as(m); });
      if (same == after.end())
        after.push_back(m);
      else
        same->bytes = std::max(same->bytes, m.bytes);
    }
  }
  all = std::move(after);
}

}  // namespace

std::size_t recipe::plan::rendering_bytes(image_shape decoded) const {
  states all{{.shape = decoded}};
  for (std::size_t i = 0; i < geometric; ++i) add(all, *list[i]);
  std::size_t most = 0;
  for (const measuring& m : all) most = std::max(most, m.bytes + resampler::bytes_needed(m.view, m.shape, 1));
  return most;
}

std::size_t recipe::plan::picture_bytes(const picture_header& h) const {
  std::size_t bytes = rendering_bytes(h.upright());
  bytes += decoding_bytes(h);
  if (h.turned()) bytes += h.upright().bytes() + 64;
  return arena::rounded(bytes);
}

std::size_t recipe::plan::mask_bytes(const mask_source& m) const {
  const image_shape stored = m.shape();
  if (stored.height == 0) return 0;
  const image_shape turned{stored.width, stored.height, 1};
  return arena::rounded(m.bytes_needed() + image_bytes(turned) +
                        std::max(rendering_bytes(stored), rendering_bytes(turned)));
}

recipe::recipe(std::vector<transform> list, decode_options decode, std::optional<image_shape> stored,
               row_format format) {
  check_format(list, format);
  if (decode.max_side < 1 || decode.max_side > 65500)
    throw std::invalid_argument("decode: max_side must be in 1 ... 65500, got " + std::to_string(decode.max_side));
  if (decode.max_scans < 1)
    throw std::invalid_argument("decode: max_scans must be >= 1, got " + std::to_string(decode.max_scans));
  if (stored && (stored->height < 1 || stored->width < 1 || (stored->channels != 1 && stored->channels != 3)))
    throw std::invalid_argument("augment: images must have sides >= 1 and 1 or 3 channels, got " + written(*stored) +
                                "x" + std::to_string(stored->channels));
  auto p = std::make_shared<plan>();
  const int channels = stored ? stored->channels : 3;
  check_normalize(list, channels);
  p->views = views_in(list);
  const extent size = fixed_size(list, stored);
  p->shape = {size.height, size.width, channels};
  p->geometric = list.size();
  if (!list.empty() && list.back()->what == kind::normalization) --p->geometric;
  for (std::size_t c = 0; c < 3; ++c) {
    double mean = 0, deviation = 1;
    if (p->geometric < list.size()) {
      const auto& m = list.back()->mean();
      mean = m[m.size() == 1 ? 0 : c];
      deviation = list.back()->standard_deviation()[m.size() == 1 ? 0 : c];
    }
    p->target.scale[c] = float(1 / (255 * deviation));
    p->target.bias[c] = float(-mean / deviation);
  }
  p->target.format = format;
  p->scatters = scattering(list);
  p->list = std::move(list);
  p->decode = decode;
  p->stored = stored;
  if (stored) p->stored_bytes = p->rendering_bytes(*stored);
  plan_ = std::move(p);
}

image_shape recipe::shape() const noexcept { return plan_->shape; }
std::uint32_t recipe::views() const noexcept { return plan_->views; }
row_format recipe::format() const noexcept { return plan_->target.format; }
const row_target& recipe::conversion() const noexcept { return plan_->target; }

recipe recipe::unconverted() const {
  auto p = std::make_shared<plan>(*plan_);
  p->target = {.format = {element::uint8, plan_->target.format.channels_last}};
  recipe same = *this;
  same.plan_ = std::move(p);
  return same;
}

const std::vector<transform>& recipe::transforms() const noexcept { return plan_->list; }
const std::string& recipe::scatters() const noexcept { return plan_->scatters; }

recipe::requirement recipe::inspect(const picture& p) const noexcept try {
  if (p.raw) return {check_raw(*plan_, p), plan_->rendering_bytes(*p.raw) + scratch::parts::resident_bytes, *p.raw};
  picture_header h = read_header(p.bytes, plan_->decode);
  if (h.bad) return {std::move(h.bad), 0, {}};
  return {{}, plan_->picture_bytes(h) + scratch::parts::resident_bytes, h.upright(), h.orientation != 1};
} catch (const std::exception& e) { return {{fault::too_large, e.what()}, 0, {}}; }

recipe::requirement recipe::inspect(const picture& p, const targets& along) const noexcept try {
  requirement r = inspect(p);
  if (!r.bad && along.masked()) r.scratch_bytes += plan_->mask_bytes(mask_source(along.mask, plan_->decode));
  return r;
} catch (const std::exception& e) { return {{fault::too_large, e.what()}, 0, {}}; }

std::size_t recipe::stored_scratch_bytes() const noexcept {
  return plan_->stored ? plan_->stored_bytes + scratch::parts::resident_bytes : 0;
}

namespace {

template <class Work>
failure caught(Work work) noexcept try {
  return work();
} catch (const std::bad_alloc&) {
  return {fault::too_large, "the system has no memory left to decode it"};
} catch (const std::exception& e) { return {fault::transform, e.what()}; } catch (...) {
  return {fault::transform, "a transform threw something that is no std::exception"};
}

}  // namespace

failure recipe::run(const picture& p, const sample_key& key, void* row, scratch& memory, std::vector<drawn>* report,
                    bool fields) const noexcept {
  return caught([&] { return rendition(*plan_, p, *memory).run(key, row, report, fields); });
}

failure recipe::run(const picture& p, const sample_key& key, void* row, targets& along, scratch& memory,
                    std::vector<drawn>* report) const noexcept {
  return caught([&] { return rendition(*plan_, p, *memory, &along).run(key, row, report, false); });
}

failure recipe::decode(const picture& p, std::uint8_t* pixels, scratch& memory) const noexcept {
  return caught([&] { return rendition(*plan_, p, *memory).decode_whole(pixels); });
}

}  // namespace troupe
