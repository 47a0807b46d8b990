#include <troupe/models/safetensors.hpp>

#include <cstring>
#include <fstream>
#include <iterator>

#include <troupe/models/safetensors_header.hpp>

#include "../sources/contains.hpp"
#include "../sources/temporary_folder.hpp"

using troupe::element;
using troupe::read_safetensors;
using troupe::write_safetensors;

namespace {

const std::vector<float> weights = {1.5F, -2, 3, 4, 5, 6};
const std::vector<std::int64_t> labels = {7, -8};
const std::vector<std::uint8_t> bytes = {1, 2, 3};

std::vector<troupe::named_view> sample() {
  return {{"bytes", {bytes.data(), element::uint8, {3}}},
          {"weights", {weights.data(), element::float32, {2, 3}}},
          {"labels", {labels.data(), element::int64, {2}}},
          {"scalar", {labels.data(), element::int64, {}}},
          {"none", {nullptr, element::float32, {0, 4}}}};
}

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A safetensors file of any header and data.
std::string made_of(const std::string& header, const std::string& data) {
  std::uint64_t n = header.size();
  std::string out(8, '\0');
  std::memcpy(out.data(), &n, 8);
  return out + header + data;
}

}  // namespace

TEST_CASE("what is written is read back, with its metadata", "[models]") {
  temporary_folder folder;
  const auto file = folder / "a.safetensors";
  const auto n = write_safetensors(file, sample(), {{"seed", "7"}, {"note", "a \"quoted\" line\n\xC3\xA9"}});
  CHECK(n == std::filesystem::file_size(file));
  const auto back = read_safetensors(file);
  CHECK(back.verified);
  CHECK(back.metadata.at("seed") == "7");
  CHECK(back.metadata.at("note") == "a \"quoted\" line\n\xC3\xA9");
  CHECK(back.tensors.size() == 5);
  const auto* w = back.find("weights");
  REQUIRE(w);
  CHECK(w->shape == std::vector<std::int64_t>{2, 3});
  CHECK(std::vector<float>(w->as<float>(), w->as<float>() + 6) == weights);
  CHECK(back.find("labels")->as<std::int64_t>()[1] == -8);
  CHECK(back.find("scalar")->shape.empty());
  CHECK(back.find("none")->elements() == 0);
  CHECK(back.find("other") == nullptr);
}

TEST_CASE("the layout is that of the format: length, JSON, aligned numbers", "[models]") {
  temporary_folder folder;
  const auto file = folder / "a.safetensors";
  write_safetensors(file, {{"w", {weights.data(), element::float32, {2}}}});
  const auto all = content(file);
  std::uint64_t n = 0;
  std::memcpy(&n, all.data(), 8);
  CHECK((8 + n) % 8 == 0);
  const auto header = all.substr(8, n);
  CHECK(header.substr(0, 38) == R"({"__metadata__":{"checksum":"crc32:)" + header.substr(35, 3));
  CHECK_THAT(header, contains(R"("w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})"));
  CHECK(all.substr(8 + n) == std::string(reinterpret_cast<const char*>(weights.data()), 8));
  write_safetensors(file, sample());
  for (const auto& t : read_safetensors(file).tensors)
    CHECK(reinterpret_cast<std::uintptr_t>(t.value.data) % size_of(t.value.type) == 0);
}

TEST_CASE("a byte that changed anywhere is noticed, and so is a file that is cut off", "[models]") {
  temporary_folder folder;
  write_safetensors(folder / "a", sample(), {{"epoch", "3"}});
  const auto whole = content(folder / "a");
  int passed = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x04);
    try {
      passed += read_safetensors(folder.write("b", damaged)).verified;
    } catch (const std::runtime_error& e) { CHECK_THAT(e.what(), contains((folder / "b").string() + ": ")); }
  }
  CHECK(passed == 0);
  for (std::size_t length = 0; length < whole.size(); ++length)
    CHECK_THROWS_AS(read_safetensors(folder.write("b", whole.substr(0, length))), std::runtime_error);
}

TEST_CASE("a header that contradicts the file is refused", "[models]") {
  temporary_folder folder;
  auto refused = [&](const std::string& header, const std::string& data, const char* text) {
    CHECK_THROWS_WITH(read_safetensors(folder.write("x", made_of(header, data))), contains(text));
  };
  const std::string eight(8, 'x');
  refused("nonsense", "", "not a JSON object");
  refused(R"({"w":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}})", eight, "of type BF16");
  refused(R"({"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", eight, "has 8 bytes, its shape needs 12");
  refused(R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})", eight, "outside the file");
  refused(R"({"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}})", eight, "no whole number");
  refused(R"({"w":{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,0]}})", "", "impossible shape");
  refused(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", eight, "leaves a hole");
  refused(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", eight, "the header describes 4");
  refused(
      R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}})",
      eight, "overlaps");
  refused(R"({"__metadata__":{"a":1}})", "", "metadata a is not a text");
  refused(R"({"a":[]})", "", "is not described");
  CHECK(read_safetensors(folder.write("x", made_of("{}", ""))).tensors.empty());
  CHECK_THROWS_WITH(read_safetensors(folder / "none"), contains("none: no such file"));
  CHECK_THROWS_WITH(read_safetensors(folder.path()), contains("is not a regular file"));
}

TEST_CASE("bytes of metadata that are not UTF-8 become a replacement character", "[models]") {
  CHECK(troupe::as_utf8("caf\xE9/1") == "caf\xEF\xBF\xBD/1");
  CHECK(troupe::as_utf8("\xC0\xAF|\xED\xA0\x80|\xF0\x9F\x98\x80|\xE2\x82") ==
        "\xEF\xBF\xBD\xEF\xBF\xBD|\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD|\xF0\x9F\x98\x80|\xEF\xBF\xBD\xEF\xBF\xBD");
  temporary_folder folder;
  write_safetensors(folder / "a", {}, {{"path", "\xFF"}});
  CHECK(read_safetensors(folder / "a").metadata.at("path") == "\xEF\xBF\xBD");
}

TEST_CASE("names in a file are unique", "[models]") {
  temporary_folder folder;
  const troupe::named_view w{"w", {weights.data(), element::float32, {1}}};
  CHECK_THROWS_AS(write_safetensors(folder / "a", {w, w}), std::invalid_argument);
  CHECK(std::filesystem::is_empty(folder.path()));
}
