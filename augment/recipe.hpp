#pragma once
#include <troupe/augment/fault.hpp>
#include <troupe/augment/row_format.hpp>
#include <troupe/augment/scan_mark.hpp>
#include <troupe/augment/transform.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace troupe {

struct targets;

/// Who decodes JPEGs. Both give the same pixels and the same verdicts.
enum class jpeg_decoder : std::uint8_t {
  fast,      ///< our own for the common kind, libjpeg-turbo for the others and for whatever is damaged
  portable,  ///< libjpeg-turbo alone: to compare with, or to rule the other out
};

/// Formats that are read where they are switched on; JPEG, PNG and WebP always are. Each is one parser more that bytes
/// of unknown origin reach.
struct further_formats {
  bool gif = false;   ///< its first frame, on the logical screen
  bool bmp = false;   ///< uncompressed
  bool tiff = false;  ///< its first page
};

/// How bytes are read.
struct decode_options {
  /// Strict (default): libjpeg's warnings, a missing end and structural damage are faults, judged on the whole file, so
  /// that a file is bad in every epoch or in none. Lenient: what can be decoded is delivered.
  bool strict = true;
  int max_side = 16384;                               ///< pixels; larger images are `too_large`
  std::uint64_t max_pixels = std::uint64_t{1} << 26;  ///< height x width; larger images are `too_large`
  int max_scans = 100;                                ///< scans of a progressive JPEG
  bool exif_orientation = true;                       ///< turn and mirror as the camera noted
  jpeg_decoder decoder = jpeg_decoder::fast;
  /// Decode JPEGs that become eight times smaller or more at a fraction of their size: much faster, and off by 0.1/255
  /// in the mean. False: always whole, so that a row is the same whether its pixels were kept decoded or not.
  bool scaled = true;
  further_formats also = {};  ///< beside JPEG, PNG and WebP; a file of another format is `unsupported`
};

/// One sample as it was read: a whole encoded file, or pixels that need no decoding.
struct picture {
  std::span<const std::uint8_t> bytes;
  std::optional<image_shape> raw{};  ///< set: `bytes` are pixels `[H, W, C]` uint8 of this shape
  /// What `scratch::marks` said when the same file was decoded before: rows above what is wanted are then left out.
  std::span<const scan_mark> marks{};
};

/// The reusable memory of one worker: grows to what its largest image needed, never shrinks by itself.
class scratch {
 public:
  scratch();
  ~scratch();
  scratch(scratch&&) noexcept;
  scratch& operator=(scratch&&) noexcept;

  /// Bytes held now.
  std::size_t bytes() const noexcept;
  /// Gives memory above `keep_bytes` back.
  void trim(std::size_t keep_bytes) noexcept;
  /// At most so many bytes (default: any number). A picture that needs more becomes `too_large`, before it is decoded.
  void allow(std::size_t bytes) noexcept;
  /// What the last picture needed, where that was more than is allowed; otherwise 0.
  std::size_t wanted() const noexcept;
  /// Whether the last picture was delivered although something is wrong with its file. Never in strict mode.
  bool damaged() const noexcept;
  /// Where the rows of the last picture begin in its file, as far as the fast decoder came. Valid until the next one.
  std::span<const scan_mark> marks() const noexcept;
  /// How many the whole of it has.
  std::size_t most_marks() const noexcept;

  struct parts;
  parts& operator*() noexcept { return *parts_; }

 private:
  std::unique_ptr<parts> parts_;
};

/// A list of transforms made ready to run: from encoded bytes to one row of a batch, `[C, H, W]` float32 unless the
/// format says otherwise.
///
///     troupe::recipe prepare({troupe::random_resized_crop(224), troupe::random_horizontal_flip(),
///                             troupe::normalize("imagenet")});
///     std::vector<float> row(prepare.shape().bytes());
///     auto bad = prepare.run({bytes}, {.seed = 7, .epoch = 0, .offset = 12}, row.data(), memory);
///
/// Without a `normalize`, pixels are delivered as value / 255. Immutable: any number of threads run one recipe, each
/// with its own scratch.
class recipe {
 public:
  /// `stored` is the one shape of all samples where that is known. Throws std::invalid_argument where the list has no
  /// fixed output shape (`resize(256)` alone), or normalises what stays uint8.
  explicit recipe(std::vector<transform> list, decode_options decode = {}, std::optional<image_shape> stored = {},
                  row_format format = {});

  /// The shape of every result: channels, height, width.
  image_shape shape() const noexcept;
  row_format format() const noexcept;
  /// What the values 0 … 255 of a finished image become, by channel. `data` is empty.
  const row_target& conversion() const noexcept;
  /// The same, whose rows begin with those values, uint8 in the same order: for who converts them later.
  recipe unconverted() const;
  /// In so many ways it shows every sample (`ten_crop`), 1 as a rule; which one follows from `sample_key::offset`: view
  /// offset % views() of sample offset / views().
  std::uint32_t views() const noexcept;
  /// The transforms, as they were given.
  const std::vector<transform>& transforms() const noexcept;
  /// The name of a transform that leaves no one place for a pixel, so that nothing can go along with a picture
  /// (`aug_mix`); empty as a rule.
  const std::string& scatters() const noexcept;

  /// Scratch for a sample of the shape that all of them have; 0 where there is no such shape.
  std::size_t stored_scratch_bytes() const noexcept;

  /// What decoding this picture needs in scratch memory, from its header alone; the guards of `decode_options` speak
  /// here.
  struct requirement {
    failure bad;
    std::size_t scratch_bytes = 0;
    image_shape shape;    ///< as a viewer shows it
    bool turned = false;  ///< by its EXIF orientation: its pixels are stored otherwise
  };
  requirement inspect(const picture& p) const noexcept;
  /// The same with what belongs to it.
  requirement inspect(const picture& p, const targets& along) const noexcept;

  /// Writes the row, or says what is wrong with the picture (then the row's content is undefined). With `report`, the
  /// parameters that every transform drew are appended to it; with `fields`, and what it drew for every pixel.
  failure run(const picture& p, const sample_key& key, void* row, scratch& memory, std::vector<drawn>* report = nullptr,
              bool fields = false) const noexcept;
  /// The same for a picture and what belongs to it, which is replaced by what has become of it (undefined where it
  /// fails). Refused where the list leaves no one place for a pixel (`aug_mix`).
  failure run(const picture& p, const sample_key& key, void* row, targets& along, scratch& memory,
              std::vector<drawn>* report = nullptr) const noexcept;
  /// Decodes the whole picture, and no more: to `pixels` of the shape that `inspect` says. A row that is made of them,
  /// as `raw`, is the row that is made of the file, where `decode_options::scaled` is false.
  failure decode(const picture& p, std::uint8_t* pixels, scratch& memory) const noexcept;

  struct plan;

 private:
  std::shared_ptr<const plan> plan_;
};

}  // namespace troupe
