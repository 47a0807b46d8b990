#include <troupe/augment/spec.hpp>

#include <troupe/augment/nearest.hpp>
#include <troupe/augment/spec_call.hpp>
#include <troupe/augment/transforms.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <stdexcept>

namespace troupe {

namespace {

using maker = transform (*)(const spec_call&);

struct known_transform {
  std::string_view name;
  maker make;
};

transform make_flip(const spec_call& c, transform (*flip)(double)) {
  c.allow({"p"});
  return flip(c.number("p", 0, 0.5));
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
    {"random_horizontal_flip", [](const spec_call& c) { return make_flip(c, random_horizontal_flip); }},
    {"random_flip", [](const spec_call& c) { return make_flip(c, random_horizontal_flip); }},
    {"random_vertical_flip", [](const spec_call& c) { return make_flip(c, random_vertical_flip); }},
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
       return cutout(int(c.whole("size", 0, 0)), int(c.whole("count", 1, 1)));
     }},
    {"normalize", make_normalize},
    {"imagenet_normalize",
     [](const spec_call& c) {
       c.allow({});
       return imagenet_normalize();
     }},
};

struct preset {
  std::string_view name;
  std::string (*list)(int size);
  std::string_view evaluation;
};

const preset presets[] = {
    {"imagenet",
     [](int s) {
       return "random_resized_crop(" + std::to_string(s) + "), random_horizontal_flip, normalize(imagenet)";
     },
     "eval"},
    {"eval",
     [](int s) {
       return "resize(" + std::to_string(std::int64_t(s) * 256 / 224) + "), center_crop(" + std::to_string(s) +
              "), normalize(imagenet)";
     },
     "eval"},
    {"cifar",
     [](int s) {
       return "random_crop(" + std::to_string(s) + ", padding=" + std::to_string(s / 8) +
              "), random_horizontal_flip, normalize(cifar)";
     },
     "normalize(cifar)"},
    {"fashion", [](int) { return std::string("random_horizontal_flip, normalize(fashion)"); }, "normalize(fashion)"},
    {"none", [](int) { return std::string(); }, "none"},
};

const preset* find_preset(std::string_view word) {
  const auto* p = std::find_if(std::begin(presets), std::end(presets), [&](const preset& x) { return x.name == word; });
  return p == std::end(presets) ? nullptr : p;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\n");
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

transform make(const spec_call& call, bool alone) {
  for (const auto& k : known)
    if (k.name == call.name()) return k.make(call);
  std::vector<std::string_view> words;
  words.reserve(std::size(known) + std::size(presets));
  for (const auto& k : known) words.push_back(k.name);
  if (alone)
    for (const auto& p : presets) words.push_back(p.name);
  const char* kind = alone ? "no preset or transform is called '" : "no transform is called '";
  throw std::invalid_argument("augment: " + std::string(kind) + call.name() + "'; " + did_you_mean(call.name(), words));
}

bool by_chance(const std::string& name) {
  for (std::string_view other : {"elastic_transform", "gaussian_blur", "gaussian_noise", "jpeg", "cutout"})
    if (name == other) return true;
  return name.rfind("random_", 0) == 0;
}

// What stands for a transform where nothing is left to chance; empty: nothing does.
std::string without_chance(const spec_call& c) {
  if (c.name() == "random_crop") return center_crop(c.size("size", 0)).to_string();
  if (c.name() == "random_resized_crop") {
    const auto s = c.size("size", 0);
    const auto larger = [](int side) { return int(std::int64_t(side) * 256 / 224); };
    const auto around = s.square ? sides(larger(s.height)) : sides(larger(s.height), larger(s.width));
    return resize(around).to_string() + ", " + center_crop(s).to_string();
  }
  return by_chance(c.name()) ? "" : make(c, false).to_string();
}

}  // namespace

std::vector<transform> parse_transforms(std::string_view text, int image_size) {
  if (image_size < 1 || image_size > 16384)
    throw std::invalid_argument("augment: image size must be in 1 ... 16384, got " + std::to_string(image_size));
  text = trimmed(text);
  if (text.empty()) throw std::invalid_argument("augment: no transform is named; 'none' is the word for no transform");
  const preset* p = find_preset(text);
  const std::vector<spec_call> calls = parse_calls(p ? p->list(image_size) : std::string(text));
  std::vector<transform> list;
  list.reserve(calls.size());
  for (const spec_call& c : calls) list.push_back(make(c, calls.size() == 1 && c.bare()));
  return list;
}

std::string evaluation_counterpart(std::string_view text) {
  text = trimmed(text);
  if (const preset* p = find_preset(text)) return std::string(p->evaluation);
  std::string list;
  for (const spec_call& c : parse_calls(text)) {
    const std::string steady = without_chance(c);
    if (!steady.empty()) list += (list.empty() ? "" : ", ") + steady;
  }
  return list.empty() ? "none" : list;
}

}  // namespace troupe
