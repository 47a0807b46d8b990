#include "arguments.hpp"

#include "config_file.hpp"
#include "exit_code.hpp"

#include <troupe/sources/nearest.hpp>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iostream>
#include <utility>

namespace troupe {

namespace {

constexpr std::size_t about_column = 28, text_width = 100;

/// Text in lines of at most `text_width`, the first one already indented up to `about_column`.
void write_wrapped(std::ostream& out, const std::string& text) {
  std::size_t begin = 0;
  while (begin < text.size()) {
    auto end = text.size();
    if (end - begin > text_width - about_column) {
      end = text.rfind(' ', begin + text_width - about_column);
      if (end == std::string::npos || end <= begin) end = text.size();
    }
    if (begin > 0) out << std::string(about_column, ' ');
    out << text.substr(begin, end - begin) << '\n';
    begin = end + 1;
  }
}

bool looks_like_option(const std::string& word) {
  return word.size() > 1 && word[0] == '-' && !std::isdigit(static_cast<unsigned char>(word[1])) && word[1] != '.';
}

[[noreturn]] void refuse_value(const std::string& file, const std::string& key, const config_value& value) {
  throw usage_error(file + ": " + key + (value.boolean ? " needs a value, got " : " must be true or false, got ") +
                    value.text);
}

}  // namespace

arguments::arguments(std::string verb, std::string about)
    : verb_(std::move(verb)), about_(std::move(about)), app_(std::make_unique<CLI::App>()) {
  app_->set_help_flag();
  app_->allow_extras();
  app_->option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

arguments::~arguments() = default;

void arguments::operand(const std::string& name, const std::string& key, const std::string& about, taker take,
                        std::string example) {
  operand_ = name;
  operand_example_ = std::move(example);
  operand_key_ = key;
  take_operand_ = std::move(take);
  shown_.push_back({name, about});
  app_->add_option(name, given_);
}

void arguments::group(const std::string& heading) { shown_.push_back({heading, {}}); }

void arguments::option(const std::string& name, const std::string& value, const std::string& about, taker take) {
  shown_.push_back({name + " " + value, about});
  names_.push_back(name);
  takes_value_[name] = true;
  app_->add_option_function<std::string>(name, [name, take = std::move(take)](const std::string& text) {
    try {
      take(text);
    } catch (const usage_error& e) { throw usage_error(name + " " + e.what()); }
  });
}

void arguments::flag(const std::string& name, const std::string& about, bool& to, const std::string& opposite,
                     const std::string& about_opposite) {
  shown_.push_back({name, about});
  names_.push_back(name);
  takes_value_[name] = false;
  if (opposite.empty()) {
    app_->add_flag(name, to)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    return;
  }
  shown_.push_back({opposite, about_opposite});
  names_.push_back(opposite);
  takes_value_[opposite] = false;
  app_->add_flag(name + ",!" + opposite, to)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

bool arguments::known(const std::string& name) const { return takes_value_.count(name) > 0; }

void arguments::refuse_unknown(const std::vector<std::string>& words) const {
  const auto refuse = [&](const std::string& name, const std::string& remedy) {
    throw usage_error("troupe " + verb_ + " has no option " + name + remedy);
  };
  for (const auto& word : words) {
    if (word == "--") return;
    if (!looks_like_option(word)) continue;
    const auto name = word.substr(0, word.find('='));
    if (known(name)) continue;
    if (std::error_code ignored; std::filesystem::exists(word, ignored))
      refuse(name, std::string("; the data of this name are ./").append(word));
    refuse(name,
           nearest(name, names_).empty() ? "; troupe " + verb_ + " --help lists them" : did_you_mean(name, names_));
  }
}

void arguments::refuse_key(const std::string& file, const std::string& key) const {
  std::vector<std::string> keys{operand_key_};
  for (const auto& name : names_) keys.push_back(name.substr(2));
  throw usage_error(file + ": troupe " + verb_ + " has no option " + key + did_you_mean(key, keys));
}

void arguments::read_config(const std::string& file, std::vector<std::string>& words,
                            std::map<std::string, std::string>& operands) const {
  for (const auto& [key, value] : read_config_file(file)) {
    const auto name = "--" + key;
    if (key == operand_key_) {
      operands[key] = value.text;
    } else if (!known(name) || name == "--config") {
      refuse_key(file, key);
    } else if (takes_value_.at(name) == value.boolean) {
      refuse_value(file, key, value);
    } else {
      words.push_back(name + "=" + value.text);
    }
  }
}

bool arguments::parse(const std::vector<std::string>& words) {
  for (const auto& word : words) {
    if (word == "--") break;
    if (word != "--help" && word != "-h") continue;
    help(std::cout);
    return false;
  }
  refuse_unknown(words);
  std::vector<std::string> all;
  std::map<std::string, std::string> operands;
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    if (words[i] == "--config" && i + 1 < words.size()) read_config(words[i + 1], all, operands);
    if (words[i].rfind("--config=", 0) == 0) read_config(words[i].substr(9), all, operands);
  }
  all.insert(all.end(), words.begin(), words.end());
  std::reverse(all.begin(), all.end());  // as CLI11 wants them
  try {
    app_->parse(all);
  } catch (const CLI::ArgumentMismatch&) {
    const auto& last = words.back();
    throw usage_error((known(last) ? last : "an option") + " needs a value; troupe " + verb_ + " --help shows which");
  } catch (const CLI::ParseError& e) {
    throw usage_error(std::string(e.what()) + "; troupe " + verb_ + " --help shows what is allowed");
  }
  for (const auto& more : app_->remaining())
    if (more != "--")
      throw usage_error("troupe " + verb_ + " takes one " + operand_ + ", got " + given_ + " and " + more);
  if (operand_.empty()) return true;
  if (given_.empty()) given_ = operands[operand_key_];
  if (given_.empty())
    throw usage_error("troupe " + verb_ + " needs " + operand_ + "; try: troupe " + verb_ + " " + operand_example_);
  take_operand_(given_);
  return true;
}

void arguments::help(std::ostream& out) const {
  out << "troupe " << verb_ << (operand_.empty() ? "" : " " + operand_) << " [options]: " << about_ << "\n\n";
  for (const auto& e : shown_) {
    if (e.about.empty()) {
      out << '\n' << e.left << '\n';
      continue;
    }
    const auto left = "  " + e.left;
    out << left;
    if (left.size() + 2 > about_column) {
      out << '\n' << std::string(about_column, ' ');
    } else {
      out << std::string(about_column - left.size(), ' ');
    }
    write_wrapped(out, e.about);
  }
}

}  // namespace troupe
