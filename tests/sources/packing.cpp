#include <troupe/sources/packing.hpp>

#include <troupe/sources/byte_file.hpp>

#include "archives.hpp"
#include "laws.hpp"
#include "temporary_folder.hpp"

using troupe::packing;

namespace {

std::span<const std::uint8_t> bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string unpacked(packing how, const std::string& packed, std::size_t size) {
  std::string out(size, '?');
  const auto wrong = troupe::unpack_all(how, bytes(packed), {reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
  return wrong.empty() ? out : "wrong: " + wrong;
}

const std::string text = [] {
  std::string t;
  for (int i = 0; i < 40'000; ++i) t += std::to_string(i * 7919) + " ";
  return t;
}();

}  // namespace

TEST_CASE("gzip and zstd are unpacked to what they hold, in one or several members", "[sources]") {
  for (const auto how : {packing::gzip, packing::zstd}) {
    const auto pack = how == packing::gzip ? gzipped : zstd_packed;
    const auto half = text.size() / 2;
    const auto members = pack(text.substr(0, half)) + pack(text.substr(half));
    CHECK(troupe::packing_of(bytes(members)) == how);
    CHECK(unpacked(how, pack(text), text.size()) == text);
    CHECK(unpacked(how, members, text.size()) == text);
    CHECK_THAT(unpacked(how, members, text.size() - 1), contains("more than"));
    CHECK_THAT(unpacked(how, members, text.size() + 1), contains("fewer than"));
    temporary_folder folder;
    troupe::byte_file file(folder.write("packed", members), {.window_bytes = 512});
    std::string got(text.size() + 1, '\0');
    CHECK(file.skip(3) == 3);
    CHECK(file.read(got.data(), 1) == 1);
    CHECK(file.read(got.data() + 1, got.size()) == text.size() - 4);
    CHECK(got.substr(0, text.size() - 3) == text.substr(3));
    CHECK(file.position() == text.size());
  }
}

TEST_CASE("packed bytes that are cut off or damaged are never taken for whole ones", "[sources]") {
  const auto some = text.substr(0, 3000);
  for (const auto how : {packing::gzip, packing::zstd}) {
    const auto packed = how == packing::gzip ? gzipped(some) : zstd_packed(some);
    for (std::size_t length = 0; length < packed.size(); ++length)
      CHECK(unpacked(how, packed.substr(0, length), some.size()) != some);
    int taken = 0;
    for (std::size_t at = 0; at < packed.size(); ++at) {
      auto damaged = packed;
      damaged[at] = char(damaged[at] ^ 0x55);
      const auto got = unpacked(how, damaged, some.size());
      taken += got.rfind("wrong: ", 0) != 0 && got != some;
    }
    CHECK(taken == 0);
  }
}

TEST_CASE("a part of a file is a file of its own", "[sources]") {
  temporary_folder folder;
  const auto inside = gzipped("the part");
  const auto path = folder.write("whole", "before" + inside + "behind");
  char got[32] = {};
  troupe::byte_file part(path, {.offset = 6, .size = inside.size()});
  CHECK(part.packed() == packing::gzip);
  CHECK(part.read(got, sizeof got) == 8);
  CHECK(std::string(got) == "the part");
  CHECK(troupe::byte_file(path, {.offset = 6, .size = inside.size(), .unpack = false}).read(got, 2) == 2);
  CHECK(got[0] == '\x1f');
  CHECK(troupe::byte_file(path, {.offset = 1000}).read(got, 1) == 0);
}

TEST_CASE("a sample in a larger file is refused where the file ends before it", "[sources]") {
  temporary_folder folder;
  const auto path = folder.write("whole", "0123456789").string();
  const auto layer = troupe::disk(1);
  const auto fault = [&](const troupe::file_range& where) {
    return troupe::extent_of(where, *layer->open(path).what).bad.reason;
  };
  CHECK(fault({.path = path, .offset = 4, .size = 6}) == troupe::fault::none);
  CHECK(fault({.path = path, .offset = 4, .size = 7}) == troupe::fault::truncated);
  CHECK(fault({.path = path, .offset = 11}) == troupe::fault::truncated);
  CHECK(fault({.path = path, .offset = UINT64_MAX, .size = 2}) == troupe::fault::truncated);
  CHECK(fault({.path = path, .offset = 10}) == troupe::fault::empty);
  CHECK(fault({.path = path, .packed = packing::gzip, .unpacked_bytes = UINT64_MAX}) == troupe::fault::corrupt);
}
