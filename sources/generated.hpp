#pragma once
#include <troupe/augment/fault.hpp>
#include <troupe/augment/image.hpp>
#include <troupe/sources/source.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace troupe {

/// One sample as a generator yields it: bytes of its own, or the path of a file. No aggregate, because GCC 12 destroys
/// the parts of one twice that is written within `co_yield`.
struct yielded {
  std::vector<std::uint8_t> bytes = {};  ///< a whole encoded picture; or pixels `[H, W, C]` uint8, where `raw` is set
                                         ///< or `stream_options::shape` is
  std::int64_t label = 0;                ///< its class
  std::vector<float> values = {};        ///< its label as a row, where labels are not single classes
  std::optional<image_shape> raw = {};   ///< the shape of its pixels
  std::string path = {};                 ///< instead of bytes: a file, read when its turn comes
  std::string name = {};                 ///< what messages call it; empty: `generator[17]`, or its path

  yielded() = default;
  yielded(std::vector<std::uint8_t> with_bytes, std::int64_t with_label = 0)
      : bytes(std::move(with_bytes)), label(with_label) {}
  static yielded file(std::string path, std::int64_t label = 0) {
    yielded y({}, label);
    y.path = std::move(path);
    return y;
  }
};

/// One epoch of a stream: gives its samples one after the other. Called on one thread at a time, which may be another
/// one every time; it may block, and it may throw: that ends the run.
class yielder {
 public:
  yielder() = default;
  yielder(const yielder&) = delete;
  yielder& operator=(const yielder&) = delete;
  virtual ~yielder() = default;

  /// The next sample; nothing at the end, after which it is not called again.
  virtual std::optional<yielded> next() = 0;
  /// Passes n samples by without making them: how many there were. Nothing: it cannot.
  virtual std::optional<std::uint64_t> skip(std::uint64_t) { return std::nullopt; }
};

/// What is known of a stream before it runs.
struct stream_options {
  std::vector<std::string> classes = {};             ///< names; label k is `classes[k]`. Empty: any number is a label
  label_kind labels = label_kind::classes;           ///< otherwise each sample has `values`, one for each of `classes`
  std::optional<image_shape> shape = {};             ///< every sample is pixels of this shape
  std::size_t window = 1024;                         ///< samples to choose from with `shuffle`, >= 1: more is a better
                                                     ///< shuffle, at the price of their memory
  std::size_t window_bytes = std::size_t{64} << 20;  ///< that they take at most: the window is smaller where samples
                                                     ///< are large
  std::uint64_t samples = 0;       ///< of an epoch, where that is known: for progress and for schedules that need it.
                                   ///< The epoch ends where the stream does, whatever was said
  std::string name = "generator";  ///< in messages
};

/// Samples without random access: whatever yields them, once an epoch. A value that can be copied into any number of
/// pipelines; `generated()` makes one.
class stream {
 public:
  using opener = std::function<std::unique_ptr<yielder>(std::uint64_t epoch)>;

  /// `open` is called on a reader thread when an epoch begins. Wrong options throw std::invalid_argument.
  stream(opener open, stream_options options);

  const stream_options& options() const noexcept { return options_; }
  std::size_t classes() const noexcept { return options_.classes.size(); }
  const std::vector<std::string>& class_names() const noexcept { return options_.classes; }
  std::unique_ptr<yielder> open(std::uint64_t epoch) const { return open_(epoch); }
  /// What is wrong with a sample that it yielded, as far as that shows without decoding it.
  failure wrong(const yielded& sample) const;
  /// One line for a person.
  std::string describe() const;

 private:
  opener open_;
  stream_options options_;
};

/// The first n samples of each epoch.
stream take(stream from, std::uint64_t n);
/// All but the first n.
stream skip(stream from, std::uint64_t n);
/// Samples i, i + n, i + 2n … of each epoch. The others are made, and dropped.
stream shard(stream from, std::uint64_t i, std::uint64_t n);

/// What a stream says of its samples, as a data set that has none.
dataset what_is_known_of(const stream& from);

/// Where a range begins; nothing to speak of for what is called.
template <class From>
auto first_of(From& from) {
  if constexpr (requires { std::begin(from); }) {
    return std::begin(from);
  } else {
    return 0;
  }
}

/// What yields samples: a callable that returns `std::optional<yielded>`, such as a `coroutine`, or a range of them.
template <class From>
class yields_from final : public yielder {
  static constexpr bool called = std::is_invocable_r_v<std::optional<yielded>, From&>;
  static constexpr bool walked = requires(From & from) {
    yielded(*std::begin(from)), std::begin(from) != std::end(from);
  };
  static_assert(called || walked,
                "generated: the function given must return something that yields samples: a callable that returns "
                "std::optional<troupe::yielded>, a troupe::coroutine, or a range of troupe::yielded");

 public:
  explicit yields_from(From from) : from_(std::move(from)) {}

  std::optional<yielded> next() override {
    if constexpr (called) {
      return from_();
    } else if constexpr (walked) {
      if (at_) {
        ++*at_;
      } else {
        at_.emplace(std::begin(from_));
      }
      if (!(*at_ != std::end(from_))) return std::nullopt;
      return yielded(**at_);
    }
  }
  std::optional<std::uint64_t> skip(std::uint64_t n) override {
    if constexpr (requires(From & from) { std::uint64_t(from.skip(n)); }) {
      return std::uint64_t(from_.skip(n));
    } else {
      return std::nullopt;
    }
  }

 private:
  using at = std::decay_t<decltype(first_of(std::declval<From&>()))>;
  From from_;
  std::optional<at> at_;
};

/// A stream out of a function that is called when an epoch begins, with its number if it takes one, and returns what
/// yields its samples. What has a member `std::uint64_t skip(std::uint64_t n)` is asked to pass n samples by, where
/// nothing is shuffled: `seek` is quicker then.
///
///     auto numbers = troupe::generated([](std::uint64_t epoch) { return drawn(epoch); }, {.classes = {"0", "1"}});
///     troupe::pipeline{}.load(numbers, {.shuffle = true, .seed = 7, .epochs = 2})
///
/// The same epoch must yield the same samples each time it is begun, if runs are to be repeated or continued.
template <class Factory>
stream generated(Factory factory, stream_options options = {}) {
  auto kept = std::make_shared<Factory>(std::move(factory));
  return {[kept](std::uint64_t epoch) -> std::unique_ptr<yielder> {
            if constexpr (std::is_invocable_v<Factory&, std::uint64_t>) {
              return std::make_unique<yields_from<std::decay_t<decltype((*kept)(epoch))>>>((*kept)(epoch));
            } else {
              return std::make_unique<yields_from<std::decay_t<decltype((*kept)())>>>((*kept)());
            }
          },
          std::move(options)};
}

}  // namespace troupe
