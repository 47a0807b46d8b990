#include <troupe/augment/spec.hpp>

#include <troupe/augment/implementation.hpp>
#include <troupe/augment/known_transforms.hpp>
#include <troupe/augment/nearest.hpp>
#include <troupe/augment/spec_call.hpp>
#include <troupe/augment/transforms.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <stdexcept>

namespace troupe {

namespace {

struct preset {
  std::string_view name;
  std::string (*list)(int size);
  std::string_view evaluation;
};

constexpr preset presets[] = {
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
  const std::vector<std::string> names = known_transforms();
  if (!alone || std::find(names.begin(), names.end(), call.name()) != names.end()) return make_transform(call);
  std::vector<std::string_view> words(names.begin(), names.end());
  for (const auto& p : presets) words.push_back(p.name);
  throw std::invalid_argument("augment: no preset or transform is called '" + call.name() + "'; " +
                              did_you_mean(call.name(), words));
}

std::string without_chance(const spec_call& c);

std::string without_chance(const std::vector<spec_call>& calls) {
  std::string list;
  for (const spec_call& c : calls) {
    const std::string steady = without_chance(c);
    if (!steady.empty()) list += (list.empty() ? "" : ", ") + steady;
  }
  return list;
}

// What stands for a transform where nothing is left to chance; empty: nothing does. Of groups, what stands for their
// parts as they are written, and of a choice for the first.
std::string without_chance(const spec_call& c) {
  if (c.name() == "compose" || c.name() == "random_order") return without_chance(c.calls("transforms", 0));
  if (c.name() == "random_choice") return without_chance(c.calls("transforms", 0).front());
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

bool is_preset(std::string_view word) { return find_preset(word) != nullptr; }

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
  const std::string list = without_chance(parse_calls(text));
  return list.empty() ? "none" : list;
}

}  // namespace troupe
