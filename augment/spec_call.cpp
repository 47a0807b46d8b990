#include <troupe/augment/spec_call.hpp>

#include <troupe/augment/nearest.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace troupe {

namespace {

/// list = call {"," call}; call = word ["(" [argument {"," argument}] ")"]; argument = [word "="] value;
/// value = number | word | ("(" | "[") number {"," number} (")" | "]") | "[" call {"," call} "]".
class parser {
 public:
  explicit parser(std::string_view text) : text_(text) {}

  std::vector<spec_call> list() {
    std::vector<spec_call> calls;
    skip_space();
    while (at_ < text_.size()) {
      calls.push_back(call());
      if (at_ < text_.size() && !take(',')) refuse("a comma");
      if (at_ == text_.size() && text_.back() == ',') refuse("a transform");
    }
    return calls;
  }

 private:
  spec_call call() {
    constexpr int deepest = 32;
    if (depth_ > deepest) refuse("fewer brackets within each other");
    std::string name = word("the name of a transform");
    if (!take('(')) return {std::move(name), {}, true};
    std::vector<spec_call::value> values;
    while (!take(')')) {
      if (!values.empty() && !take(',')) refuse("',' or ')'");
      values.push_back(argument());
    }
    return {std::move(name), std::move(values), false};
  }

  spec_call::value argument() {
    spec_call::value v;
    if (letter()) {
      v.word = word("a value");
      if (!take('=')) return v.written = v.word, v;
      v.name = std::exchange(v.word, {});
    }
    const std::size_t from = at_;
    const bool round = take('('), square = !round && take('[');
    if (square && letter()) {
      ++depth_;
      do v.calls.push_back(call());
      while (take(','));
      --depth_;
      if (!take(']')) refuse("',' or ']'");
    } else if (square && at_ < text_.size() && text_[at_] == ']') {
      refuse("a number or a transform");
    } else if (round || square) {
      v.several = true;
      do v.numbers.push_back(number());
      while (take(','));
      if (!take(round ? ')' : ']')) refuse(round ? "')'" : "']'");
    } else if (letter()) {
      v.word = word("a value");
    } else {
      v.numbers.push_back(number());
    }
    v.written = text_.substr(from, at_ - from);
    while (!v.written.empty() && v.written.back() == ' ') v.written.pop_back();
    return v;
  }

  double number() {
    if (at_ < text_.size() && (text_[at_] == '\'' || text_[at_] == '"')) refuse("a word without quotes");
    double value = 0;
    const char* begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc() || !std::isfinite(value)) refuse("a number");
    at_ += std::size_t(end - begin);
    skip_space();
    return value;
  }

  bool letter() const noexcept {
    return at_ < text_.size() && (std::isalpha(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_');
  }

  std::string word(const char* wanted) {
    if (!letter()) refuse(wanted);
    const std::size_t from = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_')) ++at_;
    std::string result(text_.substr(from, at_ - from));
    skip_space();
    return result;
  }

  bool take(char c) noexcept {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    skip_space();
    return true;
  }

  void skip_space() noexcept {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }

  [[noreturn]] void refuse(const char* wanted) const {
    const std::string found = at_ < text_.size() ? "'" + std::string(text_.substr(at_, 20)) + "'" : "the end";
    throw std::invalid_argument("augment: wants " + std::string(wanted) + " at letter " + std::to_string(at_ + 1) +
                                " of '" + std::string(text_) + "', found " + found);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;  ///< of groups around the call at hand
};

}  // namespace

std::vector<spec_call> parse_calls(std::string_view text) { return parser(text).list(); }

spec_call::spec_call(std::string name, std::vector<value> values, bool bare)
    : name_(std::move(name)), values_(std::move(values)), bare_(bare) {}

const std::vector<spec_call>& spec_call::calls(std::string_view name, std::size_t position) const {
  const value* v = find(name, position);
  if (!v || v->calls.empty()) refuse(name, "transforms in brackets: [random_invert, random_equalize]", v);
  return v->calls;
}

void spec_call::refuse(std::string_view name, std::string_view wanted, const value* got) const {
  throw std::invalid_argument(name_ + ": " + std::string(name) + " must be " + std::string(wanted) +
                              (got ? ", got " + got->written : ", and it is not given"));
}

void spec_call::allow(std::initializer_list<std::string_view> names) const {
  std::size_t position = 0;
  for (const value& v : values_) {
    if (v.name.empty()) {
      if (position++ >= names.size())
        throw std::invalid_argument(name_ + ": takes " + std::to_string(names.size()) +
                                    (names.size() == 1 ? " argument, '" : " arguments, '") + v.written +
                                    "' is one more");
      if (position - 1 != std::size_t(&v - values_.data()))
        throw std::invalid_argument(name_ + ": '" + v.written +
                                    "' stands behind a named argument and needs a name too");
      continue;
    }
    const auto right = std::find(names.begin(), names.end(), v.name);
    if (right == names.end()) {
      const std::vector<std::string_view> words(names);
      throw std::invalid_argument(name_ + ": has no argument '" + v.name + "'; " +
                                  (words.empty() ? std::string("it takes none") : did_you_mean(v.name, words)));
    }
    const auto first = std::find_if(values_.begin(), values_.end(), [&](const value& other) {
      return other.name.empty() ? &other - values_.data() == right - names.begin() : other.name == v.name;
    });
    if (&*first != &v)
      throw std::invalid_argument(name_ + ": " + v.name + " is given twice, as " + first->written + " and as " +
                                  v.written);
  }
}

const spec_call::value* spec_call::find(std::string_view name, std::size_t position) const noexcept {
  for (std::size_t i = 0; i < values_.size(); ++i)
    if (values_[i].name == name || (values_[i].name.empty() && i == position))
      return values_[i].word == "None" ? nullptr : &values_[i];
  return nullptr;
}

double spec_call::number(std::string_view name, std::size_t position) const {
  if (!find(name, position)) refuse(name, "a number", nullptr);
  return number(name, position, 0);
}

std::int64_t spec_call::whole(std::string_view name, std::size_t position) const {
  if (!find(name, position)) refuse(name, "a whole number", nullptr);
  return whole(name, position, 0);
}

double spec_call::number(std::string_view name, std::size_t position, double otherwise) const {
  const value* v = find(name, position);
  if (!v) return otherwise;
  if (v->numbers.size() != 1) refuse(name, "a number", v);
  return v->numbers[0];
}

std::int64_t spec_call::whole(std::string_view name, std::size_t position, std::int64_t otherwise) const {
  const value* v = find(name, position);
  if (!v) return otherwise;
  if (v->numbers.size() != 1 || v->numbers[0] != std::trunc(v->numbers[0]) || std::abs(v->numbers[0]) > 1e9)
    refuse(name, "a whole number", v);
  return std::int64_t(v->numbers[0]);
}

bool spec_call::flag(std::string_view name, std::size_t position, bool otherwise) const {
  const value* v = find(name, position);
  if (!v) return otherwise;
  if (v->word == "true" || v->word == "True") return true;
  if (v->word == "false" || v->word == "False") return false;
  refuse(name, "true or false", v);
}

std::pair<double, double> spec_call::pair(std::string_view name, std::size_t position,
                                          std::pair<double, double> otherwise) const {
  const value* v = find(name, position);
  if (!v) return otherwise;
  if (v->numbers.size() != 2) refuse(name, "two numbers: (low, high)", v);
  return {v->numbers[0], v->numbers[1]};
}

std::vector<double> spec_call::numbers(std::string_view name, std::size_t position) const {
  const value* v = find(name, position);
  if (!v || v->numbers.empty()) refuse(name, "one number or several: (0.5, 0.5, 0.5)", v);
  return v->numbers;
}

std::pair<double, double> spec_call::range(std::string_view name, std::size_t position,
                                           std::pair<double, double> otherwise) const {
  const value* v = find(name, position);
  if (v && v->numbers.size() == 1) return {v->numbers[0], v->numbers[0]};
  return pair(name, position, otherwise);
}

std::vector<double> spec_call::numbers(std::string_view name, std::size_t position,
                                       std::initializer_list<std::size_t> counts) const {
  const value* v = find(name, position);
  std::string wanted;
  for (std::size_t count : counts) {
    if (v && v->numbers.size() == count) return v->numbers;
    wanted += (wanted.empty() ? "" : " or ") + std::to_string(count);
  }
  refuse(name, wanted + (wanted == "1" ? " number" : " numbers"), v);
}

std::vector<int> spec_call::wholes(std::string_view name, std::size_t position,
                                   std::initializer_list<std::size_t> counts, std::vector<int> otherwise) const {
  const value* v = find(name, position);
  if (!v && !otherwise.empty()) return otherwise;
  std::vector<int> result;
  for (double n : numbers(name, position, counts)) {
    if (n != std::trunc(n) || std::abs(n) > 1e9) refuse(name, "whole", v);
    result.push_back(int(n));
  }
  return result;
}

std::string spec_call::word(std::string_view name, std::size_t position, std::initializer_list<std::string_view> words,
                            std::string_view otherwise) const {
  const value* v = find(name, position);
  if (!v) return std::string(otherwise);
  std::string wanted;
  for (std::string_view w : words) {
    if (v->word == w) return v->word;
    wanted += (wanted.empty() ? "" : ", ") + std::string(w);
  }
  refuse(name, "one of " + wanted, v);
}

sides spec_call::size(std::string_view name, std::size_t position) const {
  const value* v = find(name, position);
  if (!v || v->numbers.empty() || v->numbers.size() > 2) refuse(name, "a number of pixels, or (height, width)", v);
  for (double n : v->numbers)
    if (n != std::trunc(n) || std::abs(n) > 1e9) refuse(name, "whole pixels", v);
  return v->several && v->numbers.size() == 2 ? sides(int(v->numbers[0]), int(v->numbers[1]))
                                              : sides(int(v->numbers[0]));
}

}  // namespace troupe
