#pragma once
#include <troupe/augment/mixing.hpp>

#include <string>
#include <vector>

namespace troupe {

/// Mixes every row with the one before it, as torchvision does, the first with the last.
class mixed_rows : public batch_transform::implementation {
 public:
  mixed_rows(const char* name, double alpha, draw_for draws);

  std::string name() const override { return name_; }
  std::string to_string() const override;
  bool converts() const override { return true; }
  bool mixes_labels() const override { return true; }
  std::size_t scratch_bytes(std::size_t row_bytes, std::size_t classes) const override;
  void apply(const batch_rows& b, const batch_transform::step& s) const override;

 protected:
  struct share {
    double own = 1;  ///< of the label
    rect cut;        ///< that comes from the other row
  };
  virtual share draw(const batch_rows& b, generator& g) const = 0;
  /// The images, by one share for all or one a row; `s.memory` has room for one image.
  virtual void mix(const batch_rows& b, const std::vector<share>& shares, const batch_transform::step& s) const = 0;
  static std::vector<double> weights(const std::vector<share>& shares);
  virtual void note(drawn& report, const share& s) const { report.values.emplace_back("lambda", s.own); }
  double alpha() const noexcept { return alpha_; }

 private:
  void say(const std::vector<share>& shares, drawn& report) const;

  std::string name_;
  double alpha_;
  draw_for draws_;
};

}  // namespace troupe
