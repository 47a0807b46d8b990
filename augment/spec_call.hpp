#pragma once
#include <troupe/augment/extent.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe {

/// One call of a transform list as it was written: `random_crop(28, padding=2)`. The getters name an argument and its
/// position; they throw std::invalid_argument with both and what was written.
class spec_call {
 public:
  /// A value: one or several numbers (`several` where they stood in parentheses), a word, or a list of calls in
  /// brackets.
  struct value {
    std::string name;  ///< empty where it was positional
    std::string word;
    std::vector<double> numbers;
    std::vector<spec_call> calls;
    bool several = false;
    std::string written;
  };

  spec_call(std::string name, std::vector<value> values, bool bare);

  const std::string& name() const noexcept { return name_; }
  /// Written without parentheses.
  bool bare() const noexcept { return bare_; }

  /// Throws unless every argument has one of these names, or a position among them, and none is given twice.
  void allow(std::initializer_list<std::string_view> names) const;
  /// nullptr where it was not given, or as `None`, which is torchvision's word for that.
  const value* find(std::string_view name, std::size_t position) const noexcept;

  double number(std::string_view name, std::size_t position) const;  ///< must be given
  double number(std::string_view name, std::size_t position, double otherwise) const;
  std::int64_t whole(std::string_view name, std::size_t position) const;  ///< must be given
  std::int64_t whole(std::string_view name, std::size_t position, std::int64_t otherwise) const;
  bool flag(std::string_view name, std::size_t position, bool otherwise) const;
  std::pair<double, double> pair(std::string_view name, std::size_t position,
                                 std::pair<double, double> otherwise) const;
  /// The same, or one number that is both.
  std::pair<double, double> range(std::string_view name, std::size_t position,
                                  std::pair<double, double> otherwise) const;
  std::vector<double> numbers(std::string_view name, std::size_t position) const;  ///< must be given
  /// As many as one of `counts`; must be given.
  std::vector<double> numbers(std::string_view name, std::size_t position,
                              std::initializer_list<std::size_t> counts) const;
  /// Whole numbers, as many as one of `counts`; where `otherwise` is empty, they must be given.
  std::vector<int> wholes(std::string_view name, std::size_t position, std::initializer_list<std::size_t> counts,
                          std::vector<int> otherwise) const;
  /// One of `words`.
  std::string word(std::string_view name, std::size_t position, std::initializer_list<std::string_view> words,
                   std::string_view otherwise) const;
  sides size(std::string_view name, std::size_t position) const;  ///< must be given
  /// A list of transforms in brackets; must be given.
  const std::vector<spec_call>& calls(std::string_view name, std::size_t position) const;

 private:
  [[noreturn]] void refuse(std::string_view name, std::string_view wanted, const value* got) const;

  std::string name_;
  std::vector<value> values_;
  bool bare_ = false;
};

/// The calls of a list, separated by commas. Throws std::invalid_argument that shows where the text goes wrong.
std::vector<spec_call> parse_calls(std::string_view text);

}  // namespace troupe
