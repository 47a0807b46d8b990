#include <troupe/augment/cutout.hpp>

#include <troupe/augment/colour.hpp>
#include <troupe/augment/implementation.hpp>
#include <troupe/augment/spec_call.hpp>

#include <algorithm>
#include <stdexcept>

namespace troupe {

namespace {

class squares final : public transform::implementation {
 public:
  squares(int size, int count) : implementation(kind::pixels), size_(size), count_(count) {
    check_sides("cutout", size);
    if (count < 1 || count > 1000)
      throw std::invalid_argument("cutout: count must be in 1 ... 1000, got " + std::to_string(count));
  }

  std::string name() const override { return "cutout"; }
  std::string to_string() const override {
    return "cutout(" + std::to_string(size_) + ", count=" + std::to_string(count_) + ")";
  }
  void apply(image& pixels, const transform::step& s) const override {
    for (int i = 0; i < count_; ++i) {
      const int y = int(s.random.below(std::uint32_t(s.shape.height)));
      const int x = int(s.random.below(std::uint32_t(s.shape.width)));
      const std::string number = i == 0 ? "" : std::to_string(i + 1);
      s.note(("y" + number).c_str(), std::int64_t(y));
      s.note(("x" + number).c_str(), std::int64_t(x));
      const int top = y - size_ / 2, left = x - size_ / 2;
      for (int row = std::max(top, 0); row < std::min(top + size_, s.shape.height); ++row)
        paint(pixels.row(row), std::max(left, 0), std::min(left + size_, s.shape.width), s.shape.channels, 0);
    }
  }

 private:
  int size_ = 1, count_ = 1;
};

}  // namespace

transform cutout(int size, int count) { return transform(std::make_shared<squares>(size, count)); }

transform cutout_from(const spec_call& call) {
  call.allow({"size", "count"});
  return cutout(int(call.whole("size", 0)), int(call.whole("count", 1, 1)));
}

}  // namespace troupe
