#include <troupe/augment/blend_rows.hpp>
#include <troupe/augment/convert_rows.hpp>
#include <troupe/augment/distributions.hpp>
#include <troupe/augment/mixed_rows.hpp>

namespace troupe {

namespace {

class mixed_up final : public mixed_rows {
 public:
  mixed_up(double alpha, draw_for draws) : mixed_rows("mixup", alpha, draws) {}

 private:
  share draw(const batch_rows&, generator& g) const override { return {beta(g, alpha(), alpha()), {}}; }
  void mix(const batch_rows& b, const std::vector<share>& shares, const batch_transform::step& s) const override {
    if (s.conversion)
      kernels::convert_and_blend_rows(b.images, b.rows, b.shape, *s.conversion, weights(shares), s.memory);
    else
      kernels::blend_rows(b.images, b.rows, b.row_elements(), b.format.type, weights(shares), s.memory);
  }
};

}  // namespace

batch_transform mixup(double alpha, draw_for draws) {
  return batch_transform(std::make_shared<mixed_up>(alpha, draws));
}

}  // namespace troupe
