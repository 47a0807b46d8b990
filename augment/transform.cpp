#include <troupe/augment/transform.hpp>

#include <troupe/augment/implementation.hpp>
#include <troupe/augment/target_rendition.hpp>

#include <charconv>
#include <new>
#include <stdexcept>

namespace troupe {

resampling transform::implementation::arrange(const step& s) const { return whole({s.shape.height, s.shape.width}); }
resampling transform::implementation::widest(extent size) const { return whole(size); }
std::optional<warping> transform::implementation::bend(const step&) const { return {}; }
std::optional<extent> transform::implementation::result(std::optional<extent> size) const { return size; }
void transform::implementation::tabulate(lookup&, const step&, const seen_pixels&) const {}
void transform::implementation::apply(image&, const step&) const {}
bool transform::implementation::keeps(const image&, const step&) const { return true; }
std::size_t transform::implementation::scratch_bytes(image_shape) const { return 0; }
std::span<const transform> transform::implementation::parts() const noexcept { return {}; }
void transform::implementation::choose(const step&, std::vector<std::size_t>&) const {}
transform::implementation::outcome_list transform::implementation::outcomes() const { return {}; }

void transform::step::move(image& pixels, const warping& by) const {
  warp(pixels, by, *memory);
  if (along) along->bend(by);
}

void transform::step::follow(const resampling& view) const {
  if (along) along->look(view);
}

image image_in(arena& memory, image_shape shape) {
  image i{memory.take_array<std::uint8_t>(shape.bytes() + 64), shape,
          std::size_t(shape.width) * std::size_t(shape.channels)};
  if (!i.data) throw std::bad_alloc();
  return i;
}

image part_of(const image& i, const rect& part) noexcept {
  return {i.data + std::size_t(part.top) * i.stride + std::size_t(part.left) * std::size_t(i.shape.channels),
          {part.height, part.width, i.shape.channels},
          i.stride};
}

std::size_t image_bytes(image_shape shape) noexcept { return arena::rounded(shape.bytes() + 64); }

namespace {

const std::vector<double> zero{0.0}, one{1.0};

/// A transform of a user's own.
class own final : public transform::implementation {
 public:
  own(std::string written, std::function<void(image&, generator&, const notes&)> apply)
      : implementation(kind::pixels),
        name_(written.substr(0, written.find('('))),
        written_(name_ == written ? name_ + "()" : std::move(written)),
        apply_(std::move(apply)) {
    if (name_.empty()) throw std::invalid_argument("transform: name must not be empty");
    if (!apply_) throw std::invalid_argument("transform: " + name_ + " has no function to call");
  }

  std::string name() const override { return name_; }
  std::string to_string() const override { return written_; }
  void apply(image& pixels, const transform::step& s) const override {
    const image given = pixels;
    apply_(pixels, s.random, notes(s.report));
    if (pixels.data != given.data || pixels.stride != given.stride || !(pixels.shape == given.shape))
      throw std::runtime_error("it may change pixels, but neither their shape nor where they lie");
  }

 private:
  std::string name_, written_;
  std::function<void(image&, generator&, const notes&)> apply_;
};

std::function<void(image&, generator&, const notes&)> with_notes(std::function<void(image&, generator&)> apply) {
  if (!apply) return {};
  return [apply = std::move(apply)](image& pixels, generator& random, const notes&) { apply(pixels, random); };
}

}  // namespace

const std::vector<double>& transform::implementation::mean() const { return zero; }
const std::vector<double>& transform::implementation::standard_deviation() const { return one; }

transform::transform(std::string written, std::function<void(image&, generator&, const notes&)> apply)
    : implementation_(std::make_shared<own>(std::move(written), std::move(apply))) {}

transform::transform(std::string written, std::function<void(image&, generator&)> apply)
    : transform(std::move(written), with_notes(std::move(apply))) {}

std::string transform::to_string() const { return implementation_->to_string(); }

void check_probability(const char* transform, double p) {
  if (!(p >= 0 && p <= 1))
    throw std::invalid_argument(std::string(transform) + ": p must be in 0 ... 1, got " + spelled(p));
}

void check_sides(const char* transform, const sides& size) {
  for (int side : {size.height, size.width}) {
    if (side < 1)
      throw std::invalid_argument(std::string(transform) + ": size must be >= 1, got " + std::to_string(side));
    if (side > 16384)
      throw std::invalid_argument(std::string(transform) + ": size must be <= 16384, got " + std::to_string(side));
  }
}

std::string spelled(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return std::string(text, end);
}

}  // namespace troupe
