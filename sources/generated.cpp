#include <troupe/sources/generated.hpp>

#include <stdexcept>

#include <troupe/sources/grouped.hpp>
#include <troupe/sources/label_list.hpp>

namespace troupe {

namespace {

void require(bool holds, const std::string& what) {
  if (!holds) throw std::invalid_argument("generated: " + what);
}

/// Samples first, first + step …, as long as they are below `end`, of what another one yields.
class sparse_yielder final : public yielder {
 public:
  sparse_yielder(std::unique_ptr<yielder> from, std::uint64_t first, std::uint64_t step, std::uint64_t end)
      : from_(std::move(from)), next_(first), step_(step), end_(end) {}

  std::optional<yielded> next() override {
    if (next_ >= end_ || !pass_by(next_ - at_)) return std::nullopt;
    auto one = from_->next();
    ++at_;
    next_ += step_;
    return one;
  }

  std::optional<std::uint64_t> skip(std::uint64_t n) override {
    if (step_ != 1) return std::nullopt;
    const auto wanted = std::min(n, end_ > next_ ? end_ - next_ : 0);
    const auto passed = from_->skip(next_ - at_ + wanted);
    if (!passed) return std::nullopt;
    const auto there = *passed > next_ - at_ ? *passed - (next_ - at_) : 0;
    at_ += *passed;
    next_ += there;
    return there;
  }

 private:
  bool pass_by(std::uint64_t n) {
    for (; n > 0; --n, ++at_) {
      if (!from_->next()) return false;
    }
    return true;
  }

  std::unique_ptr<yielder> from_;
  std::uint64_t at_ = 0, next_ = 0, step_ = 1, end_ = 0;
};

/// Classes and shape, and no sample.
class stream_facts final : public source {
 public:
  explicit stream_facts(const stream& of) : options_(of.options()), said_(of.describe()) {}
  std::uint64_t size() const noexcept override { return 0; }
  const std::vector<std::string>& class_names() const noexcept override { return options_.classes; }
  std::int64_t label(std::uint64_t) const noexcept override { return -1; }
  label_kind labels() const noexcept override { return options_.labels; }
  std::string path(std::uint64_t index) const override { return options_.name + "[" + std::to_string(index) + "]"; }
  std::span<const std::uint8_t> pixels(std::uint64_t) const noexcept override { return {}; }
  std::optional<image_shape> shape() const noexcept override { return options_.shape; }
  bool in_memory() const noexcept override { return false; }
  std::string describe() const override { return said_; }

 private:
  stream_options options_;
  std::string said_;
};

constexpr std::uint64_t endless = ~std::uint64_t{0} >> 1;

stream sparse(const stream& from, std::uint64_t first, std::uint64_t step, std::uint64_t end) {
  auto options = from.options();
  if (const auto n = std::min(options.samples, end); options.samples > 0)
    options.samples = n > first ? (n - first + step - 1) / step : 0;
  return {[from, first, step, end](std::uint64_t epoch) -> std::unique_ptr<yielder> {
            return std::make_unique<sparse_yielder>(from.open(epoch), first, step, end);
          },
          std::move(options)};
}

failure wrong_label(const yielded& y, const stream_options& o) {
  if (o.labels != label_kind::classes) {
    if (y.values.size() == o.classes.size()) return {};
    return {fault::corrupt, "it has " + std::to_string(y.values.size()) + " values for " +
                                std::to_string(o.classes.size()) + " columns"};
  }
  return wrong_class(y.label, o.classes.size());
}

failure wrong_pixels(const yielded& y, const stream_options& o) {
  if (!y.path.empty()) return o.shape ? failure{fault::unsupported, "a file, where pixels were promised"} : failure{};
  if (y.bytes.empty()) return {fault::empty, "it has neither bytes nor a path"};
  const auto shape = y.raw ? y.raw : o.shape;
  if (!shape) return {};
  if (o.shape && !(*shape == *o.shape)) return {fault::corrupt, "its pixels are of another shape than was promised"};
  if (shape->bytes() == y.bytes.size() && (shape->channels == 1 || shape->channels == 3)) return {};
  return {fault::corrupt, "it has " + std::to_string(y.bytes.size()) + " bytes, its shape " +
                              std::to_string(shape->bytes()) + " in " + std::to_string(shape->channels) + " channels"};
}

}  // namespace

dataset what_is_known_of(const stream& from) { return {std::make_shared<stream_facts>(from)}; }

stream::stream(opener open, stream_options options) : open_(std::move(open)), options_(std::move(options)) {
  const auto& o = options_;
  require(bool(open_), "the function must be one, got nothing");
  require(o.window >= 1, "window must be >= 1, got 0");
  require(o.window_bytes >= 1, "window_bytes must be >= 1, got 0");
  require(o.labels == label_kind::classes || !o.classes.empty(),
          "classes must name the columns where labels are not single classes, got none");
  require(!o.shape || o.shape->bytes() > 0, "shape must have pixels, got none");
  require(!o.name.empty(), "name must not be empty");
}

failure stream::wrong(const yielded& sample) const {
  auto what = wrong_label(sample, options_);
  return what ? what : wrong_pixels(sample, options_);
}

std::string stream::describe() const {
  std::string text = options_.name + ": ";
  text += options_.samples > 0 ? counted(options_.samples, "sample") : std::string("as many samples as it yields");
  if (!options_.classes.empty()) text += " in " + std::to_string(classes()) + " classes";
  return text;
}

stream take(stream from, std::uint64_t n) { return sparse(from, 0, 1, n); }        // NOLINT: as of data sets
stream skip(stream from, std::uint64_t n) { return sparse(from, n, 1, endless); }  // NOLINT

stream shard(stream from, std::uint64_t i, std::uint64_t n) {  // NOLINT
  if (n == 0) throw std::invalid_argument("shard: n must be >= 1, got 0");
  if (i >= n)
    throw std::invalid_argument("shard: i must be 0 ... " + std::to_string(n - 1) + ", got " + std::to_string(i));
  return sparse(from, i, n, endless);
}

}  // namespace troupe
