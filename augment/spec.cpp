#include <troupe/augment/spec.hpp>

#include <troupe/augment/nearest.hpp>
#include <troupe/augment/spec_call.hpp>
#include <troupe/augment/transforms.hpp>

#include <algorithm>
#include <iterator>
#include <stdexcept>

namespace troupe {

namespace {

using maker = transform (*)(const spec_call&);

struct known_transform {
  std::string_view name;
  maker make;
};

transform make(const spec_call& call, bool alone);

std::vector<transform> make_all(const std::vector<spec_call>& calls) {
  std::vector<transform> list;
  for (const spec_call& c : calls) list.push_back(make(c, false));
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

// What stands for a transform where nothing is left to chance; empty: nothing does.
std::string without_chance(const spec_call& c) {
  if (c.name() == "random_crop") return center_crop(c.size("size", 0)).to_string();
  if (c.name() == "random_resized_crop") {
    const auto s = c.size("size", 0);
    const auto larger = [](int side) { return int(std::int64_t(side) * 256 / 224); };
    const auto around = s.square ? sides(larger(s.height)) : sides(larger(s.height), larger(s.width));
    return resize(around).to_string() + ", " + center_crop(s).to_string();
  }
  const transform same = make(c, false);
  return same->certain() ? same.to_string() : "";
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
