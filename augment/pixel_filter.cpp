#include <troupe/augment/pixel_filter.hpp>

#include <troupe/augment/implementation.hpp>

#include <stdexcept>
#include <utility>

namespace troupe {

namespace {

class pixel_filter final : public transform::implementation {
 public:
  pixel_filter(std::string name, std::function<bool(const image&)> keep, filter_options options)
      : implementation(kind::filter), name_(std::move(name)), keep_(std::move(keep)), options_(options) {
    if (name_.empty()) throw std::invalid_argument("filter: name must not be empty");
    if (!keep_) throw std::invalid_argument("filter: " + name_ + " has no function to call");
  }

  std::string name() const override { return name_; }
  std::string to_string() const override {
    return "filter(\"" + name_ + "\"" + (options_.stateful ? ", stateful)" : ")");
  }
  bool keeps(const image& pixels, const transform::step& s) const override {
    const bool kept = keep_(pixels);
    s.note("kept", kept);
    return kept;
  }
  bool stateful() const override { return options_.stateful; }

 private:
  std::string name_;
  std::function<bool(const image&)> keep_;
  filter_options options_;
};

template <class Wanted>
std::string names_in(std::span<const transform> list, const Wanted& wanted) {
  std::string names;
  const auto add = [&](const std::string& name) { names += (names.empty() || name.empty() ? "" : ", ") + name; };
  for (const transform& t : list) {
    if (wanted(*t)) add(t->name());
    add(names_in(t->parts(), wanted));
  }
  return names;
}

}  // namespace

transform filter(std::string name, std::function<bool(const image&)> keep, filter_options options) {
  return transform(std::make_shared<pixel_filter>(std::move(name), std::move(keep), options));
}

std::string filters_in(std::span<const transform> list) {
  using kind = transform::implementation::kind;
  return names_in(list, [](const transform::implementation& t) { return t.what == kind::filter; });
}

std::string stateful_in(std::span<const transform> list) {
  return names_in(list, [](const transform::implementation& t) { return t.stateful(); });
}

}  // namespace troupe
