#pragma once
#include <troupe/augment/fault.hpp>
#include <troupe/augment/image.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

/// What is wrong with a sample, shared; null where nothing is.
using shared_failure = std::shared_ptr<const failure>;

/// What was read of one companion of a sample: of its mask, of a second picture (`source::companions`).
struct companion_bytes {
  std::span<const std::uint8_t> bytes;  ///< as of a picture
  std::optional<image_shape> raw;
  std::shared_ptr<const void> owner;
  std::string key{};  ///< as of a sample

  /// Takes bytes of one's own, as a sample does.
  void hold(std::vector<std::uint8_t> made) {
    auto kept = std::make_shared<const std::vector<std::uint8_t>>(std::move(made));
    bytes = *kept;
    owner = std::move(kept);
  }
  /// As of a sample.
  bool to_bring() const noexcept { return bytes.empty() && owner; }
};

/// A sample as it was read: the loader's product, the augmenter's input. One row of a lease.
struct encoded {
  std::uint64_t index = 0;              ///< in the data set
  std::int64_t label = 0;               ///< its class
  std::span<const std::uint8_t> bytes;  ///< the whole file, or pixels `[H, W, C]` uint8 where `raw` is set
  std::optional<image_shape> raw;       ///< the shape of pixels that need no decoding
  std::shared_ptr<const void> owner;    ///< keeps `bytes`; null where the data set does
  shared_failure bad;                   ///< set where it could not be read
  /// Its label as a row, where it comes from a stream that has rows.
  std::shared_ptr<const std::vector<float>> values{};
  std::vector<companion_bytes> companions{};  ///< in the order of `source::companions`; empty as a rule
  /// With stages of one's own, what names it in its data set (`source::member`): the path of a file below its root, or
  /// a key. Empty where everything is in memory, and for streams.
  std::string key{};

  /// Whether its bytes are yet to be brought, by the first stage of one's own: only its key is there (`keyed`), and
  /// `owner` keeps room for it in the read-ahead.
  bool to_bring() const noexcept { return !bad && bytes.empty() && owner; }

  /// Takes bytes of one's own, which live as long as the item.
  void hold(std::vector<std::uint8_t> made) {
    auto kept = std::make_shared<const std::vector<std::uint8_t>>(std::move(made));
    bytes = *kept;
    owner = std::move(kept);
  }
  /// Leaves the sample out, as a filter on pixels does: another one takes its place, and it does not count as bad.
  void leave_out() { bad = std::make_shared<const failure>(failure{fault::filtered, {}}); }
};

/// A sample that is finished: its pixels, label and index stand in their place. The augmenter's product.
struct sample {
  std::uint64_t index = 0;  ///< in the data set
  shared_failure bad;       ///< set where the place was not filled
};

}  // namespace troupe
