#include <troupe/augment/known_transforms.hpp>

#include <troupe/augment/nearest.hpp>
#include <troupe/augment/transforms.hpp>

#include <optional>
#include <stdexcept>

namespace troupe {

namespace {

std::vector<transform> make_all(const std::vector<spec_call>& calls) {
  std::vector<transform> list;
  list.reserve(calls.size());
  for (const spec_call& c : calls) list.push_back(make_transform(c));
  return list;
}

factor_range range_of(const spec_call& c, std::string_view name, std::size_t position) {
  const auto* v = c.find(name, position);
  if (v && v->several) {
    const auto [low, high] = c.pair(name, position, {});
    return {low, high};
  }
  return c.number(name, position, 0);
}

transform with_p(const spec_call& c, transform (*make)(double), double usual = 0.5) {
  c.allow({"p"});
  return make(c.number("p", 0, usual));
}

transform make_normalize(const spec_call& c) {
  c.allow({"mean", "std"});
  if (const auto* v = c.find("mean", 0); v && !v->word.empty()) return normalize(std::string_view(v->word));
  return normalize(c.numbers("mean", 0), c.numbers("std", 1));
}

interpolation how_of(const spec_call& c, std::size_t position, interpolation otherwise) {
  const std::string word = c.word("interpolation", position, {"nearest", "bilinear"}, to_string(otherwise));
  return word == "nearest" ? interpolation::nearest : interpolation::bilinear;
}

colour colour_of(const spec_call& c, std::string_view name, std::size_t position) {
  const auto v = c.wholes(name, position, {1, 3}, {0});
  return v.size() == 1 ? colour(v[0]) : colour(v[0], v[1], v[2]);
}

angles angles_of(const spec_call& c, std::string_view name, std::size_t position) {
  const auto v = c.numbers(name, position, {1, 2});
  return v.size() == 1 ? angles(v[0]) : angles(v[0], v[1]);
}

std::optional<point> center_of(const spec_call& c, std::size_t position) {
  if (!c.find("center", position)) return {};
  const auto [x, y] = c.pair("center", position, {});
  return point{x, y};
}

transform make_affine(const spec_call& c) {
  c.allow({"degrees", "translate", "scale", "shear", "interpolation", "fill", "center"});
  affine_options o;
  o.translate = c.pair("translate", 1, o.translate);
  o.scale = c.pair("scale", 2, o.scale);
  if (c.find("shear", 3)) {
    const auto v = c.numbers("shear", 3, {1, 2, 4});
    o.shear = v.size() == 1 ? angles(v[0]) : angles(v[0], v[1]);
    if (v.size() == 4) o.shear_y = angles(v[2], v[3]);
  }
  o.how = how_of(c, 4, o.how);
  o.fill = colour_of(c, "fill", 5);
  o.center = center_of(c, 6);
  return random_affine(angles_of(c, "degrees", 0), o);
}

transform make_pad(const spec_call& c) {
  c.allow({"padding", "fill", "padding_mode"});
  const auto v = c.wholes("padding", 0, {1, 2, 4}, {});
  const margins m = v.size() == 1   ? margins(v[0])
                    : v.size() == 2 ? margins(v[0], v[1])
                                    : margins(v[0], v[1], v[2], v[3]);
  const std::string mode = c.word("padding_mode", 2, {"constant", "edge", "reflect", "symmetric"}, "constant");
  return pad(m, colour_of(c, "fill", 1),
             mode == "edge"        ? padding_mode::edge
             : mode == "reflect"   ? padding_mode::reflect
             : mode == "symmetric" ? padding_mode::symmetric
                                   : padding_mode::constant);
}

policy_options policy_of(const spec_call& c, std::size_t position, const policy_options& usual) {
  return {how_of(c, position, usual.how),
          c.find("fill", position + 1) ? colour_of(c, "fill", position + 1) : usual.fill};
}

const known_transform known[] = {
    {"random_resized_crop",
     [](const spec_call& c) {
       c.allow({"size", "scale", "ratio", "antialias"});
       return random_resized_crop(c.size("size", 0), c.pair("scale", 1, {0.08, 1.0}),
                                  c.pair("ratio", 2, {3.0 / 4, 4.0 / 3}), c.flag("antialias", 3, true));
     }},
    {"resize",
     [](const spec_call& c) {
       c.allow({"size", "antialias"});
       return resize(c.size("size", 0), c.flag("antialias", 1, true));
     }},
    {"center_crop",
     [](const spec_call& c) {
       c.allow({"size"});
       return center_crop(c.size("size", 0));
     }},
    {"random_crop",
     [](const spec_call& c) {
       c.allow({"size", "padding"});
       return random_crop(c.size("size", 0), int(c.whole("padding", 1, 0)));
     }},
    {"random_horizontal_flip", [](const spec_call& c) { return with_p(c, random_horizontal_flip); }},
    {"random_flip", [](const spec_call& c) { return with_p(c, random_horizontal_flip); }},
    {"random_vertical_flip", [](const spec_call& c) { return with_p(c, random_vertical_flip); }},
    {"color_jitter",
     [](const spec_call& c) {
       c.allow({"brightness", "contrast", "saturation", "hue"});
       return color_jitter(range_of(c, "brightness", 0), range_of(c, "contrast", 1), range_of(c, "saturation", 2),
                           range_of(c, "hue", 3));
     }},
    {"grayscale", [](const spec_call& c) { return c.allow({}), grayscale(); }},
    {"random_grayscale", [](const spec_call& c) { return with_p(c, random_grayscale, 0.1); }},
    {"random_invert", [](const spec_call& c) { return with_p(c, random_invert); }},
    {"random_autocontrast", [](const spec_call& c) { return with_p(c, random_autocontrast); }},
    {"random_equalize", [](const spec_call& c) { return with_p(c, random_equalize); }},
    {"random_posterize",
     [](const spec_call& c) {
       c.allow({"bits", "p"});
       return random_posterize(int(c.whole("bits", 0)), c.number("p", 1, 0.5));
     }},
    {"random_solarize",
     [](const spec_call& c) {
       c.allow({"threshold", "p"});
       return random_solarize(c.number("threshold", 0), c.number("p", 1, 0.5));
     }},
    {"random_adjust_sharpness",
     [](const spec_call& c) {
       c.allow({"sharpness_factor", "p"});
       return random_adjust_sharpness(c.number("sharpness_factor", 0), c.number("p", 1, 0.5));
     }},
    {"random_channel_permutation", [](const spec_call& c) { return c.allow({}), random_channel_permutation(); }},
    {"compose",
     [](const spec_call& c) {
       c.allow({"transforms"});
       return compose(make_all(c.calls("transforms", 0)));
     }},
    {"random_apply",
     [](const spec_call& c) {
       c.allow({"transforms", "p"});
       return random_apply(make_all(c.calls("transforms", 0)), c.number("p", 1, 0.5));
     }},
    {"random_choice",
     [](const spec_call& c) {
       c.allow({"transforms", "p"});
       return random_choice(make_all(c.calls("transforms", 0)),
                            c.find("p", 1) ? c.numbers("p", 1) : std::vector<double>{});
     }},
    {"random_order",
     [](const spec_call& c) {
       c.allow({"transforms"});
       return random_order(make_all(c.calls("transforms", 0)));
     }},
    {"pad", make_pad},
    {"random_rotation",
     [](const spec_call& c) {
       c.allow({"degrees", "interpolation", "expand", "center", "fill"});
       return random_rotation(angles_of(c, "degrees", 0), how_of(c, 1, interpolation::nearest),
                              c.flag("expand", 2, false), center_of(c, 3), colour_of(c, "fill", 4));
     }},
    {"random_affine", make_affine},
    {"random_perspective",
     [](const spec_call& c) {
       c.allow({"distortion_scale", "p", "interpolation", "fill"});
       return random_perspective(c.number("distortion_scale", 0, 0.5), c.number("p", 1, 0.5),
                                 how_of(c, 2, interpolation::bilinear), colour_of(c, "fill", 3));
     }},
    {"elastic_transform",
     [](const spec_call& c) {
       c.allow({"alpha", "sigma", "interpolation", "fill"});
       return elastic_transform(c.number("alpha", 0, 50), c.number("sigma", 1, 5),
                                how_of(c, 2, interpolation::bilinear), colour_of(c, "fill", 3));
     }},
    {"gaussian_blur",
     [](const spec_call& c) {
       c.allow({"kernel_size", "sigma"});
       const auto size = c.wholes("kernel_size", 0, {1, 2}, {});
       return gaussian_blur(std::pair(size.front(), size.back()), c.range("sigma", 1, {0.1, 2}));
     }},
    {"gaussian_noise",
     [](const spec_call& c) {
       c.allow({"mean", "sigma", "clip"});
       return gaussian_noise(c.number("mean", 0, 0), c.number("sigma", 1, 0.1), c.flag("clip", 2, true));
     }},
    {"jpeg",
     [](const spec_call& c) {
       c.allow({"quality"});
       const auto quality = c.wholes("quality", 0, {1, 2}, {1, 100});
       return jpeg(std::pair(quality.front(), quality.back()));
     }},
    {"random_erasing",
     [](const spec_call& c) {
       c.allow({"p", "scale", "ratio", "value"});
       const auto* v = c.find("value", 3);
       const bool random = v && v->word == "random";
       return random_erasing(c.number("p", 0, 0.5), c.pair("scale", 1, {0.02, 0.33}), c.pair("ratio", 2, {0.3, 3.3}),
                             random ? std::nullopt : std::optional(colour_of(c, "value", 3)));
     }},
    {"cutout",
     [](const spec_call& c) {
       c.allow({"size", "count"});
       return cutout(int(c.whole("size", 0)), int(c.whole("count", 1, 1)));
     }},
    {"auto_augment",
     [](const spec_call& c) {
       c.allow({"policy", "interpolation", "fill"});
       return auto_augment(c.word("policy", 0, {"imagenet", "cifar10", "svhn"}, "imagenet"), policy_of(c, 1, {}));
     }},
    {"rand_augment",
     [](const spec_call& c) {
       c.allow({"num_ops", "magnitude", "num_magnitude_bins", "interpolation", "fill"});
       return rand_augment(int(c.whole("num_ops", 0, 2)), int(c.whole("magnitude", 1, 9)),
                           int(c.whole("num_magnitude_bins", 2, 31)), policy_of(c, 3, {}));
     }},
    {"trivial_augment_wide",
     [](const spec_call& c) {
       c.allow({"num_magnitude_bins", "interpolation", "fill"});
       return trivial_augment_wide(int(c.whole("num_magnitude_bins", 0, 31)), policy_of(c, 1, {}));
     }},
    {"aug_mix",
     [](const spec_call& c) {
       c.allow({"severity", "mixture_width", "chain_depth", "alpha", "all_ops", "interpolation", "fill"});
       return aug_mix(int(c.whole("severity", 0, 3)), int(c.whole("mixture_width", 1, 3)),
                      int(c.whole("chain_depth", 2, -1)), c.number("alpha", 3, 1), c.flag("all_ops", 4, true),
                      policy_of(c, 5, {.how = interpolation::bilinear}));
     }},
    {"three_augment", [](const spec_call& c) { return c.allow({}), three_augment(); }},
    {"normalize", make_normalize},
    {"imagenet_normalize",
     [](const spec_call& c) {
       c.allow({});
       return imagenet_normalize();
     }},
};

}  // namespace

std::span<const known_transform> known_transforms() { return known; }

std::vector<std::string_view> known_names() {
  std::vector<std::string_view> names;
  for (const auto& k : known) names.push_back(k.name);
  return names;
}

transform make_transform(const spec_call& call) {
  for (const auto& k : known)
    if (k.name == call.name()) return k.make(call);
  throw std::invalid_argument("augment: no transform is called '" + call.name() + "'; " +
                              did_you_mean(call.name(), known_names()));
}

}  // namespace troupe
