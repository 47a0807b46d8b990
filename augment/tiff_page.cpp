#include <troupe/augment/tiff_page.hpp>

#include <troupe/augment/picture_header.hpp>
#include <troupe/augment/tiff_directory.hpp>

#include <algorithm>

namespace troupe {

namespace {

constexpr std::size_t most_tables = std::size_t{64} << 10;  // bytes of JPEGTables; a full set has a thousand

using tag = tiff_tag;

constexpr int lzw = tiff_page::lzw, jpeg = tiff_page::jpeg, deflate = tiff_page::deflate;
constexpr int pack_bits = tiff_page::pack_bits, old_deflate = tiff_page::old_deflate;
bool by_fax(int compression) noexcept { return compression >= 2 && compression <= 4; }

int colour_samples(tiff_colours c) noexcept {
  return c == tiff_colours::rgb || c == tiff_colours::ycbcr ? 3 : c == tiff_colours::cmyk ? 4 : 1;
}

/// Reads the tags of the first page one after another; the first that is wrong ends it.
class page_reader {
 public:
  page_reader(std::span<const std::uint8_t> bytes, bool strict) : bytes_(bytes), strict_(strict), tags_(bytes) {}

  tiff_page read() {
    p_.big_endian = tags_.big_endian();
    if (!tags_.whole())
      p_.bad = cut("the directory");
    else if (!(p_.bad = read_size()) && !(p_.bad = read_samples()) && !(p_.bad = check_kind()) &&
             !(p_.bad = read_palette()) && !(p_.bad = read_units()))
      p_.bad = write();
    return std::move(p_);
  }

 private:
  failure cut(const std::string& what) const {
    return {fault::truncated, what + " lies beyond the file's " + std::to_string(bytes_.size()) + " bytes"};
  }
  static failure corrupt(const char* what) { return {fault::corrupt, what}; }
  static failure unsupported(const std::string& what) { return {fault::unsupported, "a TIFF " + what}; }

  failure read_size() {
    const auto width = tags_.number(tag::image_width, 0), height = tags_.number(tag::image_length, 0);
    if (width == 0 || height == 0) return corrupt("no size of the picture");
    if (width > 0x7FFFFFFF || height > 0x7FFFFFFF) return corrupt("a picture without a valid size");
    p_.width = int(width);
    p_.height = int(height);
    p_.orientation = exif_orientation(bytes_);
    return {};
  }

  failure read_samples() {
    const auto photometric = tags_.number(tag::photometric, 0xFFFF), samples = tags_.number(tag::samples_per_pixel, 1);
    if (photometric == 0xFFFF) return corrupt("no word on what the samples mean");
    if (photometric > 6 || photometric == 4) return unsupported("of colours " + std::to_string(photometric));
    p_.colours = tiff_colours(photometric);
    if (samples == 0 || samples > 16) return unsupported("of " + std::to_string(samples) + " samples a pixel");
    p_.samples = int(samples);
    if (p_.samples < colour_samples(p_.colours)) return corrupt("fewer samples than colours");
    if (const auto bits = tags_.find(tag::bits_per_sample)) {
      p_.bits = int(std::min<std::uint32_t>(tags_.value(*bits, 0), 64));
      for (std::size_t i = 1; i < std::min(samples, bits->count); ++i)
        if (tags_.value(*bits, i) != tags_.value(*bits, 0)) return unsupported("of samples of different size");
    }
    if (const auto extra = tags_.find(tag::extra_samples))
      p_.premultiplied = p_.samples > colour_samples(p_.colours) && tags_.value(*extra, 0) == 1;
    if (const auto format = tags_.find(tag::sample_format))
      for (std::size_t i = 0; i < std::min(samples, format->count); ++i)
        if (tags_.value(*format, i) != 1) return unsupported("whose samples are not whole numbers from 0");
    const auto planar = tags_.number(tag::planar_configuration, 1);
    if (planar != 1 && planar != 2) return corrupt("an unknown order of samples");
    p_.planar = planar == 2 && p_.samples > 1;
    return {};
  }

  failure check_kind() {
    p_.compression = int(tags_.number(tag::compression, 1));
    static constexpr int known[] = {1, 2, 3, 4, lzw, jpeg, deflate, pack_bits, old_deflate};
    if (std::find(std::begin(known), std::end(known), p_.compression) == std::end(known))
      return unsupported("of compression " + std::to_string(p_.compression));
    const bool small = p_.bits == 1 || p_.bits == 2 || p_.bits == 4;
    if (p_.bits != 8 && p_.bits != 16 && !(small && p_.samples == 1))
      return unsupported("of " + std::to_string(p_.samples) + " x " + std::to_string(p_.bits) + " bits a pixel");
    if (by_fax(p_.compression) && p_.bits * p_.samples != 1) return corrupt("a fax of more than one bit a pixel");
    if (p_.compression == jpeg && p_.bits != 8) return unsupported("of JPEG with other than 8 bits");
    if (p_.colours == tiff_colours::cmyk && tags_.number(tag::ink_set, 1) != 1)
      return unsupported("of other inks than CMYK");
    if (tags_.number(tag::predictor, 1) > 2)
      return unsupported("of predictor " + std::to_string(tags_.number(tag::predictor, 1)));
    return p_.colours == tiff_colours::ycbcr ? read_subsampling() : failure{};
  }

  // libjpeg makes RGB of YCbCr by itself.
  failure read_subsampling() {
    if (p_.bits != 8 || p_.samples != 3 || p_.planar) return unsupported("of YCbCr other than 3 x 8 bits in one piece");
    if (p_.compression == jpeg) return {};
    p_.subsampling = {2, 2};
    if (const auto s = tags_.find(tag::ycbcr_subsampling); s && s->count >= 2)
      p_.subsampling = {int(tags_.value(*s, 0)), int(tags_.value(*s, 1))};
    for (const int n : p_.subsampling)
      if (n != 1 && n != 2 && n != 4) return corrupt("chroma of an unknown size");
    return {};
  }

  // 16 bits a value, of which 8 are kept; some writers wrote 8 from the start.
  failure read_palette() {
    if (p_.colours != tiff_colours::palette) return {};
    if (p_.bits > 8) return unsupported("of a palette with 16 bits");
    const auto map = tags_.find(tag::colour_map);
    const std::size_t colours = std::size_t{1} << p_.bits;
    if (!map || map->count < 3 * colours) return corrupt("no palette for its colours");
    bool wide = false;
    for (std::size_t i = 0; i < 3 * colours; ++i) wide = wide || tags_.value(*map, i) > 255;
    for (std::size_t i = 0; i < colours; ++i)
      for (std::size_t c = 0; c < 3; ++c)
        p_.palette[i][c] = std::uint8_t(tags_.value(*map, c * colours + i) >> (wide ? 8 : 0));
    return {};
  }

  failure read_units() {
    p_.tiled = tags_.find(tag::tile_width).has_value();
    const auto rows = tags_.number(tag::rows_per_strip, 0xFFFFFFFF);
    const auto width = p_.tiled ? tags_.number(tag::tile_width, 0) : std::uint32_t(p_.width);
    const auto height = p_.tiled ? tags_.number(tag::tile_length, 0) : std::min(rows, std::uint32_t(p_.height));
    if (width == 0 || height == 0) return corrupt("strips or tiles without a size");
    // Tiles may be larger than the picture, but not so that memory is asked for that no pixel needs.
    constexpr std::uint32_t usual = 4096;
    if (p_.tiled && (width > std::max(usual, std::uint32_t(p_.width) + 15) ||
                     height > std::max(usual, std::uint32_t(p_.height) + 15)))
      return corrupt("tiles that are much larger than the picture");
    p_.unit_width = int(width);
    p_.unit_height = int(height);
    offsets_ = tags_.find(p_.tiled ? tag::tile_offsets : tag::strip_offsets);
    sizes_ = tags_.find(p_.tiled ? tag::tile_byte_counts : tag::strip_byte_counts);
    if (!offsets_ || !sizes_) return corrupt("no word on where its pixels are");
    const auto units = p_.units();
    if (offsets_->count < units || sizes_->count < units) return corrupt("fewer strips or tiles than the picture has");
    for (std::size_t i = 0; i < units; ++i) {
      const std::size_t at = tags_.value(*offsets_, i), size = tags_.value(*sizes_, i);
      const std::size_t there = at < bytes_.size() ? std::min(size, bytes_.size() - at) : 0;
      if (strict_ && there < size) return cut("strip or tile " + std::to_string(i));
      p_.largest_unit = std::max(p_.largest_unit, there);
      if (p_.compression == jpeg && there > 0)
        if (failure bad = check_jpeg(bytes_.subspan(at, there), i)) return bad;
    }
    if (p_.largest_unit == 0) return cut("every strip or tile");
    return {};
  }

  // libtiff takes a JPEG that is larger than its strip with a warning, and libjpeg keeps all of a progressive one. The
  // first one says how its chroma is stored, whatever the page does.
  failure check_jpeg(std::span<const std::uint8_t> unit, std::size_t number) {
    picture_header h;
    walk_jpeg(unit, false, h);
    if (jpeg_subsampling_.empty() && h.components > 0) jpeg_subsampling_ = {h.across[0], h.down[0]};
    constexpr int padding = 31;  // to whole MCUs
    if (h.height <= p_.unit_height + padding && h.width <= p_.unit_width + padding && h.components <= p_.samples)
      return {};
    return {fault::corrupt, "strip or tile " + std::to_string(number) + " holds a JPEG of " + std::to_string(h.height) +
                                "x" + std::to_string(h.width) + ", larger than itself"};
  }

  failure write() {
    const auto at = tiff_page::appendix_at(bytes_.size());
    if (at > 0xFFFF0000) return {fault::too_large, "a TIFF of 4 GiB or more"};
    const int extra = p_.samples - colour_samples(p_.colours);
    tiff_directory_writer w(p_.big_endian, at);
    const auto units = std::uint32_t(p_.units());
    const auto number = [&](tag t, int v) { w.number(t, std::uint32_t(v)); };
    const auto copy = [&](tag t) {
      if (tags_.find(t)) w.number(t, tags_.number(t, 0));
    };
    number(tag::image_width, p_.width);
    number(tag::image_length, p_.height);
    w.numbers(tag::bits_per_sample, std::vector<std::uint16_t>(std::size_t(p_.samples), std::uint16_t(p_.bits)));
    number(tag::compression, p_.compression);
    // Without the palette, which is ours: libtiff only unpacks indices.
    number(tag::photometric, int(p_.colours == tiff_colours::palette ? tiff_colours::black_is_zero : p_.colours));
    copy(tag::fill_order);
    if (!p_.tiled) w.same(tag::strip_offsets, *offsets_, units, bytes_);
    number(tag::samples_per_pixel, p_.samples);
    if (!p_.tiled) number(tag::rows_per_strip, p_.unit_height);
    if (!p_.tiled) w.same(tag::strip_byte_counts, *sizes_, units, bytes_);
    number(tag::planar_configuration, p_.planar ? 2 : 1);
    if (p_.compression == 3) copy(tag::t4_options);
    if (p_.compression == 4) copy(tag::t6_options);
    if (p_.compression == lzw || p_.compression == deflate || p_.compression == old_deflate) copy(tag::predictor);
    if (p_.tiled) {
      number(tag::tile_width, p_.unit_width);
      number(tag::tile_length, p_.unit_height);
      w.same(tag::tile_offsets, *offsets_, units, bytes_);
      w.same(tag::tile_byte_counts, *sizes_, units, bytes_);
    }
    if (extra > 0) w.numbers(tag::extra_samples, std::vector<std::uint16_t>(std::size_t(extra), 0));
    if (const auto tables = tags_.find(tag::jpeg_tables); tables && p_.compression == jpeg) {
      if (tables->count > most_tables) return corrupt("JPEG tables of more than 64 KiB");
      w.same(tag::jpeg_tables, *tables, tables->count, bytes_);
    }
    if (p_.colours == tiff_colours::ycbcr && p_.compression != jpeg)
      w.numbers(tag::ycbcr_subsampling, {std::uint16_t(p_.subsampling[0]), std::uint16_t(p_.subsampling[1])});
    if (p_.colours == tiff_colours::ycbcr && !jpeg_subsampling_.empty())
      w.numbers(tag::ycbcr_subsampling, jpeg_subsampling_);
    p_.appendix = w.written();
    p_.directory_at = w.directory_at();
    return {};
  }

  std::span<const std::uint8_t> bytes_;
  bool strict_ = true;
  tiff_directory tags_;
  tiff_page p_;
  std::optional<tiff_directory::values> offsets_, sizes_;
  std::vector<std::uint16_t> jpeg_subsampling_;  // across, down
};

/// What libtiff allocates by itself for one page, at most, rounded up: its tables, the places of all units, a unit as
/// it is stored, and what the decompressor keeps. libjpeg keeps all coefficients of a unit if it is progressive.
std::size_t library_bytes(const tiff_page& p) noexcept {
  const auto width = std::size_t(p.unit_width) + 32, height = std::size_t(p.unit_height) + 32;
  const auto samples = std::size_t(p.samples);
  std::size_t bytes = (std::size_t{256} << 10) + 32 * p.units() + 32 * width * samples;
  if (p.compression != 1) bytes += p.largest_unit;  // otherwise it reads straight into ours
  if (p.compression == jpeg) bytes += (std::size_t{256} << 10) + 2 * most_tables + samples * width * (2 * height + 128);
  return bytes;
}

}  // namespace

std::size_t tiff_page::row_bytes() const noexcept {
  const auto width = std::size_t(unit_width);
  if (subsampling != std::array{1, 1}) {  // a row of blocks: their luma, then two of chroma
    const auto across = std::size_t(subsampling[0]), down = std::size_t(subsampling[1]);
    return (width + across - 1) / across * (across * down + 2);
  }
  return (width * std::size_t(planar ? 1 : samples) * std::size_t(bits) + 7) / 8;
}

std::size_t tiff_page::unit_bytes(int rows) const noexcept {
  const auto down = std::size_t(subsampling[1]);
  return (std::size_t(rows) + down - 1) / down * row_bytes();
}

tiff_page read_tiff(std::span<const std::uint8_t> bytes, bool strict) {
  tiff_page p;
  if (bytes.size() < 8)
    p.bad = {fault::truncated, "cut inside the header"};
  else if (bytes[2] + bytes[3] == 43)
    p.bad = {fault::unsupported, "a BigTIFF; only TIFF of 32 bits is read"};
  else
    p = page_reader(bytes, strict).read();
  return p;
}

void walk_tiff(std::span<const std::uint8_t> bytes, bool strict, picture_header& h) {
  tiff_page p = read_tiff(bytes, strict);
  if (!p.bad) {
    h.height = p.height;
    h.width = p.width;
    h.components = p.samples;
    h.orientation = p.orientation;
    h.band_bytes = std::size_t(p.across()) * std::size_t(p.planes()) * p.unit_bytes();
    h.decoder_bytes = library_bytes(p);
  }
  h.bad = std::move(p.bad);
}

}  // namespace troupe
