#include <troupe/augment/known_transforms.hpp>

#include <troupe/augment/nearest.hpp>
#include <troupe/augment/spec.hpp>

#include <algorithm>
#include <cctype>
#include <deque>
#include <mutex>
#include <stdexcept>

// Every transform of this room is one line here: its name in text. How a call of that name is read stands beside its
// definition, as `transform NAME_from(const spec_call&)`; a name without one does not link.
// clang-format off
#define TROUPE_TRANSFORMS(is) \
  is(random_resized_crop) \
  is(resize) \
  is(center_crop) \
  is(random_crop) \
  is(five_crop) \
  is(ten_crop) \
  is(random_horizontal_flip) \
  is(random_flip) \
  is(random_vertical_flip) \
  is(pad) \
  is(random_rotation) \
  is(random_affine) \
  is(random_perspective) \
  is(elastic_transform) \
  is(color_jitter) \
  is(grayscale) \
  is(random_grayscale) \
  is(random_invert) \
  is(random_posterize) \
  is(random_solarize) \
  is(random_autocontrast) \
  is(random_equalize) \
  is(random_adjust_sharpness) \
  is(random_channel_permutation) \
  is(gaussian_blur) \
  is(gaussian_noise) \
  is(jpeg) \
  is(random_erasing) \
  is(cutout) \
  is(compose) \
  is(random_apply) \
  is(random_choice) \
  is(random_order) \
  is(auto_augment) \
  is(rand_augment) \
  is(trivial_augment_wide) \
  is(aug_mix) \
  is(three_augment) \
  is(normalize) \
  is(imagenet_normalize)
// clang-format on

namespace troupe {

#define TROUPE_DECLARED(name) transform name##_from(const spec_call&);
TROUPE_TRANSFORMS(TROUPE_DECLARED)

namespace {

struct known {
  std::string_view name;
  transform (*make)(const spec_call&);
};

// Constant from the start: whoever registers while the process is still being set up finds it whole.
#define TROUPE_LISTED(name) known{#name, name##_from},
constexpr known here[] = {TROUPE_TRANSFORMS(TROUPE_LISTED)};

struct named {
  std::string name;
  transform_maker make;
};

/// Those of users.
struct registry {
  std::mutex guard;
  std::deque<named> transforms;
};

registry& others() {
  static registry r;
  return r;
}

bool is_word(const std::string& name) {
  const auto fits = [](unsigned char c) { return std::isalnum(c) || c == '_'; };
  return !name.empty() && !std::isdigit(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(), fits);
}

}  // namespace

void register_transform(std::string name, transform_maker make) {
  if (!is_word(name))
    throw std::invalid_argument("register_transform: name must be letters, digits and _, got '" + name + "'");
  if (!make) throw std::invalid_argument("register_transform: " + name + " has no function to call");
  const auto refuse = [&](const char* by) {
    throw std::invalid_argument("register_transform: name must be a new one, got " + name + ", which is " + by);
  };
  for (const known& k : here)
    if (k.name == name) refuse("a transform of this library");
  if (is_preset(name)) refuse("a preset");
  registry& r = others();
  const std::lock_guard lock(r.guard);
  for (const named& n : r.transforms)
    if (n.name == name) refuse("registered already");
  r.transforms.push_back({std::move(name), std::move(make)});
}

std::vector<std::string> known_transforms() {
  std::vector<std::string> names;
  for (const known& k : here) names.emplace_back(k.name);
  registry& r = others();
  const std::lock_guard lock(r.guard);
  for (const named& n : r.transforms) names.push_back(n.name);
  return names;
}

transform make_transform(const spec_call& call) {
  for (const known& k : here)
    if (k.name == call.name()) return k.make(call);
  transform_maker make;
  {
    registry& r = others();
    const std::lock_guard lock(r.guard);
    for (const named& n : r.transforms)
      if (n.name == call.name()) make = n.make;
  }
  if (make) return make(call);  // which may make others in turn
  const auto names = known_transforms();
  throw std::invalid_argument("augment: no transform is called '" + call.name() + "'; " +
                              did_you_mean(call.name(), std::vector<std::string_view>(names.begin(), names.end())));
}

std::vector<transform> make_transforms(const std::vector<spec_call>& calls) {
  std::vector<transform> list;
  list.reserve(calls.size());
  for (const spec_call& c : calls) list.push_back(make_transform(c));
  return list;
}

}  // namespace troupe
