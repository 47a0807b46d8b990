#include <troupe/sources/npy.hpp>

#include <troupe/sources/open.hpp>

#include "laws.hpp"
#include "temporary_folder.hpp"

using troupe::open_data;

namespace {

/// A .npy file of some version: magic, header, items.
std::string npy(const std::string& type, const std::string& shape, const std::string& items, char version = 1,
                const std::string& order = "False") {
  auto header = "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
  header.resize((header.size() + 12 + 63) / 64 * 64 - (version == 1 ? 10 : 12), ' ');
  std::string out = "\x93NUMPY";
  out += {version, 0, char(header.size() & 0xFF), char(header.size() >> 8)};
  if (version > 1) out += std::string(2, '\0');
  return out + header + items;
}

std::string counting(int n, int from = 0) {
  std::string out;
  for (int i = 0; i < n; ++i) out.push_back(char(from + i));
  return out;
}

template <class T>
std::string items(const std::vector<T>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(T)};
}

struct pair_of_arrays {
  temporary_folder folder;
  troupe::dataset open(const std::string& images, const std::string& labels) const {
    folder.write("images.npy", images);
    folder.write("labels.npy", labels);
    return open_data(folder.path().string()).train;
  }
  std::string complaint(const std::string& images, const std::string& labels) const {
    return complaint_of([&] { open(images, labels); });
  }
};

const std::string three_images = npy("|u1", "(3, 2, 2)", counting(12));
const std::string three_labels = npy("<i8", "(3,)", items(std::vector<std::int64_t>{2, 0, 1}));

}  // namespace

TEST_CASE("images.npy and labels.npy are read from the file, sample by sample", "[sources]") {
  pair_of_arrays arrays;
  for (const char version : {1, 2, 3}) {
    const auto data = arrays.open(npy("|u1", "(3, 2, 2)", counting(12), version), three_labels);
    CHECK(data->shape() == troupe::image_shape{2, 2, 1});
    CHECK_FALSE(data->in_memory());
    CHECK(all_bytes(data) == std::vector<std::string>{counting(4), counting(4, 4), counting(4, 8)});
    CHECK(all_labels(data) == std::vector<std::int64_t>{2, 0, 1});
    CHECK(data.class_names() == std::vector<std::string>{"0", "1", "2"});
    CHECK(data->location(1).raw == troupe::image_shape{2, 2, 1});
    CHECK(data->path(1) == (arrays.folder / "images.npy[1]").string());
  }
  const auto colours =
      arrays.open(npy("|u1", "(3, 1, 2, 3)", counting(18)), npy(">u2", "(3,)", std::string("\0\1\0\0\0\1", 6)));
  CHECK(colours->shape() == troupe::image_shape{1, 2, 3});
  CHECK(all_labels(colours) == std::vector<std::int64_t>{1, 0, 1});
  arrays.folder.write("classes.txt", "cat\ndog\n");
  CHECK(open_data(arrays.folder.path().string()).train.class_names() == std::vector<std::string>{"cat", "dog"});
}

TEST_CASE("labels.npy may hold several classes or values", "[sources]") {
  pair_of_arrays arrays;
  const auto several = arrays.open(three_images, npy("|b1", "(3, 2)", std::string("\1\0\1\1\0\0", 6)));
  CHECK(several->labels() == troupe::label_kind::multi_hot);
  CHECK(label_row(several, 1) == std::vector<float>{1, 1});
  CHECK(label_row(several, 2) == std::vector<float>{0, 0});
  const auto values = arrays.open(three_images, npy("<f4", "(3,)", items(std::vector<float>{0.5F, -2, 3})));
  CHECK(values->labels() == troupe::label_kind::values);
  CHECK(label_row(values, 1) == std::vector<float>{-2});
}

TEST_CASE("whole numbers in columns are zeros and ones for each class, nothing else", "[sources]") {
  pair_of_arrays arrays;
  const auto open = [&](const std::string& shape, const std::vector<std::int64_t>& numbers) {
    return arrays.open(three_images, npy("<i8", shape, items(numbers)));
  };
  CHECK(label_row(open("(3, 2)", {0, 1, 1, 1, 0, 0}), 1) == std::vector<float>{1, 1});
  CHECK_THAT(complaint_of([&] {
               open("(3, 1)", {2, 0, 1});
             }),
             contains("labels.npy: whole numbers [3, 1]; one class each is [N]: save labels.ravel()"));
  CHECK_THAT(complaint_of([&] {
               open("(3, 2)", {0, 1, 5, 1, 0, 0});
             }),
             contains("whole numbers [3, 2] are 0 or 1 for each class; save numbers to predict as float32"));
  CHECK_THAT(arrays.complaint(three_images, npy("<f8", "(3,)", items(std::vector<double>{1e39, 1, 2}))),
             contains("labels.npy: holds a value that is not finite, or too large for float32"));
}

TEST_CASE("class folders of .npy files may have images of any size, or several in a file", "[sources]") {
  temporary_folder folder;
  folder.write("train/dog/1.npy", npy("|u1", "(2, 3)", counting(6)));
  folder.write("train/cat/2.npy", npy("|u1", "(1, 2, 3)", counting(6)));
  folder.write("train/cat/1.npy", npy("|u1", "(2, 1, 2, 1)", counting(4)));
  folder.write("train/cat/notes.txt");
  folder.write("test/dog/1.npy", npy("|u1", "(1, 1)", "x"));
  const auto data = open_data(folder.path().string());
  CHECK(data.kind == "npy");
  CHECK(data.train.class_names() == std::vector<std::string>{"cat", "dog"});
  CHECK(all_labels(data.train) == std::vector<std::int64_t>{0, 0, 0, 1});
  CHECK(all_bytes(data.train) == std::vector<std::string>{counting(2), counting(2, 2), counting(6), counting(6)});
  CHECK_FALSE(data.train->shape());
  CHECK(data.train->location(2).raw == troupe::image_shape{1, 2, 3});
  CHECK(data.train->location(3).raw == troupe::image_shape{2, 3, 1});
  CHECK(data.train->member(1) == "cat/1.npy[1]");
  CHECK(data.train->member(3) == "dog/1.npy");
  CHECK_THAT(data.train->describe(),
             contains("4 images in 3 .npy files in 2 classes") && contains("1 other entry passed by"));
  REQUIRE(data.test);
  CHECK(all_labels(*data.test) == std::vector<std::int64_t>{1});
}

TEST_CASE("an array that is no image or no label is refused with what to do", "[sources]") {
  pair_of_arrays arrays;
  const auto images = [&](const std::string& file) { return arrays.complaint(file, three_labels); };
  CHECK_THAT(images("no array"), contains("images.npy: is no .npy file"));
  CHECK_THAT(images(npy("|u1", "(3, 2, 2)", counting(12), 4)), contains(".npy version 4"));
  CHECK_THAT(images(npy("|u1", "(3, 2, 2)", counting(11))), contains("cut off: the header says [3, 2, 2]"));
  CHECK_THAT(images(npy("|u1", "(3, 2, 2)", counting(12), 1, "True")), contains("numpy.ascontiguousarray"));
  CHECK_THAT(images(npy("<f4", "(3, 2, 2)", std::string(48, 'x'))),
             contains("items are float32") && contains("save (a * 255).round().astype(numpy.uint8) of 0 ... 1,"));
  CHECK_THAT(images(npy("<f2", "(3, 2, 2)", std::string(24, 'x'))),
             contains("items are float16, images are uint8") && contains("save (a * 255).round()"));
  CHECK_THAT(images(npy("<u2", "(3, 2, 2)", std::string(24, 'x'))),
             contains("items are uint16") && contains("save (a >> 8).astype(numpy.uint8)"));
  CHECK_THAT(images(npy("|b1", "(3, 2, 2)", std::string(12, '\1'))), contains("save a.astype(numpy.uint8) * 255"));
  CHECK_THAT(images(npy("|O", "(3, 2, 2)", counting(12))), contains("items of type |O"));
  CHECK_THAT(images(npy("|u1", "(3, 2, 2, 2)", counting(24))), contains("1 or 3 channels"));
  CHECK_THAT(images(npy("|u1", "(2, 3, 2, 2)", counting(24))), contains("moveaxis"));
  CHECK_THAT(images(npy("|u1", "(12,)", counting(12))), contains("this is [12]"));
  CHECK_THAT(images(npy("|u1", "(3, 0, 2)", "")), contains("1 to 16,384 pixels a side"));
  CHECK_THAT(images(npy("|u1", "(3, -2, 2)", counting(12))), contains("no list of sizes"));
  CHECK_THAT(images(npy("|u1", "(9223372036854775807, 9223372036854775807, 2)", "")), contains("cut off"));
  CHECK_THAT(images(npy("|u1", "(2, 2, 2)", counting(8))), contains("3 labels for 2 images"));
  const auto labels = [&](const std::string& file) { return arrays.complaint(three_images, file); };
  CHECK_THAT(labels(npy("<i4", "(3,)", items(std::vector<int>{0, -1, 2}))),
             contains("labels.npy: ") && contains("got -1"));
  CHECK_THAT(labels(npy("<f8", "(3,)", items(std::vector<double>{0, 1, 1.0 / 0.0}))), contains("not finite"));
  CHECK_THAT(labels(npy("<f2", "(3,)", std::string(6, '\0'))),
             contains("labels.npy: items are float16; save a.astype('float32')"));
  CHECK_THAT(labels(npy("<i8", "(1000000000000, 0)", "")), contains("holds no labels"));
  CHECK_THAT(labels(npy("<i8", "(3, 1, 1)", std::string(24, '\0'))), contains("labels are [N] or [N, columns]"));
}

TEST_CASE("a .npy file that is cut off anywhere is refused", "[sources]") {
  pair_of_arrays arrays;
  for (std::size_t length = 0; length < three_images.size(); ++length)
    CHECK_THAT(arrays.complaint(three_images.substr(0, length), three_labels), contains("images.npy: "));
}
