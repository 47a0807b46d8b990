#pragma once
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace troupe {

/// The options of one verb: declared one by one, parsed once, shown by --help.
///
///     arguments line("bench", "the input line without a model");
///     line.option("--batch", "N", "rows in a batch [64]", [&](const std::string& text) { … });
///     if (!line.parse(words)) return exit_done;             // --help was asked for, and given
///
/// `--config FILE.json` holds the same keys; what stands on the command line wins. Whatever is wrong with either
/// becomes a usage_error: one sentence, with the nearest right word.
class arguments {
 public:
  using taker = std::function<void(const std::string&)>;

  arguments(std::string verb, std::string about);
  ~arguments();

  /// What is not an option: `DATA`. At most one; `key` is its name in a configuration file, `example` what to try where
  /// it is missing. Behind `--` there are no options.
  void operand(const std::string& name, const std::string& key, const std::string& about, taker take,
               std::string example = "fashion-mnist");
  /// A heading for the options that follow.
  void group(const std::string& heading);
  /// `--name VALUE`. What `take` throws as usage_error gets the option's name in front.
  void option(const std::string& name, const std::string& value, const std::string& about, taker take);
  /// `--name`, and where given `--opposite`.
  void flag(const std::string& name, const std::string& about, bool& to, const std::string& opposite = {},
            const std::string& about_opposite = {});

  /// False: --help was asked for, and is on stdout.
  bool parse(const std::vector<std::string>& words);
  void help(std::ostream& out) const;

 private:
  struct entry {
    std::string left, about;  ///< of a heading: `about` is empty
  };
  void read_config(const std::string& file, std::vector<std::string>& words,
                   std::map<std::string, std::string>& operands) const;
  void refuse_unknown(const std::vector<std::string>& words) const;
  [[noreturn]] void refuse_key(const std::string& file, const std::string& key) const;
  bool known(const std::string& name) const;

  std::string verb_, about_, operand_, operand_key_, operand_example_, given_;
  taker take_operand_;
  std::vector<entry> shown_;
  std::vector<std::string> names_;           ///< --batch, --seed …
  std::map<std::string, bool> takes_value_;  ///< by name
  std::unique_ptr<CLI::App> app_;
};

}  // namespace troupe
