#include <troupe/augment/mask_source.hpp>

#include <troupe/augment/implementation.hpp>

#include <algorithm>
#include <string>

namespace troupe {

namespace {

// Half a mask is no label: what is missing would be class 0.
decode_options strictly(decode_options o) {
  o.strict = true;
  return o;
}

std::string written(int height, int width) { return std::to_string(height) + "x" + std::to_string(width); }

}  // namespace

mask_source::mask_source(const picture& mask, const decode_options& decode) noexcept : mask_(mask) {
  if (mask.raw)
    header_.height = mask.raw->height, header_.width = mask.raw->width;
  else
    header_ = read_header(mask.bytes, strictly(decode));
}

failure mask_source::check(image_shape stored) const {
  if (header_.bad) return {header_.bad.reason, "the mask: " + header_.bad.detail};
  const int height = header_.height, width = header_.width;
  if (mask_.raw && mask_.raw->channels != 1)
    return {fault::unsupported, "the mask has " + std::to_string(mask_.raw->channels) + " channels, class ids are one"};
  if (mask_.raw && mask_.bytes.size() < mask_.raw->bytes())
    return {fault::truncated, "the mask: " + std::to_string(mask_.bytes.size()) + " bytes where " +
                                  written(height, width) + " needs " + std::to_string(mask_.raw->bytes())};
  if (!mask_.raw && (header_.format != picture_format::png || header_.components > 2 || header_.bits > 8))
    return {fault::unsupported, "the mask must be a PNG of at most 8 bits, grey or with a palette, or raw pixels"};
  if (height != stored.height || width != stored.width)
    return {fault::unsupported,
            "the mask is " + written(height, width) + ", its picture " + written(stored.height, stored.width)};
  return {};
}

std::size_t mask_source::bytes_needed() const noexcept {
  if (mask_.raw || header_.bad) return 0;
  return png_reader::bytes_needed(header_) + image_bytes(shape());
}

failure mask_source::read(image& to, png_reader& reader, arena& memory) const {
  const int height = header_.height, width = header_.width;
  if (mask_.raw) {
    to = {const_cast<std::uint8_t*>(mask_.bytes.data()), shape(), std::size_t(width)};
    return {};
  }
  to = image_in(memory, shape());
  const auto about_the_mask = [](failure bad) {
    if (bad) bad.detail = "the mask: " + bad.detail;
    return bad;
  };
  if (failure bad = reader.open(mask_.bytes, header_, {0, 0, height, width}, true, memory, png_samples::numbers))
    return about_the_mask(std::move(bad));
  for (int y = 0; y < height; ++y) {
    const pixel_row row = reader.next();
    if (!row) break;
    std::copy_n(row.plane[0], width, to.row(y));
  }
  return about_the_mask(reader.close());
}

}  // namespace troupe
