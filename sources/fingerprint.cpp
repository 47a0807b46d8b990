#include <vector>

#include <troupe/sources/open.hpp>

namespace troupe {

std::uint64_t fingerprint(const dataset& data) {
  std::uint64_t h = 0x9e3779b97f4a7c15u;
  auto mix =
      [&h](std::uint64_t word) {  // a multiply-xorshift round, constants of splitmix64 (Steele, Lea and Flood 2014)
        h = (h ^ word) * 0xbf58476d1ce4e5b9u;
        h ^= h >> 31;
      };
  auto mix_bytes = [&](const void* data_of, std::size_t bytes) {
    const auto* p = static_cast<const unsigned char*>(data_of);
    mix(bytes);
    for (; bytes >= 8; p += 8, bytes -= 8) {
      std::uint64_t word = 0;
      for (int i = 0; i < 8; ++i) word |= std::uint64_t{p[i]} << (8 * i);
      mix(word);
    }
    std::uint64_t rest = 0;
    for (std::size_t i = 0; i < bytes; ++i) rest |= std::uint64_t{p[i]} << (8 * i);
    mix(rest);
  };
  const auto mix_picture = [&](const source& from, std::uint64_t index) {
    const auto member = from.member(index);
    mix_bytes(member.data(), member.size());
    if (const auto pixels = from.pixels(index); !pixels.empty()) {
      mix_bytes(pixels.data(), pixels.size());
    } else if (const auto size = from.location(index).size) {
      mix(*size);
    }
  };
  mix(data.size());
  if (!data) return h;
  for (const auto& name : data.class_names()) mix_bytes(name.data(), name.size());
  const bool classes = data->labels() == label_kind::classes;
  std::vector<float> row(data.classes());
  for (std::uint64_t i = 0; i < data.size(); ++i) {
    if (classes) {
      mix(static_cast<std::uint64_t>(data->label(i)));
    } else {
      data->write_label(i, row.data());
      mix_bytes(row.data(), row.size() * sizeof(float));
    }
    if (const auto weight = data->weight(i); weight != 1) mix_bytes(&weight, sizeof weight);
    mix_picture(*data, i);
    for (std::size_t c = 0; c < data->companions().size(); ++c) {
      const auto [from, index] = data->companion_of(i, c);
      mix_picture(*from, index);
    }
    const auto marked = data->annotated(i);
    for (const auto& b : marked.boxes)
      for (const double edge : {b.x0, b.y0, b.x1, b.y1}) mix_bytes(&edge, sizeof edge);
    if (!marked.box_labels.empty()) mix_bytes(marked.box_labels.data(), marked.box_labels.size_bytes());
    for (const auto& k : marked.keypoints)
      for (const double at : {k.x, k.y, double(k.inside)}) mix_bytes(&at, sizeof at);
  }
  return h;
}

}  // namespace troupe
