#include <troupe/augment/colour_operations.hpp>
#include <troupe/augment/colour_transforms.hpp>
#include <troupe/augment/implementation.hpp>
#include <troupe/augment/point_operations.hpp>
#include <troupe/augment/spec_call.hpp>

#include <array>
#include <stdexcept>

namespace troupe {

namespace {

struct part {
  const char* name;
  const char* reported;
  double middle, least, most;  ///< what changes nothing; the limits of a range
};

constexpr std::array<part, 4> known{{{"brightness", "brightness_factor", 1, 0, 1e6},
                                     {"contrast", "contrast_factor", 1, 0, 1e6},
                                     {"saturation", "saturation_factor", 1, 0, 1e6},
                                     {"hue", "hue_factor", 0, -0.5, 0.5}}};

class jitter final : public transform::implementation {
 public:
  explicit jitter(const std::array<factor_range, 4>& ranges)
      : implementation(changes(ranges[2]) || changes(ranges[3]) ? kind::pixels : kind::points), written_(ranges) {
    for (std::size_t i = 0; i < known.size(); ++i) {
      factor_range& r = ranges_[i] = ranges[i];
      const part& k = known[i];
      if (r.symmetric) {
        if (!(r.low >= 0)) refuse(k, ">= 0", spelled(r.low));
        r = {std::max(k.middle - r.low, k.middle > 0 ? 0.0 : -r.low), k.middle + r.high};
      }
      if (!(r.low >= k.least && r.low <= r.high && r.high <= k.most))
        refuse(k, k.middle > 0 ? "a range low <= high in 0 ... 1e6" : "a range low <= high in -0.5 ... 0.5",
               "(" + spelled(r.low) + ", " + spelled(r.high) + ")");
    }
  }

  std::string name() const override { return "color_jitter"; }
  std::string to_string() const override {
    std::string text;
    for (std::size_t i = 0; i < known.size(); ++i) {
      const factor_range& r = written_[i];
      text += (i > 0 ? ", " : "") + std::string(known[i].name) + "=" +
              (r.symmetric ? spelled(r.low) : "(" + spelled(r.low) + ", " + spelled(r.high) + ")");
    }
    return name() + "(" + text + ")";
  }

  void tabulate(lookup& table, const transform::step& s, const seen_pixels& before) const override {
    const drawing d = draw(s);
    for (const std::size_t i : d.order) {
      if (i == 0 && used(i)) points::brightness(table, d.factor[i]);
      if (i == 1 && used(i)) points::contrast(table, d.factor[i], before);
    }
  }

  void apply(image& pixels, const transform::step& s) const override {
    const drawing d = draw(s);
    lookup table;
    const image* now = &s.before(pixels);
    const auto change = [&](auto by) {
      by(*now, pixels);
      now = &pixels;
    };
    const auto settle = [&] {
      if (!table.changes_nothing()) change([&](const image& from, image& to) { table.apply(from, to); });
      table = lookup();
    };
    for (const std::size_t i : d.order) {
      if (!used(i)) continue;
      switch (i) {
        case 0: points::brightness(table, d.factor[i]); break;
        case 1: points::contrast(table, d.factor[i], seen_pixels(*now, table)); break;
        default:
          settle();
          change([&](const image& from, image& to) {
            (i == 2 ? colours::saturation : colours::hue)(from, to, d.factor[i]);
          });
      }
    }
    settle();
    pixels = *now;
  }
  place output() const override { return place::either; }

 private:
  struct drawing {
    std::array<std::size_t, 4> order{0, 1, 2, 3};
    std::array<double, 4> factor{};
  };
  drawing draw(const transform::step& s) const {
    drawing d;
    for (std::uint32_t i = 3; i > 0; --i) std::swap(d.order[i], d.order[s.random.below(i + 1)]);
    for (std::size_t i = 0; i < known.size(); ++i) {
      d.factor[i] = s.random.uniform(ranges_[i].low, ranges_[i].high);
      if (used(i)) s.note(known[i].reported, d.factor[i]);
    }
    if (s.report) s.note("order", written(d.order));
    return d;
  }
  /// Of saturation and hue, as they are written: a number is how far from what changes nothing.
  static bool changes(const factor_range& r) { return !(r.symmetric && r.low == 0); }
  std::string written(const std::array<std::size_t, 4>& order) const {
    std::string words;
    for (const std::size_t i : order)
      if (used(i)) words += (words.empty() ? "" : " ") + std::string(known[i].name);
    return words;
  }
  bool used(std::size_t i) const noexcept {
    return ranges_[i].low != known[i].middle || ranges_[i].high != known[i].middle;
  }
  [[noreturn]] static void refuse(const part& k, const char* wanted, const std::string& got) {
    throw std::invalid_argument("color_jitter: " + std::string(k.name) + " must be " + wanted + ", got " + got);
  }

  std::array<factor_range, 4> written_, ranges_{0, 0, 0, 0};
};

factor_range range_in(const spec_call& call, std::string_view name, std::size_t position) {
  const auto* v = call.find(name, position);
  if (!v || !v->several) return call.number(name, position, 0);
  const auto [low, high] = call.pair(name, position, {});
  return {low, high};
}

}  // namespace

transform color_jitter(factor_range brightness, factor_range contrast, factor_range saturation, factor_range hue) {
  return transform(std::make_shared<jitter>(std::array<factor_range, 4>{brightness, contrast, saturation, hue}));
}

transform color_jitter_from(const spec_call& call) {
  call.allow({"brightness", "contrast", "saturation", "hue"});
  return color_jitter(range_in(call, "brightness", 0), range_in(call, "contrast", 1), range_in(call, "saturation", 2),
                      range_in(call, "hue", 3));
}

}  // namespace troupe
