#pragma once
#include <troupe/augment/implementation.hpp>
#include <troupe/augment/plan.hpp>
#include <troupe/augment/scratch.hpp>
#include <troupe/augment/target_rendition.hpp>

namespace troupe {

/// One picture on its way through a recipe. The transforms are walked once; axis-aligned ones only gather in `view_`,
/// and pixels are made when a transform wants to touch them or the list ends.
class rendition {
 public:
  rendition(const recipe::plan& plan, const picture& p, scratch::parts& parts, targets* along = nullptr);

  failure run(const sample_key& key, void* row, std::vector<drawn>* report, bool fields);
  /// The whole picture as a viewer shows it, `[H, W, 3]`.
  failure decode_whole(std::uint8_t* pixels);

 private:
  failure prepare();
  failure make_room(std::size_t bytes);
  failure check_targets() const;
  failure perform(const transform::implementation& t, const generator& first, std::uint64_t operation,
                  std::vector<drawn>* report);
  failure ask(const transform::implementation& t, const generator& first, std::uint64_t operation,
              std::vector<drawn>* report);
  failure look(const resampling& wanted);
  failure bend(const warping& by);
  failure finish();
  failure change(const transform::implementation& t, transform::step& step);
  failure keep();
  failure settle();
  void copy(image& to);
  bool row_is_image() const noexcept;
  image row_image() const noexcept;
  image place_for(image_shape shape) const;
  bool as_decoded() const noexcept;
  image_shape seen() const noexcept;
  resampling stored_view() const noexcept;
  int shrink_for(const resampling& view) const noexcept;
  template <class Target>
  failure render(Target& to);
  template <class Target>
  failure render_turned(resampler& pass, const rect& part, int shrink, Target& to);
  template <class Use>
  failure decode(const rect& part, int shrink, Use use);

  const recipe::plan& plan_;
  const picture& picture_;
  scratch::parts& parts_;
  std::optional<target_rendition> along_;  ///< what belongs to the picture
  picture_header header_;
  bool decoded_ = false;  ///< `pixels_` are set; before, the picture is still encoded
  bool own_ = false;      ///< … and may be written
  bool fields_ = false;   ///< to be reported
  image pixels_;
  std::optional<warping> bent_;    ///< what `pixels_` are looked at through
  void* row_ = nullptr;            ///< of the batch, that this picture becomes
  std::optional<lookup> points_;   ///< operations that `pixels_` have still to go through
  image_shape shape_;              ///< of what `view_` looks at
  std::uint32_t view_number_ = 0;  ///< of the views that the list makes of a sample
  resampling view_;
};

/// Whether raw pixels are what the recipe was made for.
failure check_raw(const recipe::plan& plan, const picture& p);

}  // namespace troupe
