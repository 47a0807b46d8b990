#include <troupe/sources/shard_index.hpp>

#include <troupe/sources/open.hpp>
#include <troupe/sources/subset.hpp>

#include "archives.hpp"
#include "laws.hpp"
#include "temporary_folder.hpp"

namespace {

namespace fs = std::filesystem;

/// A shard whose first and last 4 KiB do not say what its label is.
std::string long_shard(const std::string& cls) {
  return tar_file("0.jpg", std::string(8192, 'a')) + tar_file("0.cls", "0") + tar_file("1.jpg", "b") +
         tar_file("1.cls", cls) + tar_file("2.jpg", std::string(8192, 'c')) + tar_file("2.cls", "0") + tar_end;
}

void put(std::string& index, std::size_t at, std::uint64_t number) {
  for (int i = 0; i < 8; ++i) index[at + std::size_t(i)] = char(number >> (8 * i) & 0xFF);
}

}  // namespace

TEST_CASE("an index is built again where its shard was written since, also with the same ends and size", "[sources]") {
  temporary_folder folder;
  const auto shard = folder.write("a.tar", long_shard("1"));
  const auto before = fs::last_write_time(shard);
  CHECK(all_labels(troupe::open_data(shard.string()).train) == std::vector<std::int64_t>{0, 1, 0});
  CHECK(troupe::read_index(shard));
  folder.write("a.tar", long_shard("2"));
  fs::last_write_time(shard, before + std::chrono::seconds(1));
  CHECK_FALSE(troupe::read_index(shard));
  CHECK(all_labels(troupe::open_data(shard.string()).train) == std::vector<std::int64_t>{0, 2, 0});
  CHECK(troupe::read_index(shard));
}

TEST_CASE("an index whose numbers do not belong to its size or its shard is not believed", "[sources]") {
  temporary_folder folder;
  const auto shard = folder.write("a.tar", long_shard("1"));
  REQUIRE(troupe::write_index(shard, troupe::index_of(shard)));
  const auto index = content_of(folder / "a.tar.index");
  for (std::size_t field = 32; field < 56; field += 8)
    for (const auto number : {std::uint64_t{0}, std::uint64_t{1} << 40, UINT64_MAX}) {
      auto wrong = index;
      put(wrong, field, number);
      folder.write("a.tar.index", wrong);
      CHECK_FALSE(troupe::read_index(shard));
    }
  folder.write("a.tar.index", index);
  fs::resize_file(folder / "a.tar.index", std::uint64_t{1} << 36);  // a hole: no memory has it
  CHECK_FALSE(troupe::read_index(shard));
}

TEST_CASE("a member without an extension does not part a picture from its label", "[sources]") {
  temporary_folder folder;
  const auto shard =
      folder.write("a.tar", tar_file("1.jpg", "a") + tar_file("LICENSE", "free") + tar_file("1.cls", "4") + tar_end);
  CHECK(all_labels(troupe::open_data(shard.string()).train) == std::vector<std::int64_t>{4});
}

TEST_CASE("a filter knows the bytes of a sample in a shard", "[sources]") {
  temporary_folder folder;
  const auto data = troupe::open_data(folder.write("a.tar", long_shard("1")).string()).train;
  const auto large = troupe::filter(data, [](const troupe::candidate& c) { return c.bytes() == 8192; });
  CHECK(large.size() == 2);
}
