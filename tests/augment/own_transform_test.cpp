#include <troupe/augment/known_transforms.hpp>
#include <troupe/augment/pixel_filter.hpp>
#include <troupe/augment/spec.hpp>
#include <troupe/augment/transforms.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "../catch.hpp"
#include "reference.hpp"

using namespace troupe;

transform darken_from(const spec_call& call);  // darken.cpp

namespace {

// While the program is being set up, in whatever order.
const bool early = (register_transform("darken_early", darken_from), true);

void know_darken() {
  static const bool once = (register_transform("darken", darken_from), true);
  (void)once;
}

std::string refused(const std::string& name, transform_maker make = darken_from) {
  try {
    register_transform(name, std::move(make));
    return "accepted";
  } catch (const std::invalid_argument& e) { return e.what(); }
}

failure trouble_of(const recipe& r, const picture& p) {
  scratch memory;
  std::vector<float> row(r.shape().bytes());
  return r.run(p, {}, row.data(), memory);
}

}  // namespace

TEST_CASE("a transform of one's own takes one file and one line: text knows it, it reports and prints itself",
          "[augment][own]") {
  know_darken();
  const auto list = parse_transforms("random_apply([darken(most=0.25)], p=1), darken", 224);
  CHECK(list[0].to_string() == "random_apply([darken(0.250000)], p=1)");
  CHECK(list[1].to_string() == "darken(0.500000)");
  CHECK(parse_transforms(list[0].to_string(), 224)[0].to_string() == list[0].to_string());

  pixels grey({4, 4, 3});
  std::fill(grey.data.begin(), grey.data.end(), std::uint8_t(200));
  const recipe prepare({list[0]}, {}, grey.shape);
  std::set<double> drawn_values;
  for (std::uint64_t offset = 0; offset < 20; ++offset) {
    std::vector<drawn> report;
    const pixels dark = as_bytes(run(prepare, raw(grey), {.offset = offset}, &report), prepare.shape());
    REQUIRE(report.size() == 2);
    CHECK(report[1].op == "darken");
    REQUIRE(report[1].values.size() == 1);
    CHECK(report[1].values[0].first == "by");
    const double by = std::get<double>(report[1].values[0].second);
    CHECK(int(dark.data[0]) == int(200 * (1 - by)));
    drawn_values.insert(by);
  }
  CHECK(drawn_values.size() == 20);
  CHECK(*drawn_values.rbegin() < 0.25);
}

TEST_CASE("what is wrong with a call of a registered transform is said as of any other", "[augment][own]") {
  know_darken();
  CHECK_THROWS_WITH(parse_transforms("darkn, center_crop(8)", 224),
                    "augment: no transform is called 'darkn'; did you mean 'darken'?");
  CHECK_THROWS_WITH(parse_transforms("darkn", 224),
                    "augment: no preset or transform is called 'darkn'; did you mean 'darken'?");
  CHECK_THROWS_WITH(parse_transforms("darken(mst=0.1)", 224), "darken: has no argument 'mst'; did you mean 'most'?");
  CHECK_THROWS_WITH(parse_transforms("darken(2)", 224), Catch::Contains("darken: most must be in 0 ... 1, got 2"));
  CHECK(evaluation_counterpart("darken, center_crop(8)") == "center_crop(8)");
}

TEST_CASE("a transform that changes more of an image than its pixels makes a bad sample that names it",
          "[augment][own]") {
  const std::function<void(image&)> ways[] = {[](image& i) { i.data = nullptr; },
                                              [](image& i) {
                                                i.shape = {8000, 8000, 3};
                                              },
                                              [](image& i) { i.shape.channels = 1; }, [](image& i) { i.stride *= 2; }};
  const pixels grey({8, 8, 3});
  for (const auto& change : ways) {
    const transform wild("wild(2)", [&](image& i, generator&) { change(i); });
    for (const auto& t : {wild, compose({wild})}) {
      const auto bad = trouble_of(recipe({t, resize({4, 4})}, {}, grey.shape), raw(grey));
      CHECK(bad.reason == fault::transform);
      CHECK(bad.detail == "wild(2): it may change pixels, but neither their shape nor where they lie");
    }
  }
}

TEST_CASE("what a transform or a filter throws begins with its name, once", "[augment][own]") {
  const pixels grey({8, 8, 3});
  const transform fussy("fussy", [](image&, generator&) { throw std::runtime_error("singular matrix"); });
  const transform plain("plain", [](image&, generator&) {});
  const transform said("said", [](image&, generator&) { throw std::runtime_error("said: so"); });
  const auto dark = filter("dark", [](const image&) -> bool { throw std::runtime_error("no light"); });
  const auto detail = [&](std::vector<transform> list) {
    return trouble_of(recipe(std::move(list), {}, grey.shape), raw(grey)).detail;
  };
  CHECK(detail({plain, fussy}) == "fussy(): singular matrix");
  CHECK(detail({random_apply({plain, fussy}, 1)}) == "fussy(): singular matrix");
  CHECK(detail({said}) == "said: so");
  CHECK(detail({dark}) == "filter(\"dark\"): no light");
}

TEST_CASE("a transform may be registered before main begins", "[augment][own]") {
  REQUIRE(early);
  CHECK(parse_transforms("center_crop(8), darken_early(0.5)", 224).size() == 2);
}

TEST_CASE("a name is registered once, and is a word that nothing else has", "[augment][own]") {
  know_darken();
  CHECK(refused("darken") == "register_transform: name must be a new one, got darken, which is registered already");
  CHECK(refused("pad") == "register_transform: name must be a new one, got pad, which is a transform of this library");
  CHECK(refused("imagenet") == "register_transform: name must be a new one, got imagenet, which is a preset");
  CHECK(refused("two words") == "register_transform: name must be letters, digits and _, got 'two words'");
  CHECK(refused("3d") == "register_transform: name must be letters, digits and _, got '3d'");
  CHECK(refused("") == "register_transform: name must be letters, digits and _, got ''");
  CHECK(refused("darkest", {}) == "register_transform: darkest has no function to call");
}

TEST_CASE("transforms are registered and read by any number of threads", "[augment][own]") {
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t] {
      for (int i = 0; i < 25; ++i) {
        const std::string name = "darken_of_" + std::to_string(t) + "_" + std::to_string(i);
        register_transform(name, darken_from);
        (void)parse_transforms("compose([" + name + "(0.5), random_invert])", 224);
      }
    });
  for (auto& t : threads) t.join();
  const auto names = known_transforms();
  CHECK(std::count_if(names.begin(), names.end(), [](const auto& n) { return n.rfind("darken_of_", 0) == 0; }) == 100);
  CHECK(names.front() == "random_resized_crop");
}

TEST_CASE("every transform of the library is one line of the list, and none is left out of it", "[augment][own]") {
  std::map<std::string, int> defined, listed;
  const auto count = [](const std::string& line, const std::string& before, const std::string& after,
                        std::map<std::string, int>& names) {
    const auto from = line.find(before), to = line.find(after);
    if (from == std::string::npos || to == std::string::npos || to < from) return;
    ++names[line.substr(from + before.size(), to - from - before.size())];
  };
  for (const auto& file : std::filesystem::directory_iterator(TROUPE_AUGMENT)) {
    if (file.path().extension() != ".cpp") continue;
    std::ifstream source(file.path());
    for (std::string line; std::getline(source, line);) {
      if (file.path().filename() == "known_transforms.cpp")
        count(line, "  is(", ")", listed);
      else
        count(line, "transform ", "_from(const spec_call&", defined);
    }
  }
  CHECK(defined.size() > 35);
  CHECK(defined == listed);
  for (const auto& [name, times] : defined) CHECK(times == 1);
}
