#include <troupe/sources/idx.hpp>

#include <sys/stat.h>

#include <troupe/sources/fashion_mnist.hpp>

#include "contains.hpp"
#include "temporary_folder.hpp"

using troupe::idx;

namespace {

/// Bytes that differ from each other and from their neighbours.
std::string noise(std::size_t n) {
  std::string out(n, '\0');
  std::uint32_t state = 1;
  for (auto& c : out) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  return out;
}

const std::string images_plain = idx_bytes({5, 4, 3}, noise(60));
const std::string labels_plain = idx_bytes({5}, std::string("\0\2\1\0\2", 5));

/// What opening these two files says.
std::string complaint_of_files(const std::string& images, const std::string& labels) {
  temporary_folder folder;
  try {
    idx(folder.write("images", images), folder.write("labels", labels));
  } catch (const std::runtime_error& e) { return e.what(); }
  return "no complaint";
}

}  // namespace

TEST_CASE("an IDX pair gives back every pixel and label, plain, gzip, and gzip in several members", "[sources]") {
  temporary_folder folder;
  const auto half = images_plain.size() / 2;
  const auto members = gzipped(images_plain.substr(0, half)) + gzipped(images_plain.substr(half));
  for (const auto& content : {images_plain, gzipped(images_plain), members}) {
    const auto file = folder.write("images", content);
    const auto data = idx(file, folder.write("labels", gzipped(labels_plain)));
    REQUIRE(data.size() == 5);
    CHECK(data->shape() == troupe::image_shape{4, 3, 1});
    CHECK(data.class_names() == std::vector<std::string>{"0", "1", "2"});
    std::string pixels;
    for (std::uint64_t i = 0; i < data.size(); ++i) {
      auto row = data->pixels(i);
      pixels.append(row.begin(), row.end());
    }
    CHECK(pixels == images_plain.substr(16));
    CHECK(data->label(1) == 2);
    CHECK(data->path(3) == file.string() + "[3]");
  }
}

TEST_CASE("a fourth dimension of an IDX file is the channels", "[sources]") {
  temporary_folder folder;
  const auto data =
      idx(folder.write("i", idx_bytes({2, 2, 2, 3}, noise(24))), folder.write("l", idx_bytes({2}, "\1\1")));
  CHECK(data->shape() == troupe::image_shape{2, 2, 3});
  CHECK(data.classes() == 2);
}

TEST_CASE("a wrong IDX file is refused with its name and what to do", "[sources]") {
  CHECK_THAT(complaint_of_files("", labels_plain), contains("/images: too short"));
  CHECK_THAT(complaint_of_files("GIF89a......", labels_plain), contains("not an IDX file"));
  CHECK_THAT(complaint_of_files(std::string("\0\0\x0D\3", 4) + std::string(12, '\1'), labels_plain),
             contains("element type 13"));
  CHECK_THAT(complaint_of_files(images_plain.substr(0, 9), labels_plain), contains("the header is cut off"));
  CHECK_THAT(complaint_of_files(images_plain.substr(0, 50), labels_plain), contains("more than this file can hold"));
  CHECK_THAT(complaint_of_files(images_plain + "x", labels_plain), contains("goes on behind the 60 bytes"));
  CHECK_THAT(complaint_of_files(idx_bytes({0, 4, 3}, ""), idx_bytes({0}, "")), contains("holds no images"));
  CHECK_THAT(complaint_of_files(labels_plain, labels_plain), contains("are these the labels?"));
  CHECK_THAT(complaint_of_files(images_plain, images_plain), contains("/labels: labels need 1 dimension"));
  CHECK_THAT(complaint_of_files(images_plain, idx_bytes({4}, "abcd")), contains("4 labels for 5 images"));
  CHECK_THAT(complaint_of_files(idx_bytes({2, 2, 2, 2}, noise(16)), labels_plain), contains("1 or 3 channels"));
}

TEST_CASE("absurd dimensions are refused before anything is allocated for them", "[sources]") {
  const std::uint32_t most = 0xFFFFFFFF;
  CHECK_THAT(complaint_of_files(idx_bytes({most, most, most}, "abc"), labels_plain),
             contains("more than this file can hold"));
  CHECK_THAT(complaint_of_files(gzipped(idx_bytes({most, 28, 28}, "abc")), labels_plain),
             contains("4,294,967,295 x 28 x 28"));
}

TEST_CASE("a gzip file that is cut off or damaged anywhere is refused", "[sources]") {
  const auto whole = gzipped(images_plain);
  for (std::size_t length = 2; length < whole.size(); ++length)
    CHECK_THAT(complaint_of_files(whole.substr(0, length), labels_plain), contains("/images: ") && contains("again"));
  int found = 0;
  for (std::size_t at = 10; at < whole.size(); ++at) {
    auto damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    found += complaint_of_files(damaged, labels_plain) != "no complaint";
  }
  CHECK(found == static_cast<int>(whole.size()) - 10);
}

TEST_CASE("class names of an IDX file must cover its labels", "[sources]") {
  temporary_folder folder;
  const auto images = folder.write("i", images_plain), labels = folder.write("l", labels_plain);
  CHECK(idx(images, labels, {"a", "b", "c", "d"}).classes() == 4);
  CHECK_THROWS_WITH(idx(images, labels, {"a", "b"}), contains("label 2 at index 1, but only 2 class names"));
}

TEST_CASE("a pipe in place of a data file is refused, not waited for", "[sources]") {
  temporary_folder folder;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK_THROWS_WITH(idx(folder / "pipe", folder / "labels"), contains("is not a regular file"));
  CHECK_THROWS_WITH(idx(folder / "none", folder / "labels"), contains("none: cannot be opened: No such file"));
}

TEST_CASE("a folder of IDX files is read by the usual names", "[sources]") {
  temporary_folder folder;
  folder.write("train-images.idx3-ubyte", images_plain);
  folder.write("t10k-images-idx3-ubyte.gz", gzipped(images_plain));
  CHECK_THROWS_WITH(troupe::idx_folder(folder.path(), troupe::split::train),
                    contains("no train-labels-idx1-ubyte[.gz]"));
  folder.write("train-labels.idx1-ubyte", labels_plain);
  folder.write("t10k-labels-idx1-ubyte", labels_plain);
  CHECK(troupe::idx_folder(folder.path(), troupe::split::train).size() == 5);
  CHECK(troupe::idx_folder(folder.path(), troupe::split::test).size() == 5);
}

TEST_CASE("Fashion-MNIST that is not installed names its package", "[sources]") {
  temporary_folder folder;
  CHECK_THROWS_WITH(troupe::fashion_mnist(troupe::split::train, folder.path()),
                    contains("apt install dataset-fashion-mnist") && contains("--root"));
}

TEST_CASE("the installed Fashion-MNIST has six thousand images of each of its ten classes", "[sources]") {
  if (!troupe::has_idx(troupe::fashion_mnist_root, troupe::split::train)) return;
  const auto data = troupe::fashion_mnist();
  REQUIRE(data.size() == 60000);
  CHECK(data.class_names()[9] == "Ankle boot");
  std::vector<int> of_class(10);
  for (std::uint64_t i = 0; i < data.size(); ++i) ++of_class[static_cast<std::size_t>(data->label(i))];
  CHECK(of_class == std::vector<int>(10, 6000));
}
