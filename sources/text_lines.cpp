#include <troupe/sources/text_lines.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <troupe/sources/byte_file.hpp>

namespace troupe {

std::vector<std::string> text_lines(const std::filesystem::path& file) {
  constexpr std::size_t most = std::size_t{16} << 20;
  byte_file in(file);
  std::string text;
  char piece[4096];
  while (const auto n = in.read(piece, sizeof piece)) {
    text.append(piece, n);
    if (text.size() > most) throw std::runtime_error(file.string() + ": has more than 16 MiB; is it a list of names?");
  }
  std::vector<std::string> lines;
  const std::size_t mark = text.compare(0, 3, "\xEF\xBB\xBF") == 0 ? 3 : 0;  // some editors begin UTF-8 with it
  for (std::size_t begin = mark; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    auto line = text.substr(begin, end - begin);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) lines.push_back(std::move(line));
    begin = end + 1;
  }
  return lines;
}

}  // namespace troupe
