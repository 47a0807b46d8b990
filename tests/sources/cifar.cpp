#include <troupe/sources/cifar.hpp>

#include <troupe/sources/open.hpp>

#include "laws.hpp"
#include "temporary_folder.hpp"

using troupe::cifar;
using troupe::split;

namespace {

/// An image whose planes are red, green and blue: every value says where it lies.
std::string planes(int seed) {
  std::string out;
  for (int c = 0; c < 3; ++c)
    for (int i = 0; i < 1024; ++i) out.push_back(char((c * 80 + i + seed) & 0xFF));
  return out;
}

std::string record_10(int label, int seed) { return char(label) + planes(seed); }
std::string record_100(int coarse, int fine, int seed) { return std::string{char(coarse), char(fine)} + planes(seed); }

std::string lines(int n, const std::string& word) {
  std::string out;
  for (int k = 0; k < n; ++k) out += word + std::to_string(k) + "\n";
  return out + "\n";
}

}  // namespace

TEST_CASE("CIFAR-10 is read from its batches in order, its planes become pixels", "[sources]") {
  temporary_folder folder;
  folder.write("data_batch_1.bin", record_10(3, 0) + record_10(9, 1));
  folder.write("data_batch_2.bin.gz", gzipped(record_10(0, 2)));
  folder.write("test_batch.bin", record_10(5, 3));
  folder.write("batches.meta.txt", lines(10, "name "));
  const auto data = troupe::open_data(folder.path().string());
  CHECK(data.kind == "cifar");
  REQUIRE(data.train.size() == 3);
  CHECK(all_labels(data.train) == std::vector<std::int64_t>{3, 9, 0});
  CHECK(data.train.class_names()[9] == "name 9");
  CHECK(data.train->shape() == troupe::image_shape{32, 32, 3});
  for (int n = 0; n < 3; ++n) {
    const auto pixels = data.train->pixels(std::uint64_t(n));
    bool same = true;
    for (std::size_t i = 0; i < 1024; ++i)
      for (std::size_t c = 0; c < 3; ++c) same = same && pixels[3 * i + c] == ((c * 80 + i + std::size_t(n)) & 0xFF);
    CHECK(same);
  }
  CHECK(data.train->path(1) == (folder / "data_batch_1.bin[1]").string());
  CHECK(data.train->path(2) == (folder / "data_batch_2.bin.gz[0]").string());
  REQUIRE(data.test);
  CHECK(data.test->size() == 1);
}

TEST_CASE("CIFAR-100 has fine labels unless the coarse ones are asked for", "[sources]") {
  temporary_folder folder;
  folder.write("train.bin", record_100(19, 99, 0) + record_100(0, 1, 1));
  folder.write("fine_label_names.txt", lines(100, "fine "));
  folder.write("coarse_label_names.txt", lines(20, "coarse "));
  const auto root = folder.path().string();
  const auto fine = troupe::open_data(root);
  CHECK(fine.kind == "cifar");
  CHECK(all_labels(fine.train) == std::vector<std::int64_t>{99, 1});
  CHECK(fine.train.class_names()[99] == "fine 99");
  CHECK_THAT(fine.described, contains("fine labels"));
  CHECK_FALSE(fine.test);
  const auto coarse = troupe::open_data(root, {.format = "cifar-coarse"});
  CHECK(all_labels(coarse.train) == std::vector<std::int64_t>{19, 0});
  CHECK(coarse.train.classes() == 20);
  CHECK_THAT(coarse.described, contains("coarse labels"));
}

TEST_CASE("a CIFAR file that is cut off or none is refused with what to do", "[sources]") {
  temporary_folder folder;
  const auto complaint = [&] { return complaint_of([&] { cifar(folder.path(), split::train); }); };
  CHECK_THAT(complaint(), contains("no data_batch_1.bin (CIFAR-10) or train.bin (CIFAR-100)"));
  const auto whole = record_10(1, 0) + record_10(2, 0);
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, whole.size() / 2, whole.size() - 1}) {
    if (length == whole.size() / 2) continue;  // one image
    folder.write("data_batch_1.bin", whole.substr(0, length));
    CHECK_THAT(complaint(), contains("data_batch_1.bin: cut off in image"));
  }
  folder.write("data_batch_1.bin", record_10(10, 0));
  CHECK_THAT(complaint(), contains("label 10 in image 0, but there are 10 classes"));
  folder.write("data_batch_1.bin", whole);
  folder.write("batches.meta.txt", "cat\ndog\n");
  CHECK_THAT(complaint(), contains("2 names of 10 classes"));
  CHECK_THAT(complaint_of([&] { cifar(folder.path(), split::train, troupe::cifar_labels::coarse); }),
             contains("has no coarse labels"));
  CHECK_THAT(complaint_of([&] { cifar(folder.path(), split::test); }), contains("no test_batch.bin"));
}

TEST_CASE("a CIFAR-10 batch that is missing between others is named", "[sources]") {
  temporary_folder folder;
  folder.write("data_batch_1.bin", record_10(1, 0));
  folder.write("data_batch_3.bin.gz", gzipped(record_10(2, 0)));
  CHECK_THAT(complaint_of([&] { troupe::open_data(folder.path().string()); }),
             contains("data_batch_2.bin: is missing, but there is data_batch_3.bin.gz; copy or download it again"));
}
