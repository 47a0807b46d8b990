#include <troupe/augment/known_transforms.hpp>
#include <troupe/augment/nearest.hpp>
#include <troupe/augment/recipe.hpp>
#include <troupe/augment/spec.hpp>

#include <stdexcept>

#include <fstream>
#include <set>
#include <string>

#include "../catch.hpp"

using namespace troupe;

namespace {

std::string parsed(std::string_view text, int size = 224) {
  std::string all;
  for (const auto& t : parse_transforms(text, size)) all += (all.empty() ? "" : ", ") + t.to_string();
  return all;
}

std::string refused(std::string_view text, int size = 224) {
  try {
    return "accepted: " + parsed(text, size);
  } catch (const std::invalid_argument& e) { return e.what(); }
}

}  // namespace

TEST_CASE("presets are lists of transforms for an image size", "[augment]") {
  CHECK(parsed("imagenet") ==
        "random_resized_crop(224, scale=(0.08, 1), ratio=(0.75, 1.3333333333333333)), random_horizontal_flip(0.5), "
        "normalize(imagenet)");
  CHECK(parsed(" eval ", 112) == "resize(128), center_crop(112), normalize(imagenet)");
  CHECK(parsed("fashion") == "random_horizontal_flip(0.5), normalize(fashion)");
  CHECK(parsed("cifar", 32) == "random_crop(32, padding=4), random_horizontal_flip(0.5), normalize(cifar)");
  CHECK(parsed("none").empty());
  CHECK(evaluation_counterpart("imagenet") == "eval");
  CHECK(evaluation_counterpart("fashion") == "normalize(fashion)");
  CHECK(evaluation_counterpart("cifar") == "normalize(cifar)");
  CHECK(evaluation_counterpart("none") == "none");
  CHECK(evaluation_counterpart("resize((8, 8))") == "resize((8, 8))");
  CHECK(evaluation_counterpart("random_resized_crop(112), random_flip, normalize(imagenet)") ==
        "resize(128), center_crop(112), normalize(imagenet)");
  CHECK(evaluation_counterpart("random_resized_crop((112, 56))") == "resize((128, 64)), center_crop((112, 56))");
  CHECK(evaluation_counterpart("random_crop(28, padding=2), random_horizontal_flip(0.5)") == "center_crop(28)");
  CHECK(evaluation_counterpart("random_vertical_flip") == "none");
  CHECK(evaluation_counterpart("pad(2), gaussian_blur(3), jpeg, cutout(8), elastic_transform, gaussian_noise") ==
        "pad(2, fill=0, padding_mode=constant)");
}

TEST_CASE("a list is read in torchvision's names and argument order", "[augment]") {
  CHECK(parsed("random_resized_crop(224), random_horizontal_flip(0.5), normalize(imagenet)") == parsed("imagenet"));
  CHECK(parsed("random_resized_crop(64,(0.5,1),ratio=[1, 2],antialias=false)") ==
        "random_resized_crop(64, scale=(0.5, 1), ratio=(1, 2), antialias=false)");
  CHECK(parsed("resize((20, 30)) , random_vertical_flip") == "resize((20, 30)), random_vertical_flip(0.5)");
  CHECK(parsed("resize(size=20),center_crop(20)") == "resize(20), center_crop(20)");
  CHECK(parsed("random_flip(p=0.1)") == "random_horizontal_flip(0.1)");
  CHECK(parsed("normalize((0.5, 0.4, 0.3), (0.2, 0.2, 0.2))") == "normalize((0.5, 0.4, 0.3), (0.2, 0.2, 0.2))");
  CHECK(parsed("normalize(mean=0.5, std=0.25)") == "normalize((0.5), (0.25))");
  CHECK(parsed("imagenet_normalize") == "normalize(imagenet)");
  CHECK(parsed("pad((1, 2), 7, edge)") == "pad((1, 2), fill=7, padding_mode=edge)");
  CHECK(parsed("random_rotation((-3, 20), bilinear, false, (2, 3.5), (1, 2, 3))") ==
        "random_rotation((-3, 20), interpolation=bilinear, center=(2, 3.5), fill=(1, 2, 3))");
  CHECK(parsed("random_affine(9, (0.1, 0.2), (0.5, 2), (1, 2, 3, 4), bilinear, 8, (5, 6))") ==
        "random_affine(9, translate=(0.1, 0.2), scale=(0.5, 2), shear=(1, 2, 3, 4), interpolation=bilinear, fill=8, "
        "center=(5, 6))");
  CHECK(parsed("random_erasing(1, (0.1, 0.2), (1, 2), random), gaussian_blur((5, 3), 2)") ==
        "random_erasing(1, scale=(0.1, 0.2), ratio=(1, 2), value=random), gaussian_blur((5, 3), sigma=(2, 2))");
  CHECK(parsed("random_resized_crop(64, (0.5, 1), (1, 2), bilinear, False), resize(32, bilinear, 50, false)") ==
        "random_resized_crop(64, scale=(0.5, 1), ratio=(1, 2), antialias=false), resize(32, max_size=50, "
        "antialias=false)");
  CHECK(parsed("random_crop(32, (4, 2), True, (1, 2, 3), reflect), random_crop(32, (1, 2, 3, 4)), random_crop(8, 0)") ==
        "random_crop(32, padding=(4, 2), pad_if_needed=true, fill=(1, 2, 3), padding_mode=reflect), random_crop(32, "
        "padding=(1, 2, 3, 4)), random_crop(8)");
  CHECK(parsed("elastic_transform((10, 20), (4, 5)), elastic_transform([10, 10]), grayscale(3)") ==
        "elastic_transform((10, 20), sigma=(4, 5), interpolation=bilinear, fill=0), elastic_transform(10, sigma=5, "
        "interpolation=bilinear, fill=0), grayscale()");
  CHECK(
      parsed("random_crop(8, padding=None), random_affine(9, None, None, None), random_choice([grayscale], p=None)") ==
      parsed("random_crop(8), random_affine(9), random_choice([grayscale])"));
}

TEST_CASE("what is printed can be read again", "[augment]") {
  for (const char* text :
       {"imagenet",
        "eval",
        "fashion",
        "cifar",
        "resize((20, 30), antialias=false), random_crop(8)",
        "resize(20, max_size=30), random_crop(8, (1, 2, 3, 4), true, (5, 6, 7), edge)",
        "random_resized_crop(8, (0.123456789, 0.3), (0.1, 1e-1))",
        "random_rotation(1.23456789e-7), normalize((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26, 1e5))",
        "auto_augment(svhn, bilinear, (1, 2, 3)), rand_augment(3, 5, 11), trivial_augment_wide(11, fill=9)",
        "aug_mix(3, 3, -1, 1, false, nearest), three_augment",
        "pad(3), pad((1, 2))",
        "pad((1, 2, 3, 4), (5, 6, 7), reflect)",
        "random_rotation(30)",
        "random_rotation((-3, 20), bilinear, false, (2, 3.5), (1, 2, 3))",
        "random_affine(10)",
        "random_affine((0, 10), (0.1, 0.2), (0.5, 2), (1, 2, 3, 4), bilinear, 9, (0, 0)), random_affine(0, shear=5)",
        "random_perspective, random_perspective(0.2, 1, nearest, 7)",
        "elastic_transform, elastic_transform(9, 0, nearest), elastic_transform((1, 2), (3, 4))",
        "gaussian_blur(3), gaussian_blur((5, 3), 1.5)",
        "gaussian_noise, gaussian_noise(0.1, 0.2, false)",
        "jpeg, jpeg(50), jpeg((10, 20))",
        "random_erasing, random_erasing(1, (0.1, 0.2), (1, 2), random)",
        "random_erasing(value=(1, 2, 3)), cutout(8), cutout(8, 3)"})
    CHECK(parsed(parsed(text)) == parsed(text));
  CHECK(parsed("random_rotation(12.3456789, center=(0.1, -1234567.5))") ==
        "random_rotation(12.3456789, interpolation=nearest, center=(0.1, -1234567.5), fill=0)");
}

TEST_CASE("a wrong word is named, with the nearest right one", "[augment]") {
  CHECK(refused("imagnet") == "augment: no preset or transform is called 'imagnet'; did you mean 'imagenet'?");
  CHECK(refused("center_crop(8), random_horizontl_flip") ==
        "augment: no transform is called 'random_horizontl_flip'; did you mean 'random_horizontal_flip'?");
  CHECK(refused("xyzzy(1), center_crop(8)").find("there are random_resized_crop, resize") != std::string::npos);
  CHECK(refused("random_crop(28, pading=2)") == "random_crop: has no argument 'pading'; did you mean 'padding'?");
  CHECK(refused("center_crop(8), to_dtype(float32, scale=true), normalize(imagenet)") ==
        "augment: to_dtype is not said in a list: rows are float32 [C, H, W], value / 255 or normalized; leave it out, "
        "or say .batch({.type = …, .channels_last = …})");
  CHECK(refused("random_crop") ==
        "random_crop: size must be a number of pixels, or (height, width), and it is not given");
  CHECK(refused("center_crop(28, 2)") == "center_crop: takes 1 argument, '2' is one more");
  CHECK(refused("random_crop(28, 2, 3)") == "random_crop: pad_if_needed must be true or false, got 3");
  CHECK(refused("random_crop(padding=2, 28)") ==
        "random_crop: '28' stands behind a named argument and needs a name too");
  CHECK(refused("random_crop(28, 4, padding=2)") == "random_crop: padding is given twice, as 4 and as 2");
  CHECK(refused("random_crop(28, size=(3, 4), padding=2)") == "random_crop: size is given twice, as 28 and as (3, 4)");
  CHECK(refused("resize(8, max_size=9, max_size=20)") == "resize: max_size is given twice, as 9 and as 20");
  CHECK(refused("resize(8, max_size=None, antialias=true, max_size=None)") ==
        "resize: max_size is given twice, as None and as None");
  CHECK(refused("random_crop(2.5)") == "random_crop: size must be whole pixels, got 2.5");
  CHECK(refused("center_crop(0)") == "center_crop: size must be >= 1, got 0");
  CHECK(refused("pad((1, 2, 3))") == "pad: padding must be 1 or 2 or 4 numbers, got (1, 2, 3)");
  CHECK(refused("pad(1.5)") == "pad: padding must be whole, got 1.5");
  CHECK(refused("pad(1, 0, wrap)") == "pad: padding_mode must be one of constant, edge, reflect, symmetric, got wrap");
  CHECK(refused("random_rotation") == "random_rotation: degrees must be 1 or 2 numbers, and it is not given");
  CHECK(refused("random_rotation(3, bicubic)") ==
        "random_rotation: interpolation must be one of nearest, bilinear, got bicubic");
  CHECK(refused("random_erasing(value=randm)") == "random_erasing: value must be 1 or 3 numbers, got randm");
  CHECK(refused("resize(8, antialias=maybe)") == "resize: antialias must be true or false, got maybe");
  CHECK(refused("resize(8, bicubic)") == "resize: interpolation must be one of bilinear, got bicubic");
  CHECK(refused("resize(8, max_size=8)") ==
        "resize: max_size must be above a size of one number and at most 16384, got 8 for 8");
  CHECK(refused("random_rotation(9, center=3)") == "random_rotation: center must be 2 numbers, got 3");
  CHECK(refused("random_posterize(None)") == "random_posterize: bits must be a whole number, and it is not given");
  CHECK(refused("elastic_transform(9, (0, 1))") ==
        "elastic_transform: sigma must be 0 both across and down or neither, got (0, 1)");
  CHECK(refused("grayscale(1)") ==
        "grayscale: num_output_channels must be 3, got 1; rows of colour pictures keep three channels, all the same");
  CHECK(refused("pad(1, padding_mode='edge')") ==
        "augment: wants a word without quotes at letter 21 of 'pad(1, padding_mode='edge')', found ''edge')'");
  CHECK(refused("random_apply([])") ==
        "augment: wants a number or a transform at letter 15 of 'random_apply([])', found '])'");
  CHECK(refused("center_crop(8") == "augment: wants ',' or ')' at letter 14 of 'center_crop(8', found the end");
  CHECK(refused("center_crop(8) flip") == "augment: wants a comma at letter 16 of 'center_crop(8) flip', found 'flip'");
  CHECK(refused("center_crop(8),").find("wants a transform") != std::string::npos);
  CHECK(refused("") == "augment: no transform is named; 'none' is the word for no transform");
  CHECK(refused("eval", 0) == "augment: image size must be in 1 ... 16384, got 0");
  CHECK(refused("center_crop(1e999)").find("wants a number") != std::string::npos);
}

TEST_CASE("the edit distance counts letters to change", "[augment]") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("flip", "flip") == 0);
}

TEST_CASE("docs/transforms.md names every transform, and none that is not there", "[augment]") {
  std::ifstream page(TROUPE_DOCS "/transforms.md");
  REQUIRE(page);
  std::set<std::string> documented, known;
  for (const auto& name : known_transforms())
    if (name.rfind("darken", 0) != 0) known.insert(name);  // those that other tests have registered
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("| `", 0) != 0) continue;
    const std::string cell = line.substr(2, line.find(" | ") - 2);
    for (std::size_t at = 0; (at = cell.find('`', at)) != std::string::npos;) {  // `name(…)`, `name`
      const auto end = cell.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", at + 1);
      documented.insert(cell.substr(at + 1, end - at - 1));
      at = cell.find('`', end) + 1;
    }
  }
  for (const char* name : {"normalize", "imagenet_normalize", "random_flip"}) documented.insert(name);  // in the text
  CHECK(documented == known);
}
