#include <troupe/sources/tar_reader.hpp>

#include <troupe/sources/tar_writer.hpp>

#include "archives.hpp"
#include "laws.hpp"
#include "temporary_folder.hpp"

using troupe::tar_reader;

namespace {

/// "name=content" of every member.
std::vector<std::string> walk(const temporary_folder& folder, const std::string& archive) {
  tar_reader reader(folder.write("a.tar", archive));
  std::vector<std::string> all;
  for (troupe::tar_member m; reader.next(m);) all.push_back(m.name + "=" + reader.content(1 << 20));
  return all;
}

std::string complaint_of_walk(const std::string& archive) {
  temporary_folder folder;
  return complaint_of([&] { walk(folder, archive); });
}

std::string with_base_256_size(std::string header, std::uint64_t size) {
  header[124] = char(0x80);
  for (int i = 0; i < 11; ++i) header[std::size_t(135 - i)] = i < 8 ? char(size >> (8 * i) & 0xFF) : '\0';
  header.replace(148, 8, "        ");
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  char text[8];
  std::snprintf(text, sizeof text, "%06o", sum);
  header.replace(148, 7, std::string(text, 7));
  return header;
}

const std::string long_name = std::string(150, 'd') + "/" + std::string(120, 'f') + ".jpg";

}  // namespace

TEST_CASE("what the writer writes the reader reads, whatever the sizes", "[sources]") {
  temporary_folder folder;
  const auto file = folder / "w.tar";
  {
    troupe::tar_writer out(file);
    for (const std::size_t size : {0, 1, 511, 512, 513, 5000}) {
      const std::string content(size, 'x');
      out.add(std::to_string(size) + ".jpg", {reinterpret_cast<const std::uint8_t*>(content.data()), size});
    }
    out.finish();
    CHECK(out.bytes() == std::filesystem::file_size(file));
  }
  tar_reader reader(file);
  std::vector<std::uint64_t> sizes;
  for (troupe::tar_member m; reader.next(m);) {
    CHECK(m.name == std::to_string(m.size) + ".jpg");
    if (m.size > 600) CHECK(reader.content(5000) == std::string(5000, 'x'));
    sizes.push_back(m.size);
  }
  CHECK(sizes == std::vector<std::uint64_t>{0, 1, 511, 512, 513, 5000});
}

TEST_CASE("long names and sizes of GNU and pax are understood, in packed archives as well", "[sources]") {
  const auto archive = tar_file("././@LongLink", std::string(300, 't') + '\0', 'K') +
                       tar_file("././@LongLink", long_name + '\0', 'L') + tar_file("short", "one") +
                       tar_file("pax", pax_record("mtime", "1.5") + pax_record("path", long_name + "2"), 'x') +
                       tar_file("short", "two") + tar_file("global", pax_record("comment", "x"), 'g') +
                       with_base_256_size(tar_header("big", 0), 5) + "three" + std::string(507, '\0') +
                       tar_file("pax", pax_record("size", "4"), 'x') + tar_header("by pax", 0) + "four" +
                       std::string(508, '\0') + tar_file("./dir/", "", '5') + tar_file("./dir/x.jpg", "five") + tar_end;
  const std::vector<std::string> expected = {long_name + "=one", long_name + "2=two", "big=three", "by pax=four",
                                             "dir/x.jpg=five"};
  temporary_folder folder;
  CHECK(walk(folder, archive) == expected);
  CHECK(walk(folder, gzipped(archive)) == expected);
  CHECK(walk(folder, zstd_packed(archive)) == expected);
}

TEST_CASE("links, devices and names that point outside are passed by and counted", "[sources]") {
  temporary_folder folder;
  tar_reader reader(folder.write("a.tar", tar_file("/etc/x.jpg", "a") + tar_file("../x.jpg", "b") +
                                              tar_file("a/../../x.jpg", "c") + tar_header("hard.jpg", 77, '1') +
                                              tar_header("soft.jpg", 0, '2') + tar_header("dev", 0, '3') +
                                              tar_header("pipe", 0, '6') + tar_file("in..side/x..jpg", "d") + tar_end));
  troupe::tar_member m;
  REQUIRE(reader.next(m));
  CHECK(m.name == "in..side/x..jpg");
  CHECK_FALSE(reader.next(m));
  CHECK(reader.skipped().outside == 3);
  CHECK(reader.skipped().links == 2);
  CHECK(reader.skipped().special == 2);
  CHECK(reader.skipped().example == "/etc/x.jpg");
}

TEST_CASE("an archive that is cut off anywhere is refused with the offset", "[sources]") {
  const auto whole = tar_file("a.jpg", std::string(700, 'x')) + tar_file("a.cls", "1");
  temporary_folder folder;
  for (std::size_t length = 0; length <= whole.size(); length += 37) {
    INFO(length);
    CHECK_THAT(complaint_of_walk(whole.substr(0, length)), contains("a.tar, offset "));
  }
  CHECK_THAT(complaint_of_walk(whole), contains("offset 2560: the archive is cut off: its end is missing"));
  CHECK(complaint_of_walk(whole + tar_end) == "no complaint");
}

TEST_CASE("a damaged header is refused with its offset, wherever the damage is", "[sources]") {
  const auto first = tar_file("a.jpg", "x");
  for (std::size_t at = 0; at < 512; ++at) {
    auto damaged = tar_file("b.jpg", "y");
    damaged[at] = char(damaged[at] ^ 0x15);
    INFO(at);
    CHECK_THAT(complaint_of_walk(first + damaged + tar_end), contains("a.tar, offset 1024: the archive is damaged"));
  }
  CHECK_THAT(complaint_of_walk(std::string(512, 'x')), contains("offset 0: is no tar archive"));
}

TEST_CASE("sizes that no archive has and sparse files are refused, nothing is allocated for them", "[sources]") {
  CHECK_THAT(complaint_of_walk(with_base_256_size(tar_header("a.jpg", 0), UINT64_MAX) + tar_end),
             contains("a size that is no number"));
  CHECK_THAT(complaint_of_walk(with_base_256_size(tar_header("a.jpg", 0), std::uint64_t{1} << 40) + tar_end),
             contains("a label of"));
  CHECK_THAT(complaint_of_walk(tar_header("x", 077777777777, 'L') + tar_end), contains("offset 0: a header of"));
  CHECK_THAT(complaint_of_walk(tar_header("x", 077777777777, 'x') + tar_end), contains("a header of"));
  CHECK_THAT(complaint_of_walk(tar_file("x", "99999 path=a\n", 'x') + tar_end), contains("a pax header that is none"));
  CHECK_THAT(complaint_of_walk(tar_file("x", "5 a\n", 'x') + tar_end), contains("a pax header that is none"));
  CHECK_THAT(complaint_of_walk(tar_file("x", pax_record("size", "12x"), 'x') + tar_file("a", "b") + tar_end),
             contains("a pax size"));
  CHECK_THAT(complaint_of_walk(tar_header("a.jpg", 0, 'S') + tar_end),
             contains("a.jpg is a sparse file; write the archive without"));
  CHECK_THAT(complaint_of_walk(tar_file("x", pax_record("GNU.sparse.major", "1"), 'x') + tar_file("a", "b") + tar_end),
             contains("a is a sparse file"));
}
