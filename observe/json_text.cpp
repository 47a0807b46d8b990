#include <troupe/observe/json_text.hpp>

#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace troupe {

namespace {

/// The length of the UTF-8 sequence at the beginning of `s` (RFC 3629, table of section 4); 0 where it is none.
std::size_t utf8_length(std::string_view s) {
  const auto at = [&](std::size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u; };
  const auto tail = [&](std::size_t i) { return at(i) >= 0x80 && at(i) <= 0xBF; };
  const auto a = at(0), b = at(1);
  if (a < 0x80) return 1;
  if (a >= 0xC2 && a <= 0xDF) return tail(1) ? 2 : 0;
  if (a >= 0xE0 && a <= 0xEF) {
    const bool first = a == 0xE0 ? b >= 0xA0 && b <= 0xBF : a == 0xED ? b >= 0x80 && b <= 0x9F : tail(1);
    return first && tail(2) ? 3 : 0;
  }
  if (a >= 0xF0 && a <= 0xF4) {
    const bool first = a == 0xF0 ? b >= 0x90 && b <= 0xBF : a == 0xF4 ? b >= 0x80 && b <= 0x8F : tail(1);
    return first && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

struct writer {
  std::string out;
  bool pages = false;  ///< objects and arrays of objects over several lines

  void newline(int depth) {
    if (pages) out.append(1, '\n').append(std::size_t(depth) * 2, ' ');
  }

  void string(std::string_view s) {
    out += '"';
    while (!s.empty()) {
      const auto n = utf8_length(s);
      if (n == 0) {
        char code[8];
        std::snprintf(code, sizeof code, "\\\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(s[0])));
        out += code;
      } else if (s[0] == '"' || s[0] == '\\') {
        out.append(1, '\\').append(1, s[0]);
      } else if (s[0] == '\n') {
        out += "\\n";
      } else if (static_cast<unsigned char>(s[0]) < 0x20) {
        char code[8];
        std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(s[0]));
        out += code;
      } else {
        out += s.substr(0, n);
      }
      s.remove_prefix(n == 0 ? 1 : n);
    }
    out += '"';
  }

  void number(double d) {
    if (!std::isfinite(d)) {
      out += "null";
      return;
    }
    char text[32];
    out.append(text, std::to_chars(text, text + sizeof text, d).ptr);
  }

  void object(const boost::json::object& o, int depth) {
    out += '{';
    bool first = true;
    for (const auto& [key, value] : o) {
      if (!first) out += pages ? "," : ", ";
      first = false;
      newline(depth + 1);
      string({key.data(), key.size()});
      out += ": ";
      any(value, depth + 1);
    }
    if (!first) newline(depth);
    out += '}';
  }

  void array(const boost::json::array& a, int depth) {
    const bool tall = !a.empty() && a[0].is_object();
    out += '[';
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (i > 0) out += tall && pages ? "," : ", ";
      if (tall) newline(depth + 1);
      any(a[i], depth + 1);
    }
    if (tall) newline(depth);
    out += ']';
  }

  void any(const boost::json::value& v, int depth) {
    switch (v.kind()) {
      case boost::json::kind::null: out += "null"; break;
      case boost::json::kind::bool_: out += v.get_bool() ? "true" : "false"; break;
      case boost::json::kind::int64: out += std::to_string(v.get_int64()); break;
      case boost::json::kind::uint64: out += std::to_string(v.get_uint64()); break;
      case boost::json::kind::double_: number(v.get_double()); break;
      case boost::json::kind::string: string({v.get_string().data(), v.get_string().size()}); break;
      case boost::json::kind::array: array(v.get_array(), depth); break;
      case boost::json::kind::object: object(v.get_object(), depth); break;
    }
  }
};

}  // namespace

std::string json_text(const boost::json::value& v) {
  writer w;
  w.any(v, 0);
  return w.out;
}

std::string json_page(const boost::json::value& v) {
  writer w;
  w.pages = true;
  w.any(v, 0);
  return w.out + '\n';
}

}  // namespace troupe
