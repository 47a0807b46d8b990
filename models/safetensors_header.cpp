#include <troupe/models/safetensors_header.hpp>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <stdexcept>
#include <utility>

namespace troupe {
namespace {

namespace json = boost::json;

constexpr std::array<std::pair<element, std::string_view>, 3> types = {
    {{element::uint8, "U8"}, {element::int64, "I64"}, {element::float32, "F32"}}};

std::string_view spelled(element e) {
  return std::find_if(types.begin(), types.end(), [e](const auto& t) { return t.first == e; })->second;
}

[[noreturn]] void refuse(const std::string& what) { throw std::runtime_error(what); }

std::uint64_t number(const json::value& v, const std::string& of) {
  if (v.is_int64() && v.get_int64() >= 0) return static_cast<std::uint64_t>(v.get_int64());
  if (v.is_uint64()) return v.get_uint64();
  refuse(of + " has a length that is no whole number");
}

const json::array& list(const json::object& o, std::string_view key, const std::string& of) {
  const auto* found = o.if_contains(key);
  if (!found || !found->is_array()) refuse(of + " has no " + std::string(key));
  return found->get_array();
}

safetensors_header::tensor parse_tensor(const std::string& name, const json::value& v, std::uint64_t data_bytes) {
  const auto of = "tensor " + name;
  if (!v.is_object()) refuse(of + " is not described");
  const auto& o = v.get_object();
  safetensors_header::tensor t;
  t.name = name;
  const auto* type = o.if_contains("dtype");
  if (!type || !type->is_string()) refuse(of + " has no dtype");
  const std::string_view dtype(type->get_string().data(), type->get_string().size());
  const auto* known = std::find_if(types.begin(), types.end(), [&](const auto& k) { return k.second == dtype; });
  if (known == types.end()) refuse(of + " is of type " + std::string(dtype) + "; U8, I64 and F32 are read");
  t.type = known->first;
  std::uint64_t bytes = size_of(t.type);
  for (const auto& extent : list(o, "shape", of)) {
    const auto n = number(extent, of);
    if (n > INT64_MAX || __builtin_mul_overflow(bytes, n, &bytes)) refuse(of + " has an impossible shape");
    t.shape.push_back(static_cast<std::int64_t>(n));
  }
  const auto& offsets = list(o, "data_offsets", of);
  if (offsets.size() != 2) refuse(of + " needs two data_offsets");
  t.begin = number(offsets[0], of);
  t.end = number(offsets[1], of);
  if (t.begin > t.end || t.end > data_bytes) refuse(of + " lies outside the file; it is cut off or damaged");
  if (t.end - t.begin != bytes)
    refuse(of + " has " + std::to_string(t.end - t.begin) + " bytes, its shape needs " + std::to_string(bytes));
  return t;
}

}  // namespace

std::string as_utf8(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto at = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u; };
    const auto c = at(i), d = at(i + 1);
    const auto follows = [&](std::size_t n) {
      for (std::size_t k = 1; k <= n; ++k)
        if ((at(i + k) & 0xC0u) != 0x80u) return false;
      return true;
    };
    std::size_t length = 0;  // Table 3-7 of the Unicode standard
    if (c < 0x80)
      length = 1;
    else if (c >= 0xC2 && c <= 0xDF && follows(1))
      length = 2;
    else if (c >= 0xE0 && c <= 0xEF && follows(2) && (c != 0xE0 || d >= 0xA0) && (c != 0xED || d < 0xA0))
      length = 3;
    else if (c >= 0xF0 && c <= 0xF4 && follows(3) && (c != 0xF0 || d >= 0x90) && (c != 0xF4 || d < 0x90))
      length = 4;
    if (length == 0)
      out += "\xEF\xBF\xBD", ++i;
    else
      out += text.substr(i, length), i += length;
  }
  return out;
}

std::string to_text(const safetensors_header& header) {
  json::object root;
  if (!header.metadata.empty()) {
    json::object metadata;
    for (const auto& [key, value] : header.metadata) metadata[as_utf8(key)] = as_utf8(value);
    root["__metadata__"] = std::move(metadata);
  }
  for (const auto& t : header.tensors)
    root[as_utf8(t.name)] = {{"dtype", spelled(t.type)},
                             {"shape", json::array(t.shape.begin(), t.shape.end())},
                             {"data_offsets", {t.begin, t.end}}};
  auto text = json::serialize(root);
  text.append((8 - text.size() % 8) % 8, ' ');
  return text;
}

safetensors_header parse_header(std::string_view text, std::uint64_t data_bytes) {
  boost::system::error_code failed;
  const auto root = json::parse(text, failed);
  if (failed || !root.is_object()) refuse("the header is not a JSON object; not a safetensors file, or a damaged one");
  safetensors_header header;
  for (const auto& [key, value] : root.get_object()) {
    if (key != "__metadata__") {
      header.tensors.push_back(parse_tensor(std::string(key), value, data_bytes));
      continue;
    }
    if (!value.is_object()) refuse("the metadata is not a JSON object");
    for (const auto& [name, entry] : value.get_object()) {
      if (!entry.is_string()) refuse("metadata " + std::string(name) + " is not a text");
      header.metadata.emplace(name, entry.get_string());
    }
  }
  std::stable_sort(header.tensors.begin(), header.tensors.end(),
                   [](const auto& a, const auto& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  std::uint64_t reached = 0;
  for (const auto& t : header.tensors) {
    if (t.begin != reached) refuse("tensor " + t.name + " overlaps another one or leaves a hole before it");
    reached = t.end;
  }
  if (reached != data_bytes)
    refuse("the data has " + std::to_string(data_bytes) + " bytes, the header describes " + std::to_string(reached));
  return header;
}

}  // namespace troupe
