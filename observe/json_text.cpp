#include <troupe/observe/json_text.hpp>

#include <troupe/observe/utf8.hpp>

#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace troupe {

namespace {

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
