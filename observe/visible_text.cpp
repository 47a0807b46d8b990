#include <troupe/observe/visible_text.hpp>

#include <troupe/observe/utf8.hpp>

#include <cstdio>

namespace troupe {

namespace {

/// C0, DELETE, and C1, which UTF-8 spells in two bytes.
bool is_control(std::string_view character) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 2) return at(0) == 0xC2 && at(1) <= 0x9F;
  return character.size() == 1 && (at(0) < 0x20 || at(0) == 0x7F);
}

void spell_out(std::string_view bytes, std::string& to) {
  for (const char c : bytes) {
    char code[8];
    std::snprintf(code, sizeof code, "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    to += c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : code;
  }
}

std::string spelled(std::string_view text, bool breaks_stay) {
  std::string out;
  while (!text.empty()) {
    const auto n = utf8_length(text);
    const auto character = text.substr(0, n == 0 ? 1 : n);
    if ((n == 0 || is_control(character)) && !(breaks_stay && character == "\n")) {
      spell_out(character, out);
    } else {
      out += character;
    }
    text.remove_prefix(character.size());
  }
  return out;
}

}  // namespace

std::string visible(std::string_view text) { return spelled(text, false); }
std::string visible_lines(std::string_view text) { return spelled(text, true); }

}  // namespace troupe
